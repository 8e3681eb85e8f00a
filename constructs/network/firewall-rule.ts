/** One row: who may reach whose ports, and why. Everything that no row allows is denied and logged. */
export interface FirewallRule {
  readonly name: string;
  readonly why: string;
  /** Source ranges (CIDR). */
  readonly from: readonly string[];
  /** Network tags of the targets. */
  readonly to: readonly string[];
  /** Whether each connection is logged: where people come, not where machines ask many times a second. @default false */
  readonly isLogged?: boolean;
  readonly ports: { readonly tcp?: readonly number[]; readonly udp?: readonly number[] };
}

/** One row: what machines may begin by themselves, and why. */
export interface OutboundRule {
  readonly name: string;
  readonly why: string;
  /** Destination ranges (CIDR). */
  readonly to: readonly string[];
  /** Network tags of the machines. @default all */
  readonly from?: readonly string[];
  /** TCP ports. @default every protocol */
  readonly tcp?: readonly number[];
}
