import type { Cloud, Json, Stored } from "../../cloud";
import { addressAt, rangeOf, rangesOverlap } from "../../ranges";
import { computePath } from "../../references";
import { Refusal } from "../../refusal";
import type { SpecialCases } from "../../special-case";

export const networks: SpecialCases = {
  defaults: {
    Network: { networkFirewallPolicyEnforcementOrder: "AFTER_CLASSIC_FIREWALL" },
    Subnetwork: {
      purpose: "PRIVATE",
      stackType: "IPV4_ONLY",
      state: "READY",
      privateIpGoogleAccess: false,
      privateIpv6GoogleAccess: "DISABLE_GOOGLE_ACCESS",
    },
    Firewall: { direction: "INGRESS", priority: 1000, disabled: false },
  },
  created: {
    Network: ({ body }) => {
      if (body.routingConfig) body.routingConfig = { bgpBestPathSelectionMode: "LEGACY", ...body.routingConfig };
    },
    Firewall: ({ body }) => checkFamilies(body),
    Subnetwork: (stored, { cloud }) => {
      const { body } = stored;
      checkRanges(cloud, stored);
      fillIpv6(cloud, body);
      body.gatewayAddress = addressAt(body.ipCidrRange, 1);
      if (body.logConfig) body.logConfig = { enable: true, ...body.logConfig };
    },
  },
  changed: {
    Subnetwork: (stored, { cloud }) => {
      checkRanges(cloud, stored);
      fillIpv6(cloud, stored.body);
    },
    Firewall: ({ body }) => checkFamilies(body),
  },
};

/** Every range of a subnet: its own and the secondary ones. */
export function rangesOf({ ipCidrRange, secondaryIpRanges = [] }: Json): string[] {
  return [ipCidrRange, ...secondaryIpRanges.map((one: Json) => one.ipCidrRange)].filter(Boolean);
}

/** A subnet of two stacks is given a range of its own. */
function fillIpv6(cloud: Cloud, body: Json): void {
  if (body.stackType !== "IPV4_IPV6" || body.externalIpv6Prefix) return;
  if (body.ipv6AccessType !== "EXTERNAL") {
    throw Refusal.unknown(`what a subnet of two stacks is given whose ipv6AccessType is ${body.ipv6AccessType}`);
  }
  const count = cloud.all("Subnetwork").filter((other) => other.body.externalIpv6Prefix).length;
  body.externalIpv6Prefix = `2600:1900:41e0:${(count + 1).toString(16)}:0:0:0:0/64`;
  body.ipv6CidrRange = body.externalIpv6Prefix;
}

function checkFamilies({ sourceRanges = [], destinationRanges = [] }: Json): void {
  const ranges: string[] = [...sourceRanges, ...destinationRanges];
  const overIpv6 = ranges.filter((range) => range.includes(":"));
  if (overIpv6.length === 0 || overIpv6.length === ranges.length) return;
  throw new Refusal(400, `IPv4 and IPv6 ranges cannot be in one firewall rule: ${ranges.join(", ")}`);
}

/** Ranges of one VPC never overlap. */
function checkRanges(cloud: Cloud, { body, path }: Stored): void {
  const own = rangesOf(body);
  own.forEach(rangeOf);
  const network = computePath(cloud, body.network);
  for (const other of cloud.all("Subnetwork")) {
    if (other.path === path || computePath(cloud, other.body.network) !== network) continue;
    for (const theirs of rangesOf(other.body)) {
      const clash = own.find((range) => rangesOverlap(range, theirs));
      if (!clash) continue;
      const message = `Invalid IPCidrRange: ${clash} conflicts with existing subnetwork '${other.body.name}' (${theirs})`;
      throw new Refusal(400, message);
    }
  }
}
