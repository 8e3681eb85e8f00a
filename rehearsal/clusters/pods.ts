import { setTimeout as delay } from "node:timers/promises";
import { missingFor } from "./cloud/mounts";
import type { KubernetesClient, KubernetesObject } from "./kubernetes-client";

/** How long operators, controllers and the autoscaler may take until every pod runs. */
const PATIENCE_MS = 120_000;

const LOOK_MS = 1000;

/** Waits until every pod of a cluster runs. @returns what does not, each with the reason */
export async function unsettledPods(client: KubernetesClient): Promise<string[]> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await waiting(client);
    if (found.length === 0 || Date.now() > end) return found;
    await delay(LOOK_MS);
  }
}

async function waiting(client: KubernetesClient): Promise<string[]> {
  const pods = await client.list("/api/v1/pods");
  const stuck = pods.filter(({ status }) => !["Running", "Succeeded"].includes(status.phase));
  const told = await Promise.all(
    stuck.map(async (pod) => `${pod.metadata.namespace}/${pod.metadata.name} ${await reason(pod, client)}`),
  );
  return [...told, ...(await shortages(client))];
}

async function reason(pod: KubernetesObject, client: KubernetesClient): Promise<string> {
  if (!pod.spec.nodeName) {
    const conditions: KubernetesObject[] = pod.status.conditions ?? [];
    return `has no node: ${conditions.find(({ type }) => type === "PodScheduled")?.message ?? "not looked at yet"}`;
  }
  const missing = await missingFor(pod, (path) => client.find(path));
  return missing.length > 0 ? `waits for ${missing.join(", ")}` : `is ${pod.status.phase}`;
}

/** Workloads that have fewer pods than they want: a quota or a pod security that refuses pods lets none come about. */
async function shortages(client: KubernetesClient): Promise<string[]> {
  const lists = ["deployments", "statefulsets", "daemonsets"].map((kind) => client.list(`/apis/apps/v1/${kind}`));
  return (await Promise.all(lists)).flat().flatMap(({ metadata, spec, status }) => {
    const wanted = spec.replicas ?? status.desiredNumberScheduled;
    const ready = status.readyReplicas ?? status.numberReady ?? 0;
    const isSeen = status.observedGeneration === metadata.generation;
    const conditions: KubernetesObject[] = status.conditions ?? [];
    const refusal = conditions.find(({ type, status: is }) => type === "ReplicaFailure" && is === "True");
    if (isSeen && ready >= wanted) return [];
    return [
      `${metadata.namespace}/${metadata.name}: ${ready} of ${wanted} ready${refusal ? `, ${refusal.message}` : ""}`,
    ];
  });
}
