import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { NAMESPACES, RABBITMQ, SHOP } from "../../config/app-cluster-names";
import { names } from "../../config/names";
import type { Country, Topology } from "../../config/topology";
import { Failed, type Rehearsal } from "../rehearsal";
import { OPERATORS } from "./cloud/operator-table";
import type { Clusters, Standing } from "./clusters";
import type { KubernetesClient, KubernetesObject } from "./kubernetes-client";

const ACT = "operators";

/** How long operators may take to start and to do their work. */
const PATIENCE_MS = 180_000;

/** What operators make of their objects in each country's app cluster, and that none lacks a right anywhere, as far as operators run. */
export async function operatorsDo(rehearsal: Rehearsal, clusters: Clusters, { countries }: Topology): Promise<void> {
  const { operators } = clusters;
  if (!operators) return;
  for (const [country, each] of Object.entries(countries)) {
    await checkCountry(rehearsal, clusters.standingAs(names.cluster(country)), each, operators);
  }
  for (const cluster of clusters.standing) {
    if (existsSync(join(operators, "prometheus-operator"))) {
      await checkCluster(rehearsal, cluster, "what Prometheus's operator made", () => unreconciled(cluster.client));
    }
    await checkCluster(rehearsal, cluster, "no right is refused", async () => refusals(cluster.folder));
  }
}

async function checkCountry(
  rehearsal: Rehearsal,
  cluster: Standing,
  { app }: Country,
  programs: string,
): Promise<void> {
  const { declared, client } = cluster;
  const runs = (program: string) => existsSync(join(programs, program));
  const check = (name: string, work: () => Promise<string[]>) => checkCluster(rehearsal, cluster, name, work);
  if (runs("keda-operator")) await check("the app's autoscaler", () => autoscalerProblems(client, app));
  if (runs("rabbitmq-operator"))
    await check("the broker's pods", () => brokerProblems(client, declared.pools[0]?.zones));
}

function checkCluster(
  rehearsal: Rehearsal,
  { declared: { name } }: Standing,
  what: string,
  work: () => Promise<string[]>,
): Promise<void> {
  return rehearsal.step({ act: ACT, name: `${name}: ${what}` }, async () => {
    const problems = await untilNone(work);
    if (problems.length > 0) throw new Failed(problems.map((one) => `${name}: ${one}`));
  });
}

/** KEDA's autoscaler has the topology's bounds and scales by CPU and by the queue's length. */
export async function autoscalerProblems(
  client: Pick<KubernetesClient, "find">,
  app: Country["app"],
): Promise<string[]> {
  const found = await client.find(
    `/apis/autoscaling/v2/namespaces/${NAMESPACES.shop}/horizontalpodautoscalers/${SHOP}`,
  );
  if (!found) return ["KEDA made no autoscaler of the app's ScaledObject"];
  const { minReplicas, maxReplicas, metrics } = found.spec;
  const by: string[] = metrics.map(describeMetric).sort();
  return [
    ...differs("least pods", app.minReplicas, minReplicas),
    ...differs("most pods", app.maxReplicas, maxReplicas),
    ...differs("metrics", `cpu, queue at ${app.messagesPerReplica}`, by.join(", ")),
  ];
}

function describeMetric({ type, resource, external }: KubernetesObject): string {
  if (type === "Resource") return String(resource.name);
  const isQueue = external?.metric.name.includes("rabbitmq");
  return `${isQueue ? "queue" : external?.metric.name} at ${external?.target.averageValue}`;
}

/** The broker's StatefulSet has a pod that runs in each zone. */
export async function brokerProblems(
  client: Pick<KubernetesClient, "find" | "list">,
  zones: readonly string[] = [],
): Promise<string[]> {
  const name = `${RABBITMQ.name}-server`;
  const set = await client.find(`/apis/apps/v1/namespaces/${NAMESPACES.shop}/statefulsets/${name}`);
  if (!set) return ["the operator made no StatefulSet of the broker's RabbitmqCluster"];
  const pods = (await client.list(`/api/v1/namespaces/${NAMESPACES.shop}/pods`)).filter(
    ({ metadata, status }) => metadata.name.startsWith(name) && status.phase === "Running",
  );
  const nodes = new Map((await client.list("/api/v1/nodes")).map((node) => [node.metadata.name, node.metadata.labels]));
  const taken = pods.map(({ spec }) => nodes.get(spec.nodeName)?.["topology.kubernetes.io/zone"]);
  return differs("zones of the broker's pods", [...zones].sort().join(", "), taken.sort().join(", "));
}

/** Objects of Prometheus's operator that it made nothing of, with its reason. */
export async function unreconciled(client: Pick<KubernetesClient, "list">): Promise<string[]> {
  const paths = ["v1/prometheuses", "v1/alertmanagers", "v1alpha1/prometheusagents"];
  const found = await Promise.all(paths.map((path) => client.list(`/apis/monitoring.coreos.com/${path}`)));
  return found.flat().flatMap(({ metadata, status }) => {
    const conditions: KubernetesObject[] = status?.conditions ?? [];
    const { status: is, message } = conditions.find(({ type }) => type === "Reconciled") ?? {};
    return is === "True"
      ? []
      : [`${metadata.name} is not what was asked for: ${message ?? "the operator says nothing"}`];
  });
}

function differs(what: string, expected: unknown, found: unknown): string[] {
  return expected === found ? [] : [`${what}: expected ${expected}, found ${found}`];
}

/** What the API server refused an operator for want of a right, by the operators' logs. */
export function refusals(folder: string): string[] {
  return OPERATORS.flatMap(({ deployment }) => {
    const log = join(folder, `${deployment}.log`);
    const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
    const refused = lines.find((line) => /is forbidden: /.test(line));
    return refused ? [`${deployment} was refused a right: ${refused}`] : [];
  });
}

async function untilNone(work: () => Promise<string[]>): Promise<string[]> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const problems = await work();
    if (problems.length === 0 || Date.now() > end) return problems;
    await delay(1000);
  }
}
