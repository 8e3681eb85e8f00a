import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { databaseMembers } from "../config/database-members";
import { entry } from "../config/entry";
import { machineSize } from "../config/machine-types";
import { DATABASE_SCHEMA, DATABASE_SECRETS, hosts, names } from "../config/names";
import type { Country, Topology } from "../config/topology";
import { Cluster } from "../constructs/cluster/cluster";
import { Database, type DatabaseNode } from "../constructs/database/database";
import { Edge } from "../constructs/edge/edge";
import { StackOutputs } from "../constructs/stack-outputs";
import { setUpStack } from "../constructs/stack-setup";
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

export type RegionOutputs = StackOutputs<"clusterName" | "clusterEndpoint" | "edgeInstanceGroup" | "certificateSecret">;

/** One country's way of a request: its HAProxy edge and its cluster. */
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
      address: network.edgeAddress,
      diskKey: network.disksKey,
      haproxy: {
        country: name,
        hosts: hosts.shop(topology.domain),
        ingresses: [name, ...country.failover].map((tried) => ({
          country: tried,
          address: fixedAddress(plan, tried, "ingress"),
        })),
        requestsPer10Seconds: country.edge.requestsPer10Seconds,
      },
    });
    const cluster = new Cluster(this, "app-cluster", {
      ...place,
      network: network.network,
      subnet: network.nodesSubnet,
      controlPlane: entry(plan, name).controlPlane,
      secretsKey: network.clustersKey,
      diskKey: network.disksKey,
      backupRegion: backupRegion(topology, country),
      pools: country.cluster.pools,
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
    this.outputs = new StackOutputs(this, "outputs", {
      values: {
        clusterName: { value: cluster.name, description: "Name of the app cluster" },
        clusterEndpoint: { value: cluster.endpoint, description: "DNS name of the app cluster's control plane" },
        edgeInstanceGroup: { value: edge.instanceGroup, description: "Instance group of the HAProxy machines" },
        certificateSecret: { value: edge.certificateSecret, description: "Secret to add the edge's certificate to" },
      },
    });
  }
}

/** Where this country's backups are kept: with the country that serves first when it is down. */
function backupRegion({ countries }: Topology, { failover, region }: Country): string {
  return failover[0] ? entry(countries, failover[0]).region : region;
}

/** The country's nodes of the cluster, by label. */
function databaseNodes({ topology, plan, name, country }: RegionStackProps): Record<string, DatabaseNode> {
  const members = databaseMembers(topology, plan);
  const donors = [name, ...country.failover].flatMap((donor) => members.filter((member) => member.country === donor));
  const size = machineSize(country.database.machineType);
  if (!size) throw new Error(`the memory of "${country.database.machineType}" is not known`);
  const secret = (id: string) => `projects/${topology.project.id}/secrets/${id}`;
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
          hosts: [hosts.internal(topology.domain, name, label)],
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
