import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import type { Construct } from "constructs";
import { names } from "../../config/names";

/** The one VPC. A function instead of a class, to keep its Terraform address short: everything refers to it. */
export function vpc(scope: Construct): ComputeNetwork {
  return new ComputeNetwork(scope, "vpc", {
    name: names.network,
    description: "One VPC over all countries, so that they reach each other privately and encrypted",
    autoCreateSubnetworks: false,
    routingMode: "GLOBAL",
    mtu: 1460,
    lifecycle: { preventDestroy: true },
  });
}
