/** One row: who may reach whose ports, and why. Everything that no row allows is denied and logged. */
export interface FirewallRule {
  readonly name: string;
  readonly why: string;
  /** Source ranges (CIDR). */
  readonly from: readonly string[];
  /** Network tags of the targets. */
  readonly to: readonly string[];
  readonly ports: { readonly tcp?: readonly number[]; readonly udp?: readonly number[] };
}
