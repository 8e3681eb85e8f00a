export type Labels = Readonly<Record<string, string>>;

/** Addresses, or pods of a namespace. */
export type Peer =
  | { readonly range: string; readonly except?: readonly string[] }
  | { readonly namespace: string; readonly pods?: Labels };

/** Allowed peers, and their ports. */
export interface Flow {
  /** @default anybody, including nodes, which no range matches */
  readonly peers?: readonly Peer[];
  /** @default all */
  readonly ports?: readonly number[];
  /** @default TCP */
  readonly protocols?: readonly ("TCP" | "UDP")[];
}

/**
 * One network policy: allowed ingress and egress of the selected pods. Everything else is dropped, except for a
 * kubelet's probes.
 */
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
