import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { NAMESPACES, SHOP } from "../../config/app-cluster-names";
import { getOrThrow } from "../../config/get-or-throw";
import { names } from "../../config/names";
import type { Topology } from "../../config/topology";
import { Failed, type Rehearsal } from "../rehearsal";
import type { Clusters } from "./clusters";
import type { KubernetesClient } from "./kubernetes-client";
import { until } from "./until";

const ACT = "an app is taken out";

const PATIENCE_MS = 180_000;

/** KEDA looks every 15 s, and was seen to need a minute to undo what it should where the queue's length cannot be read. */
const OUT_MS = 120_000;

const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACES.shop}/deployments/${SHOP}`;
const SCALED = `/apis/keda.sh/v1alpha1/namespaces/${NAMESPACES.shop}/scaledobjects/${SHOP}`;

/** What docs/runbooks/app.md has set, and removed. */
export const PAUSED = "autoscaling.keda.sh/paused-replicas";

/**
 * A country's app is taken out and put back as docs/runbooks/app.md says, where KEDA runs: it undoes a Deployment that
 * is scaled to nothing, and keeps to its own annotation.
 */
export async function takesOut(
  rehearsal: Rehearsal,
  clusters: Clusters,
  { countries }: Topology,
  country: string,
): Promise<void> {
  const { operators } = clusters;
  if (!operators || !existsSync(join(operators, "keda-operator"))) return;
  const cluster = names.cluster(country);
  const { client } = clusters.standingAs(cluster);
  const { minReplicas } = getOrThrow(countries, country).app;
  const step = (name: string, work: () => Promise<string[]>) =>
    rehearsal.step({ act: ACT, name: `${cluster}: ${name}` }, async () => {
      const problems = await work();
      if (problems.length > 0) throw new Failed(problems.map((one) => `${cluster}: ${one}`));
    });
  await step("scaled to nothing, KEDA brings it back", async () => {
    await client.patch(`${DEPLOYMENT}/scale`, { spec: { replicas: 0 } }, "merge");
    return comesBack(client, minReplicas);
  });
  await step("paused at nothing, it stays out", async () => {
    await pause(client, "0");
    return staysOut(client, OUT_MS);
  });
  await step("no longer paused, it comes back", async () => {
    await pause(client, null);
    return comesBack(client, minReplicas);
  });
}

/** @param replicas null: removes the annotation */
function pause(client: Pick<KubernetesClient, "patch">, replicas: string | null): Promise<void> {
  return client.patch(SCALED, { metadata: { annotations: { [PAUSED]: replicas } } }, "merge");
}

async function comesBack(client: KubernetesClient, least: number): Promise<string[]> {
  const isBack = await until(PATIENCE_MS, async () => {
    const { spec, status } = await client.get(DEPLOYMENT);
    return spec.replicas >= least && (status.readyReplicas ?? 0) >= least;
  });
  return isBack ? [] : [`the app did not come back to ${least} pods`];
}

/** @param forMs how long nobody may bring it back */
async function staysOut(client: KubernetesClient, forMs: number): Promise<string[]> {
  if (!(await until(PATIENCE_MS, async () => (await replicasOf(client)) === 0)))
    return ["KEDA did not take the app's pods away"];
  const end = Date.now() + forMs;
  while (Date.now() < end) {
    const replicas = await replicasOf(client);
    if (replicas > 0) return [`the app was taken out, and asked for ${replicas} pods again`];
    await delay(1000);
  }
  return [];
}

async function replicasOf(client: KubernetesClient): Promise<number> {
  return (await client.get(DEPLOYMENT)).spec.replicas;
}
