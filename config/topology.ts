import type { Delivery } from "./delivery";

/**
 * The shop's estate as data. Everything that is deployed follows from one {@link Topology};
 * adding a country is one more entry of `countries`. The rules that types cannot express are in
 * `validate-topology.ts`.
 */
export interface Topology {
  /** Name of the environment. Becomes a label and the folder of local state: lower case, 1 to 20 characters. */
  readonly environment: string;
  readonly project: Project;
  readonly delivery: Delivery;
  /**
   * Apex of the shop without a trailing dot, as users type it: at most 200 characters. Cannot change without
   * moving the DNS zone.
   */
  readonly domain: string;
  readonly dns: Dns;
  /**
   * Two or more countries, keyed by the name that stands in stack ids, resource names and host names.
   * A key cannot change once deployed: it names stateful resources.
   */
  readonly countries: Readonly<Record<string, Country>>;
  /**
   * The country whose first database node begins the cluster, once, and makes its secrets; the database's backups lie
   * in its region. It cannot change while it is in `countries`: the backups would have to move.
   */
  readonly firstDatabase: string;
  /**
   * Where the alerts of every site go.
   * @default nowhere: they are shown in Grafana only, and synthesis says so
   */
  readonly alerts?: AlertReceiver;
  /**
   * Public ranges (CIDR, /24 or smaller) from which people may open the VPN's console without Identity-Aware Proxy.
   * @default none
   */
  readonly administrators?: readonly string[];
}

/** The Google Cloud project; one per environment, so names need no environment prefix. */
export interface Project {
  /** Project id, 6 to 30 characters. Also the prefix of bucket names, which are global. */
  readonly id: string;
  /**
   * Project number. Service agents' addresses are built from it, because looking it up needs an API call
   * that an offline plan cannot make.
   */
  readonly number: number;
}

export interface Dns {
  /** Where Cloud DNS probes the edges from: exactly three regions, the API takes no other count. */
  readonly probeRegions: readonly [string, string, string];
  /** Certificate authorities that may issue for the domain (CAA). */
  readonly certificateAuthorities: readonly string[];
}

/** One country: a Google Cloud region with an edge, a cluster, a database node and a place in the address plan. */
export interface Country {
  /** Google Cloud region; no two countries share one, because DNS answers by region. */
  readonly region: string;
  /** The zones that machines are spread over: 3, of `region`. */
  readonly zones: readonly [string, string, string];
  /** Number of the country's /14 within 10.0.0.0/8: 0 to 63, unique. Never reuse or change one that was deployed. */
  readonly slot: number;
  /**
   * The countries that serve this one's users when its own app is down, in order. At least one; a country
   * that is left out never serves.
   */
  readonly failover: readonly string[];
  readonly edge: Edge;
  readonly cluster: Cluster;
  readonly app: App;
  readonly database: Database;
  readonly vpn: Vpn;
  readonly monitoring: Monitoring;
  readonly archive: Archive;
}

/** The HAProxy machines behind the country's public address. */
export interface Edge {
  /** Machine type, for example `e2-standard-2`. TLS is the load: about one core per 1,500 new sessions a second. */
  readonly machineType: string;
  /** Machines in the group: 3 to 30, so that each zone has one. */
  readonly instances: number;
  /** Requests that one client address may make in 10 seconds before it gets 429: 10 to 100,000. */
  readonly requestsPer10Seconds: number;
}

/** Controllers that can serve the cluster's Ingress, by the names of their charts. */
export const INGRESS_CONTROLLERS = ["ingress-nginx", "nginx-ingress"] as const;
export type IngressController = (typeof INGRESS_CONTROLLERS)[number];

export interface Cluster {
  /** `ingress-nginx` as drawn, whose upstream ended in March 2026, or F5's maintained `nginx-ingress`. */
  readonly ingress: IngressController;
  /** Node pools by name. The app's pods run in `app` alone, everything else in the others: at least two pools. */
  readonly pools: { readonly app: NodePool } & Readonly<Record<string, NodePool>>;
}

export interface NodePool {
  readonly machineType: string;
  /** Least number of nodes over all zones: 0 to `maxNodes`. */
  readonly minNodes: number;
  /** Greatest number of nodes over all zones: 1 to 250, of all pools together as well (the pod range holds 256). */
  readonly maxNodes: number;
  /** Boot disk of a node in GB: 20 to 1,000. */
  readonly diskGb: number;
}

/** The shop's app. Each country has its own entry, so that a release can go from country to country. */
export interface App {
  /** With its registry, and a tag or a digest: `registry/name:tag`, `registry/name@sha256:…`. Not `latest`. */
  readonly image: string;
  /** Least number of pods: 3 or more, one per zone. */
  readonly minReplicas: number;
  /** Greatest number of pods: `minReplicas` or more, at most 3 per vCPU that the pool `app` can grow to. */
  readonly maxReplicas: number;
  /** Messages in the queue that one pod is expected to work off: 1 to 100,000. */
  readonly messagesPerReplica: number;
}

/** The country's nodes of the Galera cluster. The cluster's total is odd, and no country has half of it or more. */
export interface Database {
  /** Galera nodes in this country, spread over its zones: 0 to 9. A country without one uses those of `failover`. */
  readonly nodes: number;
  /** Machine type of a node, one of `machine-types.ts`: MariaDB fills its memory. */
  readonly machineType: string;
  /** Size of a node's data disk in GB: 20 to 65,536. It can grow and never shrink. */
  readonly diskGb: number;
  /** Longest absence after which a node catches up without a full copy, in minutes: 1 to 1,440. Costs disk. */
  readonly outageMinutes: number;
  /** What the whole cluster writes in a minute of its busiest hour, in MB: 1 to 1,000. */
  readonly writeMbPerMinute: number;
  /** Days that snapshots and backups are kept: 1 to 365. */
  readonly backupRetentionDays: number;
}

/** The host that operators reach the estate through. */
export interface Vpn {
  /** Machine type, for example `e2-small`: some ten operators at a time. */
  readonly machineType: string;
  /** Size of the data disk in GB: 10 to 1,000. It can grow and never shrink. */
  readonly diskGb: number;
  /** Days that its snapshots are kept: 1 to 365. */
  readonly backupRetentionDays: number;
}

/**
 * Who is told. `secret` is the id of a secret in Secret Manager, which is made empty: people put the webhook's or the
 * channel's address into it, or the mail account's password, the text alone.
 */
export type AlertReceiver =
  | { readonly kind: "webhook" | "slack"; readonly secret: string }
  | {
      readonly kind: "email";
      readonly secret: string;
      readonly to: string;
      readonly from: string;
      /** Mail server with its port, which must offer STARTTLS: `smtp.example.com:587`. */
      readonly server: string;
      readonly username: string;
    };

/** What watches a country: a site of its own, or another country's. */
export type Monitoring = OwnSite | BorrowedSite;

/** Prometheus, Grafana, Elasticsearch and Kibana in a cluster of their own. */
export interface OwnSite {
  /** At least 3 nodes, one per zone: each has one of the three Elasticsearch. */
  readonly cluster: { readonly pools: Readonly<Record<string, NodePool>> };
  /** Each of the two Prometheus. */
  readonly prometheus: StoreSize;
  /** Each of the three Elasticsearch nodes. */
  readonly elasticsearch: StoreSize;
}

export interface BorrowedSite {
  /** The country whose site it is: agents push there. */
  readonly site: string;
}

export interface StoreSize {
  /** Disk in GB: 10 to 10,000. It can grow and never shrink. */
  readonly diskGb: number;
  /** Memory in GiB: 1 to 64, and less than a node has. */
  readonly memoryGib: number;
}

/** Ages at which archived logs and metrics move to colder storage classes. */
export interface Archive {
  /** Days until an object becomes NEARLINE: at least 1. */
  readonly nearlineAfterDays: number;
  /** Days until an object becomes ARCHIVE: more than `nearlineAfterDays`. */
  readonly archiveAfterDays: number;
  /** Days that a raw log cannot be deleted, and after which it is: more than `archiveAfterDays`. */
  readonly logRetentionDays: number;
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
 * Region that keeps the backups of a country's clusters: that of the other country with the lowest slot. Slots stay, so
 * neither a new country nor another failover order moves them; Google refuses to delete a plan that holds backups.
 */
export function backupRegion({ countries }: Topology, name: string): string {
  const others = Object.entries(countries).flatMap(([other, country]) => (other === name ? [] : [country]));
  return others.reduce((keeper, other) => (other.slot < keeper.slot ? other : keeper)).region;
}

/** The countries that have a monitoring site of their own, in the topology's order. */
export function monitoringSites(topology: Topology): string[] {
  return Object.keys(topology.countries).filter((country) => monitoringSite(topology, country) === country);
}
