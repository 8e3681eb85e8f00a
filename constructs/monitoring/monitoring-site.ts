import { Construct } from "constructs";
import { Cluster } from "../cluster/cluster";
import { ClusterAccess } from "../cluster/cluster-access";
import type { ClusterSettings } from "../cluster/cluster-settings";
import type { ClusterToken } from "../cluster/cluster-token";
import { HelmRelease } from "../kubernetes/helm-release";
import { installRows } from "../kubernetes/install";
import { Namespaces } from "../kubernetes/namespaces";
import { StorageClasses } from "../kubernetes/storage-classes";
import { SiteIdentities } from "./site-identities";
import { siteIdentityRows } from "./site-identity-rows";
import { siteNamespaceRows } from "./site-namespace-rows";
import { siteNetworkPolicyRows } from "./site-network-policy-rows";
import { siteReleaseRows } from "./site-release-rows";
import type { SiteBuckets, SiteSettings } from "./site-settings";
import { siteStorageClassRows } from "./site-storage-class-rows";

export interface MonitoringSiteProps {
  readonly settings: SiteSettings;
  readonly cluster: ClusterSettings;
  /** Ids of the VPC and of the nodes' subnet. */
  readonly network: string;
  readonly subnet: string;
  /** Id of the key that encrypts Kubernetes Secrets, and of the one for disks. */
  readonly secretsKey: string;
  readonly diskKey: string;
  /** Id of the key that encrypts backups of the cluster, where they are kept. */
  readonly backupsKey: string;
  readonly buckets: SiteBuckets;
  /** Token for the clusters. */
  readonly token: ClusterToken;
  /** Path of the local chart. */
  readonly localChart: string;
}

/** A country's Prometheus, Grafana, Elasticsearch and Kibana, in a cluster separate from the app's. */
export class MonitoringSite extends Construct {
  /** Name of the cluster, and DNS name of its control plane. */
  readonly clusterName: string;
  readonly clusterEndpoint: string;

  constructor(scope: Construct, id: string, props: MonitoringSiteProps) {
    super(scope, id);
    const { settings, token } = props;
    const cluster = new Cluster(this, "cluster", { ...props, settings: props.cluster });
    const access = new ClusterAccess(this, "access", { endpoint: cluster.endpoint, token, alias: settings.site });
    this.fill(props, cluster);
    access.fill(this);
    this.clusterName = cluster.name;
    this.clusterEndpoint = cluster.endpoint;
  }

  /** Installs everything in the order of the release table. */
  private fill({ settings, buckets, diskKey, localChart }: MonitoringSiteProps, { nodes }: Cluster): void {
    const disks = new StorageClasses(this, "storage-classes", { rows: siteStorageClassRows, diskKey });
    const namespaces = new Namespaces(this, "namespaces", {
      rows: siteNamespaceRows(settings),
      policies: siteNetworkPolicyRows(settings),
      dependsOn: [...nodes, ...disks.all],
    });
    const identities = new SiteIdentities(this, "identities", {
      project: settings.secrets.project,
      country: settings.site,
      rows: siteIdentityRows(settings),
      buckets,
      ready: (namespace) => namespaces.ready(namespace),
    });
    const ready = (namespace: string) => [...namespaces.ready(namespace), ...identities.ready(namespace)];
    const releases = new Construct(this, "releases");
    installRows(
      siteReleaseRows(settings),
      ready,
      (row, dependsOn) => new HelmRelease(releases, row.name, { row, localChart, dependsOn }).release,
    );
  }
}
