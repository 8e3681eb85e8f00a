import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { AddressPlan } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import type { Topology } from "../config/topology";
import { Cluster } from "../constructs/cluster/cluster";
import { ClusterAccess } from "../constructs/cluster/cluster-access";
import { ClusterToken } from "../constructs/cluster/cluster-token";
import { Database } from "../constructs/database/database";
import { Edge } from "../constructs/edge/edge";
import { Platform } from "../constructs/platform/platform";
import { setUpStack } from "../constructs/stack-setup";
import { Vpn } from "../constructs/vpn/vpn";
import { appClusterSettings } from "../settings/app-cluster";
import { appCluster } from "../settings/cluster";
import { databaseSettings } from "../settings/database";
import { edgeSettings } from "../settings/edge";
import { stackSettings } from "../settings/stack";
import { vpnSettings } from "../settings/vpn";
import type { CountryNetworkOutputs, DatabaseOutputs } from "./network-outputs";
import { type RegionOutputs, regionOutputs } from "./region-outputs";

export interface RegionStackProps {
  readonly topology: Topology;
  readonly plan: AddressPlan;
  readonly country: string;
  readonly network: CountryNetworkOutputs;
  readonly database: DatabaseOutputs;
}

/** One country: its HAProxy edge, its app cluster and workloads, its database nodes, its VPN. */
export class RegionStack extends TerraformStack {
  readonly outputs: RegionOutputs;

  constructor(scope: Construct, id: string, { topology, plan, country, ...from }: RegionStackProps) {
    super(scope, id);
    setUpStack(this, stackSettings(topology), getOrThrow(topology.countries, country).region);
    const { network, edgeSubnet, nodesSubnet, dataSubnet, vpnSubnet, ...shared } = from.network.readFrom(this);
    const { backupBucket } = from.database.readFrom(this);
    const diskKey = shared.disksKey;
    const edge = new Edge(this, "edge", {
      settings: edgeSettings(topology, plan, country),
      network,
      subnet: edgeSubnet,
      address: shared.edgeAddress,
      addressIpv6: shared.edgeAddressIpv6,
      diskKey,
    });
    const cluster = new Cluster(this, "app-cluster", {
      settings: appCluster(topology, plan, country),
      network,
      subnet: nodesSubnet,
      secretsKey: shared.clustersKey,
      diskKey,
      backupsKey: shared.backupsKey,
    });
    const token = new ClusterToken(this, "cluster-token", { project: topology.project.id });
    new ClusterAccess(this, "cluster-access", { endpoint: cluster.endpoint, token });
    const settings = appClusterSettings(topology, plan, country);
    const platform = new Platform(this, "platform", { settings, nodes: cluster.nodes, diskKey: shared.volumesKey });
    const database = new Database(this, "database", {
      settings: databaseSettings(topology, plan, country),
      subnet: dataSubnet,
      diskKey,
      dataKey: shared.volumesKey,
      backupBucket,
    });
    const vpn = new Vpn(this, "vpn", {
      settings: vpnSettings(topology, plan, country),
      subnet: vpnSubnet,
      address: shared.vpnAddress,
      diskKey,
      dataKey: shared.volumesKey,
    });
    this.outputs = regionOutputs(this, { edge, cluster, platform, database, vpn });
  }
}
