import { ComputeFirewall } from "@cdktf/provider-google/lib/compute-firewall";
import { Construct } from "constructs";
import type { FirewallRule } from "./firewall-rule";

export interface FirewallProps {
  /** Id of the VPC. */
  readonly network: string;
  readonly rules: readonly FirewallRule[];
}

/** Turns the table into rules, and denies and logs everything else. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { network, rules }: FirewallProps) {
    super(scope, id);
    for (const { name, why, from, to, ports } of rules) {
      new ComputeFirewall(this, name, {
        name,
        description: why,
        network,
        direction: "INGRESS",
        priority: 1000,
        sourceRanges: [...from],
        targetTags: [...to],
        allow: Object.entries(ports).map(([protocol, numbers]) => ({ protocol, ports: numbers.map(String) })),
        logConfig: { metadata: "INCLUDE_ALL_METADATA" },
      });
    }
    new ComputeFirewall(this, "deny-the-rest", {
      name: "deny-the-rest",
      description: "The VPC's implied rule denies too, but does not log",
      network,
      direction: "INGRESS",
      priority: 65534,
      sourceRanges: ["0.0.0.0/0"],
      deny: [{ protocol: "all" }],
      logConfig: { metadata: "INCLUDE_ALL_METADATA" },
    });
  }
}
