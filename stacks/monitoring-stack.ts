import { Annotations, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { AddressPlan } from "../config/address-plan";
import { entry } from "../config/entry";
import { backupRegion, type Country, type OwnSite, type Topology } from "../config/topology";
import { Archive, type SiteBuckets } from "../constructs/archive/archive";
import { ClusterToken } from "../constructs/cluster/cluster-token";
import { localChart } from "../constructs/kubernetes/install-rows";
import { MonitoringSite } from "../constructs/monitoring/monitoring-site";
import { StackOutputs } from "../constructs/stack-outputs";
import { setUpStack } from "../constructs/stack-setup";
import { monitoringSiteSettings } from "../settings/monitoring-site";
import type { CountryNetworkOutputs } from "./network-stack";
import type { RegionOutputs } from "./region-stack";

export interface MonitoringStackProps {
  readonly topology: Topology;
  readonly plan: AddressPlan;
  /** By country. */
  readonly networks: Readonly<Record<string, CountryNetworkOutputs>>;
  /** By country. */
  readonly regions: Readonly<Record<string, RegionOutputs>>;
}

/** What watches the countries from outside their app clusters, and what it leaves behind. */
export class MonitoringStack extends TerraformStack {
  private readonly token: ClusterToken;
  private readonly chart: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MonitoringStackProps,
  ) {
    super(scope, id);
    const { topology, networks, regions } = props;
    setUpStack(this, topology);
    this.token = new ClusterToken(this, "cluster-token", { project: topology.project.id });
    this.chart = localChart(this);
    const countries = new Construct(this, "countries");
    for (const [name, country] of Object.entries(topology.countries)) {
      const scope = new Construct(countries, name);
      const archive = new Archive(scope, "archive", {
        ...country.archive,
        project: topology.project.id,
        country: name,
        region: country.region,
        key: entry(networks, name).readFrom(this).archivesKey,
        hasSite: !("site" in country.monitoring),
        logWriter: entry(regions, name).readFrom(this).agentMember,
      });
      new StackOutputs(scope, "outputs", {
        prefix: name,
        values: { logsBucket: { value: archive.logs, description: "Bucket of the raw log archive" } },
      });
      if (archive.site && !("site" in country.monitoring)) {
        this.site(scope, name, country, country.monitoring, archive.site);
      }
    }
    if (!topology.alerts) {
      Annotations.of(this).addWarning("alerts reach nobody: name a receiver in `alerts` of the topology");
    }
  }

  private site(scope: Construct, name: string, country: Country, { cluster }: OwnSite, buckets: SiteBuckets): void {
    const { topology, plan, networks } = this.props;
    const network = entry(networks, name).readFrom(this);
    const site = new MonitoringSite(scope, "site", {
      settings: monitoringSiteSettings(topology, plan, name),
      zones: country.zones,
      pools: cluster.pools,
      network: network.network,
      subnet: network.monitoringSubnet,
      secretsKey: network.clustersKey,
      diskKey: network.disksKey,
      backupRegion: backupRegion(topology, name),
      buckets,
      token: this.token,
      localChart: this.chart,
    });
    new StackOutputs(scope, "site-outputs", {
      prefix: name,
      values: {
        clusterName: { value: site.clusterName, description: "Name of the monitoring cluster" },
        clusterEndpoint: { value: site.clusterEndpoint, description: "DNS name of its control plane" },
        metricsBucket: { value: buckets.metrics, description: "Bucket of the metric archive" },
        snapshotsBucket: { value: buckets.snapshots, description: "Bucket of Elasticsearch's snapshots" },
      },
    });
  }
}
