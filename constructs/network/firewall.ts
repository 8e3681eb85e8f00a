import { ComputeFirewall } from "@cdktf/provider-google/lib/compute-firewall";
import { Construct } from "constructs";
import { EVERYWHERE, EVERYWHERE_IPV6 } from "../../config/google-ranges";
import type { FirewallRule, OutboundRule } from "./firewall-rule";

export interface FirewallProps {
  /** Id of the VPC. */
  readonly network: string;
  readonly rules: readonly FirewallRule[];
  readonly outbound: readonly OutboundRule[];
}

/** Turns the tables into rules, and denies and logs everything else. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { network, rules, outbound }: FirewallProps) {
    super(scope, id);
    for (const { name, why, from, to, ports, isLogged } of rules) {
      new ComputeFirewall(this, name, {
        name,
        description: why,
        network,
        direction: "INGRESS",
        priority: 1000,
        sourceRanges: [...from],
        targetTags: [...to],
        allow: Object.entries(ports).map(([protocol, numbers]) => ({ protocol, ports: numbers.map(String) })),
        ...(isLogged && { logConfig: LOGGED }),
      });
    }
    for (const { name, why, to, from = [], tcp } of outbound) {
      new ComputeFirewall(this, name, {
        name,
        description: why,
        network,
        direction: "EGRESS",
        priority: 1000,
        destinationRanges: [...to],
        ...(from.length > 0 && { targetTags: [...from] }),
        allow: [tcp ? { protocol: "tcp", ports: tcp.map(String) } : { protocol: "all" }],
      });
    }
    const denied = { network, priority: 65534, deny: [{ protocol: "all" }], logConfig: LOGGED };
    for (const [suffix, ranges] of [
      ["", EVERYWHERE],
      ["-ipv6", EVERYWHERE_IPV6],
    ] as const) {
      new ComputeFirewall(this, `deny-the-rest${suffix}`, {
        name: `deny-the-rest${suffix}`,
        description: "The VPC's implied rule denies too, but does not log",
        direction: "INGRESS",
        sourceRanges: [...ranges],
        ...denied,
      });
      new ComputeFirewall(this, `deny-the-rest-outbound${suffix}`, {
        name: `deny-the-rest-outbound${suffix}`,
        description: "The VPC's implied rule allows",
        direction: "EGRESS",
        destinationRanges: [...ranges],
        ...denied,
      });
    }
  }
}

const LOGGED = { metadata: "INCLUDE_ALL_METADATA" };
