import { Annotations, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { AddressPlan } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import type { Topology } from "../config/topology";
import { Archive } from "../constructs/archive/archive";
import { ClusterToken } from "../constructs/cluster/cluster-token";
import { localChart } from "../constructs/kubernetes/local-chart";
import { BackupWatch } from "../constructs/monitoring/backup-watch";
import { MonitoringSite } from "../constructs/monitoring/monitoring-site";
import { OutsideWatch } from "../constructs/monitoring/outside-watch";
import { StackOutputs } from "../constructs/stack-outputs";
import { setUpStack } from "../constructs/stack-setup";
import { archiveSettings } from "../settings/archive";
import { nightlyBackups } from "../settings/backup-watch";
import { monitoringCluster } from "../settings/cluster";
import { monitoringSiteSettings } from "../settings/monitoring-site";
import { outsideChecks } from "../settings/outside-watch";
import { stackSettings } from "../settings/stack";
import type { CountryNetworkOutputs } from "./network-outputs";
import type { RegionOutputs } from "./region-outputs";

export interface MonitoringStackProps {
  readonly topology: Topology;
  readonly plan: AddressPlan;
  /** By country. */
  readonly networks: Readonly<Record<string, CountryNetworkOutputs>>;
  /** By country. */
  readonly regions: Readonly<Record<string, RegionOutputs>>;
}

/** Monitoring from outside the app clusters, and the archives. */
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
    setUpStack(this, stackSettings(topology));
    this.token = new ClusterToken(this, "cluster-token", { project: topology.project.id });
    this.chart = localChart(this);
    const countries = new Construct(this, "countries");
    for (const country of Object.keys(topology.countries)) {
      const scope = new Construct(countries, country);
      const { agentMember, edgeMember, databaseMember, vpnMember } = getOrThrow(regions, country).readFrom(this);
      const archive = new Archive(scope, "archive", {
        settings: archiveSettings(topology, country),
        key: getOrThrow(networks, country).readFrom(this).archivesKey,
        logWriters: { agent: agentMember, edge: edgeMember, database: databaseMember, vpn: vpnMember },
      });
      new StackOutputs(scope, "outputs", {
        prefix: country,
        values: { logsBucket: { value: archive.logs, description: "Bucket of the raw log archive" } },
      });
      if (archive.site) this.site(scope, country, archive.site);
    }
    if (topology.alerts) {
      const { channel } = new OutsideWatch(this, "outside-watch", {
        mailAddress: topology.alerts.outside,
        checks: outsideChecks(topology),
      });
      new BackupWatch(this, "backup-watch", { channel, backups: nightlyBackups(topology, props.plan) });
    } else {
      Annotations.of(this).addWarning("nobody receives alerts: set `alerts` in the topology");
    }
  }

  private site(scope: Construct, country: string, buckets: NonNullable<Archive["site"]>): void {
    const { topology, plan, networks } = this.props;
    const { network, monitoringSubnet, clustersKey, disksKey, backupsKey } = getOrThrow(networks, country).readFrom(
      this,
    );
    const site = new MonitoringSite(scope, "site", {
      settings: monitoringSiteSettings(topology, plan, country),
      cluster: monitoringCluster(topology, plan, country),
      network,
      subnet: monitoringSubnet,
      secretsKey: clustersKey,
      diskKey: disksKey,
      backupsKey,
      buckets,
      token: this.token,
      localChart: this.chart,
    });
    new StackOutputs(scope, "site-outputs", {
      prefix: country,
      values: {
        clusterName: { value: site.clusterName, description: "Name of the monitoring cluster" },
        clusterEndpoint: { value: site.clusterEndpoint, description: "DNS name of its control plane" },
        metricsBucket: { value: buckets.metrics, description: "Bucket of the metric archive" },
        snapshotsBucket: { value: buckets.snapshots, description: "Bucket of Elasticsearch's snapshots" },
      },
    });
  }
}
