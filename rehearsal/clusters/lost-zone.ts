import { NAMESPACES, SHOP } from "../../config/app-cluster-names";
import { getOrThrow } from "../../config/get-or-throw";
import { names } from "../../config/names";
import type { Topology } from "../../config/topology";
import { Failed, type Rehearsal } from "../rehearsal";
import type { Clusters } from "./clusters";
import { everyPodRuns } from "./in-the-clusters";
import type { KubernetesClient, KubernetesObject } from "./kubernetes-client";
import { until } from "./until";

const ACT = "a zone is lost";

/** Controllers give a node 50 s to report, and each node that the autoscaler adds takes some seconds. */
const PATIENCE_MS = 300_000;

/**
 * The last zone of a country's app cluster is lost, and another country's users come: as many pods of the app as the
 * topology allows find places, all but the lost ones in the two other zones.
 */
export async function losesZone(
  rehearsal: Rehearsal,
  clusters: Clusters,
  topology: Topology,
  country: string,
): Promise<void> {
  const cluster = names.cluster(country);
  const { client, declared } = clusters.standingAs(cluster);
  const zone = declared.pools[0]?.zones.at(-1) ?? "";
  const wanted = getOrThrow(topology.countries, country).app.maxReplicas;
  await rehearsal.step({ act: ACT, name: `${cluster}: the nodes of ${zone} stop` }, async () => {
    clusters.lose(cluster, [zone]);
    const areAway = await until(PATIENCE_MS, async () => (await nodesOf(client, zone)).every(isAway));
    if (!areAway) throw new Failed([`${cluster}: the nodes of ${zone} stopped, and Kubernetes still calls them ready`]);
  });
  await rehearsal.step({ act: ACT, name: `${cluster}: ${wanted} pods of the app` }, async () => {
    const { before, homeless } = await scaled(client, zone, wanted);
    await scale(client, before);
    if (homeless.length > 0) throw new Failed(homeless.map((why) => `${cluster}: ${why}`));
  });
  await rehearsal.step({ act: ACT, name: `${cluster}: the nodes of ${zone} are back` }, async () => {
    clusters.lose(cluster, []);
    const areBack = await until(PATIENCE_MS, async () => !(await nodesOf(client, zone)).some(isAway));
    if (!areBack) throw new Failed([`${cluster}: the nodes of ${zone} are back, and Kubernetes takes none for ready`]);
  });
  await everyPodRuns(rehearsal, ACT, clusters.standingAs(cluster));
}

const DEPLOYMENT = `/apis/apps/v1/namespaces/${NAMESPACES.shop}/deployments/${SHOP}`;
const PODS = `/api/v1/namespaces/${NAMESPACES.shop}/pods?labelSelector=app.kubernetes.io%2Fname%3D${SHOP}`;

/** Asks for so many pods. @returns how many there were, and what keeps those that found no place */
async function scaled(client: KubernetesClient, zone: string, wanted: number) {
  const before: number = (await client.get(DEPLOYMENT)).spec.replicas;
  const lost = new Set((await nodesOf(client, zone)).map(({ metadata }) => metadata.name));
  await scale(client, wanted);
  let pods: readonly KubernetesObject[] = [];
  await until(PATIENCE_MS, async () => {
    pods = await client.list(PODS);
    return pods.filter((pod) => runs(pod) || lost.has(pod.spec.nodeName)).length >= wanted;
  });
  const homeless = pods.filter((pod) => !runs(pod) && !lost.has(pod.spec.nodeName));
  const missing = wanted - pods.length;
  return {
    before,
    homeless: [
      ...homeless.map(({ metadata, status }) => `${metadata.name} has no place: ${refusalOf(status)}`),
      ...(missing > 0 ? [`${missing} of ${wanted} pods were not even created`] : []),
    ],
  };
}

async function scale(client: KubernetesClient, replicas: number): Promise<void> {
  await client.patch(`${DEPLOYMENT}/scale`, { spec: { replicas } }, "merge");
}

async function nodesOf(client: KubernetesClient, zone: string): Promise<KubernetesObject[]> {
  return client.list(`/api/v1/nodes?labelSelector=topology.kubernetes.io%2Fzone%3D${zone}`);
}

function isAway({ status }: KubernetesObject): boolean {
  const conditions: KubernetesObject[] = status.conditions ?? [];
  return conditions.some(({ type, status: is }) => type === "Ready" && is !== "True");
}

function runs({ status, metadata }: KubernetesObject): boolean {
  return status.phase === "Running" && !metadata.deletionTimestamp;
}

function refusalOf({ conditions = [] }: KubernetesObject): string {
  return conditions.find(({ type }: KubernetesObject) => type === "PodScheduled")?.message ?? "nobody looked at it yet";
}
