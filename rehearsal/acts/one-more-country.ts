import { NEWCOMER } from "../changes";
import { type Estate, MONITORING, NETWORK, regionOf, regionsOf, stackOf } from "../estate";
import type { Expectation } from "../expectation";
import { withoutProtection } from "../google-part";
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
export async function oneMoreCountry(rehearsal: Rehearsal, before: Estate, after: Estate): Promise<void> {
  const old = regionsOf(before, "");
  await rehearsal.change(ONE_MORE, "2. network", NETWORK, stackOf(after, NETWORK), {
    create: [`*${NEWCOMER}*`],
    update: SHARED_ROWS,
  });
  for (const stack of old) {
    await rehearsal.change(ONE_MORE, "3. the old regions", stack, stackOf(after, stack), OTHERS);
  }
  await rehearsal.change(ONE_MORE, "4. the new region", REGION, stackOf(after, REGION), { create: ["*"] });
  await rehearsal.change(ONE_MORE, "5. monitoring", MONITORING, stackOf(after, MONITORING), {
    create: [`*${NEWCOMER}*`],
  });
  await oneLessCountry(rehearsal, before, after, old);
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
    workspace.write(stack, withoutProtectionOf(NEWCOMER, stack, workspace.read(stack)));
    const update = ["google_container_cluster.*", ...(stack === REGION ? ["google_compute_instance.*"] : [])];
    await rehearsal.apply(
      ONE_MORE,
      "4. lift the protection",
      stack,
      // A country that is watched from another's site has no cluster there.
      stack === REGION ? { update } : hasSite(after) ? { update: [`google_container_cluster.*${NEWCOMER}*`] } : {},
    );
  }
  for (const stack of [MONITORING, NETWORK]) await forget(rehearsal, stack);
  await rehearsal.change(ONE_MORE, "5. monitoring without it", MONITORING, stackOf(before, MONITORING), {
    delete: [`*${NEWCOMER}*`],
  });
  await rehearsal.destroy(ONE_MORE, "5. destroy the region", REGION);
  for (const stack of old) {
    await rehearsal.change(ONE_MORE, "6. the old regions without it", stack, stackOf(before, stack), OTHERS);
  }
  await rehearsal.change(ONE_MORE, "6. network without it", NETWORK, stackOf(before, NETWORK), {
    delete: [`*${NEWCOMER}*`],
    update: SHARED_ROWS,
  });
}

function hasSite(estate: Estate): boolean {
  const clusters = Object.keys(stackOf(estate, MONITORING).resource?.google_container_cluster ?? {});
  return clusters.some((name) => name.includes(NEWCOMER));
}

function withoutProtectionOf(country: string, stack: string, json: Estate[string]): Estate[string] {
  const lifted = withoutProtection(json);
  if (stack !== MONITORING) return lifted;
  const resource = Object.fromEntries(
    Object.entries(json.resource ?? {}).map(([type, byName]) => [
      type,
      Object.fromEntries(
        Object.entries(byName).map(([name, one]) => [
          name,
          name.includes(country) ? (lifted.resource?.[type]?.[name] ?? one) : one,
        ]),
      ),
    ]),
  );
  return { ...json, resource };
}

/** Terraform forgets what cannot or should not go: buckets of raw logs, the key ring and its keys. */
async function forget(rehearsal: Rehearsal, stack: string): Promise<void> {
  await rehearsal.step({ act: ONE_MORE, name: "5. forget buckets and keys", stack }, async () => {
    const { stdout } = await rehearsal.workspace.command(stack, ["state", "list"]);
    const pattern = new RegExp(`^(google_storage_bucket|google_kms_).*countries_${NEWCOMER}_`);
    const addresses = stdout.split("\n").filter((address) => pattern.test(address));
    if (addresses.length === 0) throw new Failed([`${stack}: the runbook's pattern finds nothing to forget`]);
    await rehearsal.workspace.command(stack, ["state", "rm", ...addresses]);
  });
}
