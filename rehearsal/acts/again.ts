import { addressesIn, type Estate, NETWORK, regionOf, stackOf } from "../estate";
import { type Expectation, NOTHING } from "../expectation";
import { describeError, Failed, type Rehearsal, succeed } from "../rehearsal";
import type { Fault } from "../stand-in/faults";
import { quotaExceeded, tooManyRequests, unavailable } from "../stand-in/faults";

export const AGAIN = "again, with faults";

/**
 * The destroyed environment is made again, while Google is at its worst: key rings that never went, calls that
 * are refused, creations that fail half way, and somebody who presses Ctrl-C. After each, what docs/runbooks/delivery.md
 * says is done, and the apply repeated.
 */
export async function again(rehearsal: Rehearsal, estate: Estate, country: string): Promise<void> {
  const { standIn, workspace } = rehearsal;
  const { faults } = standIn;
  const region = regionOf(country);
  for (const fault of CALLS) faults.add(fault);

  await rehearsal.place(AGAIN, NETWORK, stackOf(estate, NETWORK));
  await fails(rehearsal, "key rings are still there", NETWORK, /already exists/);
  await adoptKeys(rehearsal, NETWORK, estate);
  await interrupted(rehearsal, "interrupted", NETWORK);
  await rehearsal.apply(AGAIN, "the same apply again", NETWORK, await restOf(rehearsal, estate, NETWORK));
  workspace.importInto(NETWORK, []);
  await rehearsal.apply(AGAIN, "without the imports", NETWORK, NOTHING);

  await rehearsal.place(AGAIN, region, stackOf(estate, region));
  const clusters = resourcesOf(estate, region, "google_container_cluster");
  faults.add({ method: /instances\.insert$/, times: 1, kind: quotaExceeded("CPUS", clusters[0]?.location ?? "") });
  faults.add({
    method: /^container\.projects\.locations\.clusters\.create$/,
    times: 1,
    kind: { type: "operation-fails", message: "Google Compute Engine: Not all instances running in IGM after 35m." },
  });
  await fails(rehearsal, "a quota and a cluster that fails half way", region, /Quota|Not all instances/);
  await blocked(rehearsal, region);
  const ruins = deleteRuins(rehearsal, clusters);
  await rehearsal.apply(AGAIN, "the same apply again", region, await restOf(rehearsal, estate, region, ruins));
  const unused = faults.unused.map(({ method, kind }) => `the fault ${kind.type} of ${method} never struck`);
  if (unused.length > 0) throw new Failed(unused);
}

interface State {
  readonly values?: {
    readonly root_module: { readonly resources?: readonly { readonly address: string; readonly tainted?: true }[] };
  };
}

/** What is left of a first apply: what is not there, and once more what was half made. @param gone since then */
async function restOf(
  { workspace }: Rehearsal,
  estate: Estate,
  stack: string,
  gone: readonly string[] = [],
): Promise<Expectation> {
  const { values } = (await workspace.show(stack, "state")) as State;
  const there = (values?.root_module.resources ?? []).filter(({ address }) => !gone.includes(address));
  const made = new Set(there.map(({ address }) => address));
  return {
    create: addressesIn(estate, stack, workspace.partOf).filter((address) => !made.has(address)),
    replace: there.filter(({ tainted }) => tainted).map(({ address }) => address),
  };
}

/** What the provider is to bear by itself. */
const CALLS: readonly Fault[] = [
  { method: /^compute\.addresses\.insert$/, times: 2, kind: tooManyRequests },
  { method: /^compute\.firewalls\.get$/, times: 2, kind: unavailable },
  { method: /^dns\.changes\.create$/, times: 1, kind: unavailable },
  { method: /^compute\.subnetworks\.insert$/, times: 2, kind: { type: "operation-is-slow", forMs: 4000 } },
];

/** An apply that must fail, with an error of that kind and no other. */
async function fails(rehearsal: Rehearsal, name: string, stack: string, error: RegExp): Promise<void> {
  await rehearsal.step({ act: AGAIN, name: `${name}: the apply fails`, stack }, async () => {
    const plan = await rehearsal.workspace.plan(stack);
    succeed(stack, plan);
    const run = await rehearsal.workspace.apply(stack);
    const other = run.errors.filter((one) => !error.test(one.summary + one.detail));
    if (run.errors.length === 0) throw new Failed([`${stack}: the apply was to fail with ${error}, and did not`]);
    if (other.length > 0) throw new Failed(other.map((one) => `${stack}: ${describeError(one)}`));
    return run;
  });
}

/** Ctrl-C in the middle: Terraform ends what is under way, writes its state and stops. */
async function interrupted(rehearsal: Rehearsal, name: string, stack: string): Promise<void> {
  await rehearsal.step({ act: AGAIN, name, stack }, async () => {
    const plan = await rehearsal.workspace.plan(stack);
    succeed(stack, plan);
    const run = await rehearsal.workspace.apply(stack, (count, interrupt) => {
      if (count === 20) interrupt();
    });
    if (run.status === 0) throw new Failed([`${stack}: the apply was to be interrupted, and ended well`]);
    return run;
  });
}

/** A cluster whose creation failed is tainted, and protected against the destruction that Terraform then plans. */
async function blocked(rehearsal: Rehearsal, stack: string): Promise<void> {
  await rehearsal.step({ act: AGAIN, name: "the next plan is refused", stack }, async () => {
    const { errors } = await rehearsal.workspace.plan(stack);
    if (errors.some(({ summary }) => summary.includes("Instance cannot be destroyed"))) return;
    throw new Failed([`${stack}: the plan was to be refused for the tainted cluster, and was not`]);
  });
}

/** As `gcloud container clusters delete` does. */
function deleteRuins({ standIn }: Rehearsal, clusters: readonly Named[]): string[] {
  for (const { name, location } of clusters) {
    standIn.ask("container", "DELETE", `/v1/projects/${standIn.project}/locations/${location}/clusters/${name}`);
  }
  return clusters.map(({ address }) => address);
}

/** Rings and keys are imported, and each key gets a version again: its old ones were destroyed with the environment. */
async function adoptKeys({ standIn, workspace }: Rehearsal, stack: string, estate: Estate): Promise<void> {
  const rings = new Map(
    resourcesOf(estate, stack, "google_kms_key_ring").map(({ address, name, location }) => [
      address,
      `projects/${standIn.project}/locations/${location}/keyRings/${name}`,
    ]),
  );
  const keys = resourcesOf(estate, stack, "google_kms_crypto_key").map(({ address, name, key_ring }) => {
    const ring = rings.get(key_ring?.replace(/^\$\{|\.id\}$/g, "") ?? "");
    return [address, `${ring}/cryptoKeys/${name}`] as const;
  });
  for (const [, key] of keys) {
    const { name } = standIn.ask("cloudkms", "POST", `/v1/${key}/cryptoKeyVersions`, {});
    standIn.ask("cloudkms", "POST", `/v1/${key}:updatePrimaryVersion`, { cryptoKeyVersionId: name.split("/").pop() });
  }
  workspace.importInto(
    stack,
    [...rings, ...keys].map(([to, id]) => ({ to, id })),
  );
}

interface Named {
  readonly address: string;
  readonly name: string;
  readonly location?: string;
  readonly key_ring?: string;
}

function resourcesOf(estate: Estate, stack: string, type: string): Named[] {
  const byName = stackOf(estate, stack).resource?.[type] ?? {};
  return Object.entries(byName).map(
    ([id, attributes]) => ({ address: `${type}.${id}`, ...attributes }) as unknown as Named,
  );
}
