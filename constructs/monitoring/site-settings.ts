import type { AlertReceiver, Objectives } from "../../config/topology";
import type { SecretStoreSettings } from "../kubernetes/values/secret-store";
import type { RenewalSettings } from "./renewal/renewal-settings";

/** What one country's monitoring site needs. Everything else is the same at every site. */
export interface SiteSettings {
  /** The site's country, which also names it. */
  readonly site: string;
  /** Zone of private names, `internal.<domain>`. */
  readonly internalZone: string;
  /** /28 of the control plane of the site's cluster. */
  readonly controlPlane: string;
  /** Maximum nodes of the cluster: all pools at their maximum, plus one each during an upgrade. */
  readonly maxNodes: number;
  /** The project with the secrets, and the site's cluster, whose identities may read them. */
  readonly secrets: SecretStoreSettings;
  /** Every country, whoever watches it. */
  readonly estate: readonly string[];
  /** The countries whose agents push here, including the site's own, in the topology's order. */
  readonly countries: readonly WatchedCountry[];
  /** Every database node of the estate: there is one Galera cluster, so each site watches all of it. */
  readonly databases: readonly DatabaseTarget[];
  /** Every site, including this one, in the order of duty: the first that can, notifies about what all of them see. */
  readonly sites: readonly SiteTarget[];
  /** Reserved addresses of this site's load balancers. */
  readonly addresses: SiteAddresses;
  readonly sourceRanges: SourceRanges;
  readonly buckets: SiteBuckets;
  readonly sizes: SiteSizes;
  readonly alerts: AlertSettings;
  /** How it renews the edges' certificates. @default they are renewed by hand */
  readonly renewal?: RenewalSettings;
  /** Image with curl and a shell, with its tag: configures Elasticsearch and checks its snapshots. */
  readonly curlImage: string;
  /** What stands for docker.io in the images of charts. */
  readonly dockerHub: string;
}

export interface WatchedCountry {
  readonly country: string;
  readonly zones: readonly string[];
  /** Machines in the edge's group. */
  readonly edgeMachines: number;
  /** Fixed address of the VPN host. */
  readonly vpn: string;
  /** Subnet of the edges (CIDR). */
  readonly edgeRange: string;
  /** Queued messages that all of the app's pods together should be able to handle. */
  readonly queueLimit: number;
  readonly objectives: Objectives;
}

export interface DatabaseTarget {
  readonly name: string;
  readonly country: string;
  readonly zone: string;
  readonly address: string;
}

export interface SiteTarget {
  readonly site: string;
  /** Addresses of its Prometheus, each behind its own load balancer. */
  readonly prometheus: readonly string[];
}

export interface SiteAddresses {
  /** Queries both replicas and the archive. */
  readonly prometheus: string;
  /** Where agents push: one address per replica, because a shared load balancer would split the samples. */
  readonly replicas: readonly [string, string];
  readonly grafana: string;
  readonly elasticsearch: string;
  readonly kibana: string;
}

/** Allowed clients (CIDR). */
export interface SourceRanges {
  /** Nodes and pods of the app clusters that push here. */
  readonly agents: readonly string[];
  /** Subnets of the machines whose logs come here. */
  readonly machines: readonly string[];
  /** Nodes and pods of every site, including this one. */
  readonly sites: readonly string[];
  /** Operators: the VPN hosts. */
  readonly people: readonly string[];
}

export interface SiteSizes {
  /** Class of disks that stay in one zone; each replica has its own. */
  readonly storageClass: string;
  /** Disk of one Prometheus in GB: 15 days of the site's samples. */
  readonly prometheusDiskGb: number;
  /** Disk of one Elasticsearch node in GB. */
  readonly elasticsearchDiskGb: number;
  /** Memory of one Prometheus, and of one Elasticsearch node, in GiB. */
  readonly prometheusMemoryGi: number;
  readonly elasticsearchMemoryGi: number;
}

/** Ways to notify somebody, by the name of Alertmanager's receiver. */
export type AlertSettings = Readonly<Partial<Record<AlertReceiverName, AlertReceiver>>>;

/** The last one is told that alerts arrive, and notices when it is not. */
export type AlertReceiverName = "critical" | "warning" | "dead-mans-switch";

/** Names of the buckets that a site writes to. */
export interface SiteBuckets {
  readonly metrics: string;
  readonly snapshots: string;
}
