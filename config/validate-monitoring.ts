import { getOrThrow } from "./get-or-throw";
import { machineSize } from "./machine-types";
import { type Problem, problem, when } from "./problem";
import { monitoringSite, type OwnSite, type Topology } from "./topology";
import { poolProblems } from "./validate-pools";

/** The pod range of a site's cluster holds 128 nodes; the rest is for nodes that an upgrade adds. */
const MAXIMUM_SITE_NODES = 120;

/** Elasticsearch nodes, one per zone. */
const ELASTICSEARCH_NODES = 3;

/** Share of a node's memory that one pod may take: the rest is for the kubelet and for every node's agents. */
const STORE_SHARE = 0.75;

/** Problems of the site that a country without its own refers to. */
export function monitoringProblems(topology: Topology, name: string): Problem[] {
  const { monitoring } = getOrThrow(topology.countries, name);
  if (!("site" in monitoring)) return [];
  const at = `countries.${name}.monitoring.site`;
  const { site } = monitoring;
  if (site === name) return [problem(at, site, "describe the cluster of its own site instead")];
  if (!Object.hasOwn(topology.countries, site)) {
    return [problem(at, site, `use one of ${Object.keys(topology.countries).join(", ")}`)];
  }
  const watcher = monitoringSite(topology, site);
  return when(
    watcher !== site,
    at,
    site,
    `choose a country with a site of its own: ${site} is watched from ${watcher}`,
  );
}

export function siteNodeProblems({ countries }: Topology, country: string): Problem[] {
  const { monitoring } = getOrThrow(countries, country);
  if ("site" in monitoring) return [];
  const at = `countries.${country}.monitoring.cluster.pools`;
  const pools = Object.values(monitoring.cluster.pools);
  const sum = (of: "minNodes" | "maxNodes") => pools.reduce((total, pool) => total + pool[of], 0);
  return [
    ...when(
      sum("minNodes") < ELASTICSEARCH_NODES,
      at,
      pools.map(({ minNodes }) => minNodes),
      `minNodes must add up to at least ${ELASTICSEARCH_NODES}: Elasticsearch has a node in each zone`,
    ),
    ...when(
      sum("maxNodes") > MAXIMUM_SITE_NODES,
      at,
      pools.map(({ maxNodes }) => maxNodes),
      `maxNodes must add up to at most ${MAXIMUM_SITE_NODES}: the pod range holds 128 nodes`,
    ),
    ...poolProblems(at, monitoring.cluster.pools),
  ];
}

export function storeProblems({ countries }: Topology, country: string): Problem[] {
  const { monitoring } = getOrThrow(countries, country);
  if ("site" in monitoring) return [];
  const { cluster, prometheus, elasticsearch } = monitoring;
  const room = memoryGibOfLargest(cluster.pools) * STORE_SHARE;
  return Object.entries({ prometheus, elasticsearch }).flatMap(([store, { memoryGib }]) =>
    when(
      memoryGib > room,
      `countries.${country}.monitoring.${store}.memoryGib`,
      memoryGib,
      `use at most ${Math.floor(room)}, or larger machines: its pod must fit on one`,
    ),
  );
}

function memoryGibOfLargest(pools: OwnSite["cluster"]["pools"]): number {
  return Math.max(
    0,
    ...Object.values(pools).map(({ machineType }) => (machineSize(machineType)?.memoryMb ?? 0) / 1024),
  );
}
