import type { Construct } from "constructs";
import type { Cluster } from "../constructs/cluster/cluster";
import type { Database } from "../constructs/database/database";
import type { Edge } from "../constructs/edge/edge";
import type { Platform } from "../constructs/platform/platform";
import { StackOutputs } from "../constructs/stack-outputs";
import type { Vpn } from "../constructs/vpn/vpn";

/** What others need from a country's stack. */
export type RegionOutputs = ReturnType<typeof regionOutputs>;

interface Parts {
  readonly edge: Edge;
  readonly cluster: Cluster;
  readonly platform: Platform;
  readonly database: Database;
  readonly vpn: Vpn;
}

/** Publishes a country's stack. */
export function regionOutputs(scope: Construct, { edge, cluster, platform, database, vpn }: Parts) {
  return new StackOutputs(scope, "outputs", {
    values: {
      clusterName: { value: cluster.name, description: "Name of the app cluster" },
      clusterEndpoint: { value: cluster.endpoint, description: "DNS name of the app cluster's control plane" },
      edgeInstanceGroup: { value: edge.instanceGroup, description: "Instance group of the HAProxy machines" },
      certificateSecret: { value: edge.certificateSecret, description: "Secret to add the edge's certificate to" },
      agentMember: { value: platform.agentMember, description: "Identity that archives the app cluster's logs" },
      edgeMember: { value: edge.member, description: "Identity that archives the edges' logs" },
      databaseMember: { value: database.member, description: "Identity that archives the database nodes' logs" },
      vpnMember: { value: vpn.member, description: "Identity that archives the VPN host's logs" },
    },
  });
}
