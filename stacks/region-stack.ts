import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { type DatabaseMember, databaseMembers } from "../config/database-members";
import { entry } from "../config/entry";
import { machineSize } from "../config/machine-types";
import { DATABASE_SCHEMA, DATABASE_SECRETS, hosts, names } from "../config/names";
import { backupRegion, type Country, type Topology } from "../config/topology";
import { Cluster } from "../constructs/cluster/cluster";
import { ClusterAccess } from "../constructs/cluster/cluster-access";
import { ClusterToken } from "../constructs/cluster/cluster-token";
import { Database, type DatabaseNode } from "../constructs/database/database";
import { MAX_CONNECTIONS } from "../constructs/database/render-mariadb";
import { Edge } from "../constructs/edge/edge";
import { Platform } from "../constructs/platform/platform";
import { StackOutputs } from "../constructs/stack-outputs";
import { setUpStack } from "../constructs/stack-setup";
import { Vpn } from "../constructs/vpn/vpn";
import { appClusterSettings } from "../settings/app-cluster";
import type { CountryNetworkOutputs, DatabaseOutputs } from "./network-stack";

export interface RegionStackProps {
  readonly topology: Topology;
  readonly plan: AddressPlan;
  /** Key of the country in the topology, and its entry. */
  readonly name: string;
  readonly country: Country;
  readonly network: CountryNetworkOutputs;
  readonly database: DatabaseOutputs;
}

export type RegionOutputs = StackOutputs<
  "clusterName" | "clusterEndpoint" | "edgeInstanceGroup" | "certificateSecret" | "agentMember"
>;

/** Connections of a node that are left to health check, exporter, backup and people. */
const UNPROXIED_CONNECTIONS = 20;

/** One country: its HAProxy edge, its cluster and what runs in it, its database. */
export class RegionStack extends TerraformStack {
  readonly outputs: RegionOutputs;

  constructor(scope: Construct, id: string, props: RegionStackProps) {
    super(scope, id);
    const { topology, plan, name, country } = props;
    setUpStack(this, topology, country.region);
    const network = props.network.readFrom(this);
    const place = { project: topology.project.id, country: name, region: country.region, zones: country.zones };
    const edge = new Edge(this, "edge", {
      ...place,
      ...country.edge,
      subnet: network.edgeSubnet,
      network: network.network,
      address: network.edgeAddress,
      databaseAddress: fixedAddress(plan, name, "database"),
      diskKey: network.disksKey,
      haproxy: {
        country: name,
        hosts: hosts.shop(topology.domain),
        ingresses: [name, ...country.failover].map((tried) => ({
          country: tried,
          address: fixedAddress(plan, tried, "ingress"),
        })),
        requestsPer10Seconds: country.edge.requestsPer10Seconds,
        databases: nearestDatabases(props),
        connectionsPerDatabase: Math.floor((MAX_CONNECTIONS - UNPROXIED_CONNECTIONS) / country.edge.instances),
      },
    });
    const cluster = new Cluster(this, "app-cluster", {
      ...place,
      purpose: "app",
      network: network.network,
      subnet: network.nodesSubnet,
      controlPlane: entry(plan, name).controlPlane,
      secretsKey: network.clustersKey,
      diskKey: network.disksKey,
      backupRegion: backupRegion(topology, name),
      pools: country.cluster.pools,
      reservedPools: ["app"],
    });
    const token = new ClusterToken(this, "cluster-token", { project: place.project });
    new ClusterAccess(this, "cluster-access", { endpoint: cluster.endpoint, token });
    const platform = new Platform(this, "platform", {
      settings: appClusterSettings(topology, plan, name),
      nodes: cluster.nodes,
      diskKey: network.disksKey,
    });
    new Database(this, "database", {
      ...place,
      ...country.database,
      subnet: network.dataSubnet,
      diskKey: network.disksKey,
      backupBucket: props.database.readFrom(this).backupBucket,
      isDesignated: name === topology.firstDatabase,
      nodes: databaseNodes(props),
    });
    new Vpn(this, "vpn", {
      ...place,
      ...country.vpn,
      zone: country.zones[0],
      subnet: network.vpnSubnet,
      internalAddress: fixedAddress(plan, name, "vpn"),
      address: network.vpnAddress,
      diskKey: network.disksKey,
    });
    this.outputs = new StackOutputs(this, "outputs", {
      values: {
        clusterName: { value: cluster.name, description: "Name of the app cluster" },
        clusterEndpoint: { value: cluster.endpoint, description: "DNS name of the app cluster's control plane" },
        edgeInstanceGroup: { value: edge.instanceGroup, description: "Instance group of the HAProxy machines" },
        certificateSecret: { value: edge.certificateSecret, description: "Secret to add the edge's certificate to" },
        agentMember: { value: platform.agentMember, description: "Identity that archives the app cluster's logs" },
      },
    });
  }
}

/** The nodes of the country itself, then those of the countries that serve its users, in their order. */
function nearestDatabases({ topology, plan, name, country }: RegionStackProps): DatabaseMember[] {
  const members = databaseMembers(topology, plan);
  return [name, ...country.failover].flatMap((near) => members.filter((member) => member.country === near));
}

/** The country's nodes of the cluster, by label. */
function databaseNodes(props: RegionStackProps): Record<string, DatabaseNode> {
  const { topology, plan, name, country } = props;
  const members = databaseMembers(topology, plan);
  const donors = nearestDatabases(props);
  const size = machineSize(country.database.machineType);
  if (!size) throw new Error(`the memory of "${country.database.machineType}" is not known`);
  const secret = (id: string) => `projects/${topology.project.id}/secrets/${id}`;
  // Every country's proxy may lead to any node, and clients verify the name that they asked for.
  const entrances = Object.keys(topology.countries).map((any) => hosts.internal(topology.domain, any, "database"));
  const own = members.filter((member) => member.country === name);
  return Object.fromEntries(
    own.map(({ name: node, label, address, zone }): [string, DatabaseNode] => [
      label,
      {
        zone,
        address,
        config: {
          ...size,
          ...country.database,
          node,
          members,
          donors: donors.filter((donor) => donor.name !== node).map((donor) => donor.name),
        },
        settings: {
          node,
          members,
          hosts: [hosts.internal(topology.domain, name, label), ...entrances],
          secrets: {
            birth: secret(DATABASE_SECRETS.birth),
            authority: secret(DATABASE_SECRETS.authority),
            authorityCertificate: secret(DATABASE_SECRETS.authorityCertificate),
            appPassword: secret(DATABASE_SECRETS.appPassword),
          },
          ...DATABASE_SCHEMA,
          backupBucket: names.databaseBackups(topology.project.id),
        },
      },
    ]),
  );
}
