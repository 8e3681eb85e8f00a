import { type Attributes, listOf, type SynthesizedEstate } from "../synthesized/estate";
import type { Agent, App, Cluster, Item } from "./picture";
import { addressOf, count, inRegion, type Release, recordOf, releasesOf } from "./releases";

/** What runs in a country's app cluster. */
export function readCluster(estate: SynthesizedEstate, country: string): Cluster | undefined {
  const isHere = inRegion(country);
  const cluster = estate.ofType("google_container_cluster").find(isHere);
  if (!cluster) return undefined;
  const releases = releasesOf(estate, isHere);
  const ingress = releases.find(({ chart }) => /nginx/.test(chart));
  const keda = releases.find(({ chart }) => chart === "keda");
  const agents = releases.filter(isAgent);
  const scaled = releases.flatMap((release) => release.objects("ScaledObject"));
  const drawn = new Set([ingress, keda, ...agents]);
  return {
    title: `GKE ${cluster.attributes.name}`,
    lines: estate.ofType("google_container_node_pool").filter(isHere).map(poolLine).sort(),
    ...(ingress && { ingress: ingressItem(ingress) }),
    ...(keda && { autoscaler: { title: "KEDA, HPA", lines: scaled.map(triggers) } }),
    ...broker(releases),
    ...app(estate, country, scaled),
    ...(agents.length > 0 && { agent: agentItem(agents, estate) }),
    others: releases.filter((each) => !each.isLocal && !drawn.has(each)).map(({ name }) => name),
  };
}

function poolLine({ attributes: { name, autoscaling, node_config } }: { readonly attributes: Attributes }): string {
  const [{ total_min_node_count: least, total_max_node_count: most } = {}] = listOf(autoscaling);
  return `${name}: ${least}–${most} ${recordOf(listOf(node_config)[0]).machine_type}`;
}

function ingressItem(release: Release): Item {
  const { minReplicas, maxReplicas } = recordOf(release.at("controller", "autoscaling"));
  const replicas = minReplicas ?? release.at("controller", "replicaCount");
  return {
    title: "Ingress",
    lines: [release.chart, ...(replicas === undefined ? [] : [count(replicas, maxReplicas, "pod")])],
  };
}

function triggers(scaled: Attributes): string {
  const types = listOf(recordOf(scaled.spec).triggers).map(({ type }) => String(type));
  return `by ${types.join(", ")}`;
}

function broker(releases: readonly Release[]): { broker?: Item } {
  const [found] = releases.flatMap((release) => release.objects("RabbitmqCluster"));
  return found
    ? { broker: { title: "RabbitMQ", lines: [count(recordOf(found.spec).replicas, undefined, "node")] } }
    : {};
}

function app(estate: SynthesizedEstate, country: string, scaled: readonly Attributes[]): { app?: App } {
  const deployment = estate.ofType("kubernetes_deployment_v1").find(inRegion(country))?.attributes;
  if (!deployment) return {};
  const { name } = recordOf(listOf(deployment.metadata)[0]);
  const spec = recordOf(listOf(deployment.spec)[0]);
  const scaling = scaled.map(({ spec }) => recordOf(spec)).find((each) => recordOf(each.scaleTargetRef).name === name);
  const pods = count(scaling?.minReplicaCount ?? spec.replicas, scaling?.maxReplicaCount, "pod");
  const edge = addressOf(firstDatabaseHost(spec), estate)?.country;
  const far = edge && edge !== country ? [`database by ${edge}`] : [];
  return { app: { title: `App ${name}`, lines: [pods, ...far], ...(edge && { databaseEdge: edge }) } };
}

function firstDatabaseHost({ template }: Attributes): string {
  const pod = recordOf(listOf(recordOf(listOf(template)[0]).spec)[0]);
  const variables = listOf(pod.container).flatMap(({ env }) => listOf(env));
  const hosts = variables.find(({ name }) => name === "DATABASE_HOSTS")?.value;
  return String(hosts ?? "").split(",")[0] ?? "";
}

/** Prometheus that only forwards, or Vector on every node. */
function isAgent(release: Release): boolean {
  return release.at("prometheus", "agentMode") === true || release.at("role") === "Agent";
}

function agentItem(agents: readonly Release[], estate: SynthesizedEstate): Agent {
  const buckets = new Set(estate.ofType("google_storage_bucket").map(({ attributes }) => attributes.name));
  const strings = agents.flatMap((agent) => agent.strings());
  const hosts = strings.flatMap((text) => /^https?:\/\/([^:/]+)/.exec(text)?.[1] ?? []);
  return {
    title: "Agent",
    lines: agents.map((agent) => (agent.at("role") ? "Vector" : "Prometheus")).sort(),
    pushesTo: hosts.flatMap((host) => addressOf(host, estate) ?? []),
    archives: strings.some((text) => buckets.has(text)),
  };
}
