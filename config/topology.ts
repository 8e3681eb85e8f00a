import { getOrThrow } from "./get-or-throw";
import type { Of } from "./schema";
import type * as schema from "./topology-schema";

/**
 * The shop's estate as data. Everything that is deployed follows from one {@link Topology}; adding a country means
 * adding one entry to `countries`.
 * Each type follows from `topology-schema.ts`, which describes every field: its unit, its limits and its effect. The
 * rules between fields are in `validate-topology.ts`.
 */
export interface Topology extends Of<typeof schema.topology> {}

/** The Google Cloud project; one per environment, so names need no environment prefix. */
export interface Project extends Of<typeof schema.project> {}

export interface Dns extends Of<typeof schema.dns> {}

/** One country: a Google Cloud region with an edge, a cluster, a database node and a place in the address plan. */
export interface Country extends Of<typeof schema.country> {}

/** What the shop is to be for its users, as the country's edge sees it. */
export interface Objectives extends Of<typeof schema.objectives> {}

/** The HAProxy machines behind the country's public address. */
export interface Edge extends Of<typeof schema.edge> {}

export type IngressController = (typeof schema.INGRESS_CONTROLLERS)[number];

export interface Cluster extends Of<typeof schema.cluster> {}

export interface NodePool extends Of<typeof schema.nodePool> {}

/** The shop's app. Each country has its own entry, so that a release can be rolled out country by country. */
export interface App extends Of<typeof schema.app> {}

/** The country's Galera nodes. The total over all countries is odd, and no country has half of it or more. */
export interface Database extends Of<typeof schema.database> {}

/** The host through which operators reach the estate. */
export interface Vpn extends Of<typeof schema.vpn> {}

/** Who receives alerts. */
export type AlertReceiver = Of<typeof schema.hookReceiver> | Of<typeof schema.mailReceiver>;

/** Who is notified of alerts. */
export interface Alerts extends Of<typeof schema.alerts> {}

/** What monitors a country: a site of its own, or another country's. */
export type Monitoring = OwnSite | BorrowedSite;

/** Prometheus, Grafana, Elasticsearch and Kibana in a cluster of their own. */
export interface OwnSite extends Of<typeof schema.ownSite> {}

export interface BorrowedSite extends Of<typeof schema.borrowedSite> {}

export interface StoreSize extends Of<typeof schema.storeSize> {}

/** Ages at which archived logs and metrics move to colder storage classes. */
export interface Archive extends Of<typeof schema.archive> {}

export function isEvacuated({ countries }: Topology, country: string): boolean {
  return getOrThrow(countries, country).state === "evacuated";
}

/** The countries that serve the users and apps that arrive in `country`, in order: itself first, unless evacuated. */
export function servingOrder(topology: Topology, country: string): string[] {
  const { failover } = getOrThrow(topology.countries, country);
  return isEvacuated(topology, country) ? [...failover, country] : [country, ...failover];
}

/** The countries whose edges send users to `country`: itself, and those that fail over to it. */
export function edgesLeadingTo({ countries }: Topology, country: string): string[] {
  return Object.entries(countries).flatMap(([other, { failover }]) =>
    other === country || failover.includes(country) ? [other] : [],
  );
}

/** The country whose monitoring site serves `country`. */
export function monitoringSite(topology: Topology, country: string): string {
  const monitoring = topology.countries[country]?.monitoring;
  return monitoring && "site" in monitoring ? monitoring.site : country;
}

/**
 * The country that keeps the backups of a country's clusters: the other one with the lowest slot. Slots never change, so
 * neither a new country nor a new failover order moves the backups; Google refuses to delete a plan that holds any.
 */
export function backupKeeper({ countries }: Topology, name: string): string {
  const others = Object.entries(countries).filter(([other]) => other !== name);
  return others.reduce((keeper, other) => (other[1].slot < keeper[1].slot ? other : keeper))[0];
}

/** The countries that have a monitoring site of their own, in the topology's order. */
export function monitoringSites(topology: Topology): string[] {
  return Object.keys(topology.countries).filter((country) => monitoringSite(topology, country) === country);
}
