import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { entry } from "../config/entry";
import { hosts } from "../config/names";
import type { Country, Topology } from "../config/topology";
import { Cluster } from "../constructs/cluster/cluster";
import { Edge } from "../constructs/edge/edge";
import { StackOutputs } from "../constructs/stack-outputs";
import { setUpStack } from "../constructs/stack-setup";
import type { CountryNetworkOutputs } from "./network-stack";

export interface RegionStackProps {
  readonly topology: Topology;
  readonly plan: AddressPlan;
  /** Key of the country in the topology, and its entry. */
  readonly name: string;
  readonly country: Country;
  readonly network: CountryNetworkOutputs;
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
