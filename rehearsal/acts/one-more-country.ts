import type { Topology } from "../../config/topology";
import { changed, NEWCOMER } from "../changes";
import { allHoldTogether } from "../clusters/in-the-clusters";
import { addressesIn, type Estate, MONITORING, NETWORK, regionOf, regionsOf, stackOf } from "../estate";
import type { Expectation } from "../expectation";
import { isInCluster, protectedIn, withoutProtection } from "../google-part";
import { Failed, type Rehearsal } from "../rehearsal";

export const ONE_MORE = "one more country";

const REGION = regionOf(NEWCOMER);

/** Others learn the newcomer's addresses: rules and names in place, an edge that serves it, certificates of the database. */
const OTHERS: Expectation = {
  replace: ["google_compute_region_instance_template.edge_template_*"],
  update: ["google_compute_region_instance_group_manager.edge_group_*", "google_compute_instance.database_*"],
};
const SHARED_ROWS = ["google_compute_firewall.*", "google_dns_record_set.*"];

/** Adds a country by the steps of docs/runbooks/countries.md, and takes it away again by those of the same page. */
export async function oneMoreCountry(
  rehearsal: Rehearsal,
  topology: Topology,
  before: Estate,
  after: Estate,
): Promise<void> {
  const { partOf } = rehearsal.workspace;
  const old = regionsOf(before, "");
  await rehearsal.change(ONE_MORE, "2. network", NETWORK, stackOf(after, NETWORK), {
    create: onlyIn(after, before, NETWORK, partOf),
    update: SHARED_ROWS,
  });
  for (const stack of old) {
    await rehearsal.change(
      ONE_MORE,
      "3. the old regions",
      stack,
      stackOf(after, stack),
      others(rehearsal, before, after, stack),
    );
  }
  await rehearsal.change(ONE_MORE, "4. the new region", REGION, stackOf(after, REGION), { create: ["*"] });
  await rehearsal.change(ONE_MORE, "5. monitoring", MONITORING, stackOf(after, MONITORING), {
    create: onlyIn(after, before, MONITORING, partOf),
    update: writtenOtherwise(rehearsal, before, after, MONITORING),
  });
  await allHoldTogether(rehearsal, ONE_MORE, changed(topology, "new-country"));
  await oneLessCountry(rehearsal, before, after, old);
  await rehearsal.clusters?.endUndeclared(Object.values(before));
  await allHoldTogether(rehearsal, ONE_MORE, topology);
}

/** It has no database node and is in no failover list, so the runbook's steps 1 to 3 have nothing to do. */
async function oneLessCountry(
  rehearsal: Rehearsal,
  before: Estate,
  after: Estate,
  old: readonly string[],
): Promise<void> {
  const { workspace } = rehearsal;
  for (const stack of [MONITORING, REGION]) {
    const own = new Set(onlyIn(after, before, stack, workspace.partOf));
    const there = workspace.read(stack);
    workspace.write(stack, withoutProtection(there, own));
    const update = protectedIn(there).filter((address) => own.has(address));
    await rehearsal.apply(ONE_MORE, "4. lift the protection", stack, { update });
  }
  const forgotten = [...(await forget(rehearsal, MONITORING)), ...(await forget(rehearsal, NETWORK))];
  const destroyedIn = (stack: string) =>
    onlyIn(after, before, stack, workspace.partOf).filter((one) => !forgotten.includes(one));
  await rehearsal.change(ONE_MORE, "5. monitoring without it", MONITORING, stackOf(before, MONITORING), {
    delete: destroyedIn(MONITORING),
    update: writtenOtherwise(rehearsal, before, after, MONITORING),
  });
  await rehearsal.destroy(ONE_MORE, "5. destroy the region", REGION);
  for (const stack of old) {
    await rehearsal.change(
      ONE_MORE,
      "6. the old regions without it",
      stack,
      stackOf(before, stack),
      others(rehearsal, before, after, stack),
    );
  }
  await rehearsal.change(ONE_MORE, "6. network without it", NETWORK, stackOf(before, NETWORK), {
    delete: destroyedIn(NETWORK),
    update: SHARED_ROWS,
  });
}

type PartOf = Rehearsal["workspace"]["partOf"];

/** Addresses that a stack has in one estate and not in the other. */
function onlyIn(estate: Estate, other: Estate, stack: string, partOf: PartOf): string[] {
  const others = new Set(addressesIn(other, stack, partOf));
  return addressesIn(estate, stack, partOf).filter((address) => !others.has(address));
}

function others(rehearsal: Rehearsal, before: Estate, after: Estate, stack: string): Expectation {
  return { ...OTHERS, update: [...(OTHERS.update ?? []), ...writtenOtherwise(rehearsal, before, after, stack)] };
}

/** What is in the clusters and not written alike in both estates: it may change in place and no other way. */
function writtenOtherwise({ clusters }: Rehearsal, before: Estate, after: Estate, stack: string): string[] {
  if (!clusters) return [];
  const text = (estate: Estate, type: string, id: string) => JSON.stringify(estate[stack]?.resource?.[type]?.[id]);
  return Object.entries(before[stack]?.resource ?? {})
    .filter(([type]) => isInCluster(type))
    .flatMap(([type, byId]) => Object.keys(byId).map((id) => [type, id] as const))
    .filter(([type, id]) => text(after, type, id) && text(before, type, id) !== text(after, type, id))
    .map(([type, id]) => `${type}.${id}`);
}

/**
 * Terraform forgets what cannot or should not go: buckets of raw logs, the key ring and its keys, and what is in the site's
 * cluster, whose providers leave the configuration with it.
 */
function forget(rehearsal: Rehearsal, stack: string): Promise<string[]> {
  return rehearsal.step({ act: ONE_MORE, name: "5. forget buckets, keys and what is in its site", stack }, async () => {
    const { stdout } = await rehearsal.workspace.command(stack, ["state", "list"]);
    const pattern = new RegExp(`^(google_storage_bucket|google_kms_|helm_|kubernetes_).*countries_${NEWCOMER}_`);
    const addresses = stdout.split("\n").filter((address) => pattern.test(address));
    if (addresses.length === 0) throw new Failed([`${stack}: the runbook's pattern finds nothing to forget`]);
    await rehearsal.workspace.command(stack, ["state", "rm", ...addresses]);
    return addresses;
  });
}
