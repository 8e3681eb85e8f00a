import { machineSize } from "./machine-types";
import { isWhole, type Problem, problem, when } from "./problem";
import { type AlertReceiver, monitoringSite, type OwnSite, type StoreSize, type Topology } from "./topology";
import { poolProblems } from "./validate-pools";

/** The pod range of a site's cluster holds 128 nodes; the rest is for those that an upgrade adds. */
const MAXIMUM_SITE_NODES = 120;

/** Nodes of Elasticsearch, one per zone. */
const ELASTICSEARCH_NODES = 3;

/** What is wrong with the site that watches a country: its own, or where another one's is looked for. */
export function monitoringProblems(topology: Topology, name: string): Problem[] {
  const at = `countries.${name}.monitoring`;
  const monitoring = topology.countries[name]?.monitoring;
  if (monitoring && !("site" in monitoring)) return ownSiteProblems(at, monitoring);
  const site = monitoringSite(topology, name);
  if (!Object.hasOwn(topology.countries, site)) {
    return [problem(`${at}.site`, site, `use one of ${Object.keys(topology.countries).join(", ")}`)];
  }
  if (site === name) return [problem(`${at}.site`, site, "describe the cluster of its own site in its place")];
  return when(
    monitoringSite(topology, site) !== site,
    `${at}.site`,
    site,
    `choose a country with a site of its own: ${site} is watched from ${monitoringSite(topology, site)}`,
  );
}

function ownSiteProblems(at: string, { cluster, prometheus, elasticsearch }: OwnSite): Problem[] {
  const pools = Object.entries(cluster.pools);
  const sum = (of: "minNodes" | "maxNodes") => pools.reduce((total, [, pool]) => total + pool[of], 0);
  return [
    ...when(
      sum("minNodes") < ELASTICSEARCH_NODES,
      `${at}.cluster.pools`,
      pools.map(([, { minNodes }]) => minNodes),
      `let minNodes add up to at least ${ELASTICSEARCH_NODES}: Elasticsearch has a node in each zone`,
    ),
    ...when(
      sum("maxNodes") > MAXIMUM_SITE_NODES,
      `${at}.cluster.pools`,
      pools.map(([, { maxNodes }]) => maxNodes),
      `let maxNodes add up to at most ${MAXIMUM_SITE_NODES}, the pod range holds 128 nodes`,
    ),
    ...pools.flatMap(([pool, settings]) => poolProblems(`${at}.cluster.pools.${pool}`, pool, settings)),
    ...storeProblems(`${at}.prometheus`, prometheus, cluster),
    ...storeProblems(`${at}.elasticsearch`, elasticsearch, cluster),
  ];
}

/** A quarter of a node is left to the kubelet and to the agents that every node has. */
function storeProblems(at: string, { diskGb, memoryGib }: StoreSize, { pools }: OwnSite["cluster"]): Problem[] {
  const sizes = Object.values(pools).map(({ machineType }) => machineSize(machineType)?.memoryMb ?? Infinity);
  const room = Math.floor((Math.max(0, ...sizes) / 1024) * 0.75);
  return [
    ...when(!isWhole(diskGb, 10, 10_000), `${at}.diskGb`, diskGb, "use 10 to 10,000 GB"),
    ...when(!isWhole(memoryGib, 1, 64), `${at}.memoryGib`, memoryGib, "use 1 to 64 GiB"),
    ...when(
      isWhole(memoryGib, 1, 64) && memoryGib > room,
      `${at}.memoryGib`,
      memoryGib,
      `use at most ${room}, or larger machines: its pod must fit on one`,
    ),
  ];
}

/** What is wrong with where alerts go. */
export function alertProblems(alerts: AlertReceiver | undefined): Problem[] {
  if (!alerts) return [];
  const { kind, secret } = alerts;
  const isKnown = ["webhook", "slack", "email"].includes(kind);
  return [
    ...when(!isKnown, "alerts.kind", kind, "use webhook, slack or email, or leave alerts out"),
    ...when(
      !/^[A-Za-z0-9_-]{1,255}$/.test(secret),
      "alerts.secret",
      secret,
      "use the id of a secret, such as alert-channel; its value is put into Secret Manager",
    ),
    ...(kind === "email" ? mailProblems(alerts) : []),
  ];
}

function mailProblems({ to, from, server, username }: Extract<AlertReceiver, { kind: "email" }>): Problem[] {
  return [
    ...Object.entries({ to, from }).flatMap(([field, address]) =>
      when(!/^[^@\s]+@[^@\s]+$/.test(address), `alerts.${field}`, address, "use an address such as people@example.com"),
    ),
    ...when(!/^[^:\s]+:[1-9]\d{0,4}$/.test(server), "alerts.server", server, "name the port too: smtp.example.com:587"),
    ...when(username === "", "alerts.username", username, "name the account that the mail server knows"),
  ];
}
