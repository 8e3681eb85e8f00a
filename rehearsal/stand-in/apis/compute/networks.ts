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
    Subnetwork: (stored, { cloud }) => {
      const { body } = stored;
      checkRanges(cloud, stored);
      body.gatewayAddress = addressAt(body.ipCidrRange, 1);
      if (body.logConfig) body.logConfig = { enable: true, ...body.logConfig };
    },
  },
  changed: {
    Subnetwork: (stored, { cloud }) => checkRanges(cloud, stored),
  },
};

/** Every range of a subnet: its own and the secondary ones. */
export function rangesOf({ ipCidrRange, secondaryIpRanges = [] }: Json): string[] {
  return [ipCidrRange, ...secondaryIpRanges.map((one: Json) => one.ipCidrRange)].filter(Boolean);
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
