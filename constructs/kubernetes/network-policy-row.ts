export type Labels = Readonly<Record<string, string>>;

/** Addresses, or pods of a namespace. */
export type Peer =
  | { readonly range: string; readonly except?: readonly string[] }
  | { readonly namespace: string; readonly pods?: Labels };

/** Who may be reached, or may reach, at which ports. */
export interface Flow {
  /** @default anybody, nodes included, which no range matches */
  readonly peers?: readonly Peer[];
  /** @default all */
  readonly ports?: readonly number[];
  /** @default TCP */
  readonly protocols?: readonly ("TCP" | "UDP")[];
}

/** One row: what some pods may take and make. Whatever no row allows is dropped, but for a kubelet's probes. */
export interface NetworkPolicyRow {
  readonly namespace: string;
  readonly name: string;
  /** @default every pod of the namespace */
  readonly pods?: Labels;
  /** @default nothing */
  readonly from?: readonly Flow[];
  /** @default nothing */
  readonly to?: readonly Flow[];
}
