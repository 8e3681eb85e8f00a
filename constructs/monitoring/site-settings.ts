import type { AlertReceiver, Objectives } from "../../config/topology";
import type { SecretStoreSettings } from "../kubernetes/values/secret-store";

/** One country's monitoring site: what its releases need to know. Everything else is the same at every site. */
export interface SiteSettings {
  /** The country that the site stands in, which also names it. */
  readonly site: string;
  /** Zone of private names, `internal.<domain>`. */
  readonly internalZone: string;
  /** /28 of the control plane of the site's cluster. */
  readonly controlPlane: string;
  /** Nodes that the cluster can have at once: all pools at their greatest, and one more of each while it is upgraded. */
  readonly maxNodes: number;
  /** Where secrets are kept, and the site's cluster, whose identities open them. */
  readonly secrets: SecretStoreSettings;
  /** The countries whose agents push here, the site's own among them, in the topology's order. */
  readonly countries: readonly WatchedCountry[];
  /** Every database node of the estate: one cluster, so each site looks at all of it. */
  readonly databases: readonly DatabaseTarget[];
  /** Every site, this one among them. */
  readonly sites: readonly SiteTarget[];
  /** Reserved addresses of this site's load balancers. */
  readonly addresses: SiteAddresses;
  readonly sourceRanges: SourceRanges;
  readonly buckets: SiteBuckets;
  readonly sizes: SiteSizes;
  readonly alerts: AlertRoute;
  /** Image with curl and a shell, with its tag: configures Elasticsearch and asks it for snapshots. */
  readonly curlImage: string;
}

export interface WatchedCountry {
  readonly country: string;
  readonly zones: readonly string[];
  /** Fixed address of the VPN host. */
  readonly vpn: string;
  /** Subnet of the edges (CIDR). */
  readonly edgeRange: string;
  /** Messages that all the app's pods together are expected to work off. */
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
  /** Addresses of its Prometheus, each behind a load balancer of its own. */
  readonly prometheus: readonly string[];
}

export interface SiteAddresses {
  /** What asks both replicas and the archive. */
  readonly prometheus: string;
  /** What agents push to: each replica by itself, because one load balancer would give each a part of the samples. */
  readonly replicas: readonly [string, string];
  readonly grafana: string;
  readonly elasticsearch: string;
  readonly kibana: string;
}

/** Who may connect (CIDR). */
export interface SourceRanges {
  /** Nodes and pods of the app clusters that push here. */
  readonly agents: readonly string[];
  /** Nodes and pods of every site, this one among them. */
  readonly sites: readonly string[];
  /** Where people come from: the VPN hosts. */
  readonly people: readonly string[];
}

export interface SiteSizes {
  /** Class of disks that stay in their zone: each replica has its own. */
  readonly storageClass: string;
  /** Disk of one Prometheus in GB: 15 days of the site's samples. */
  readonly prometheusDiskGb: number;
  /** Disk of one Elasticsearch node in GB. */
  readonly elasticsearchDiskGb: number;
  /** Memory of one Prometheus, and of one Elasticsearch node, in GiB. */
  readonly prometheusMemoryGi: number;
  readonly elasticsearchMemoryGi: number;
}

/** Where alerts go. */
export type AlertRoute = AlertReceiver | { readonly kind: "none" };

/** Names of the buckets that a site writes to. */
export interface SiteBuckets {
  readonly metrics: string;
  readonly snapshots: string;
}
