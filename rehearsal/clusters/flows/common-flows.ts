import { dotted, rangeOf } from "../../../config/cidr";
import type { FlowRow } from "./table";

/** Addresses that every cluster has to do with. */
export const COMMON_PLACES = [
  "Google",
  "metadata server",
  "token server",
  "DNS cache",
  "control plane",
  "VPN",
  "site's node",
  "site's pod",
] as const;

export type CommonPlace = (typeof COMMON_PLACES)[number] | "node";

/** Those that are the same everywhere. */
export const COMMON_ADDRESSES = {
  /** Any public address: Google's APIs have no range of their own. */
  Google: "142.250.4.95",
  "metadata server": "169.254.169.254",
  "token server": "169.254.169.252",
  "DNS cache": "169.254.20.10",
  node: "node",
} as const;

/** Everybody asks for names: at the metadata server, or the node's cache before it. */
export function namesAskedBy<Name extends string>(
  pods: readonly Name[],
): FlowRow<Name | "metadata server" | "DNS cache">[] {
  return [[pods, ["metadata server", "DNS cache"], 53, { udp: 53 }]];
}

/** A machine's address in a subnet, none that is reserved. */
export function inside(range: string): string {
  return dotted(rangeOf(range).first + 5);
}
