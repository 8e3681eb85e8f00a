/** Objects of Kubernetes' API, as far as a verdict on a flow reads them. */

export type Labels = Readonly<Record<string, string>>;

export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
}

export interface PolicyPeer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
}

export interface PolicyPort {
  /** A number, also written as text, or the name of a container's port. @default all */
  readonly port?: number | string;
  readonly endPort?: number;
  /** @default TCP */
  readonly protocol?: string;
}

export interface PolicyRule {
  /** @default anybody */
  readonly from?: readonly PolicyPeer[];
  readonly to?: readonly PolicyPeer[];
  /** @default all */
  readonly ports?: readonly PolicyPort[];
}

export interface NetworkPolicy {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly PolicyRule[];
    readonly egress?: readonly PolicyRule[];
  };
}

/** A pod, as policies see it. */
export interface Pod {
  readonly namespace: string;
  readonly labels: Labels;
  /** Whether it has its node's address. No policy selects it then. */
  readonly isOnHost?: boolean;
  /** What it listens on, by name. */
  readonly ports: Readonly<Record<string, number>>;
  /** Those of its ports that no container declares. @default none */
  readonly undeclared?: readonly string[];
}

export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      return (value !== undefined && values.includes(value)) === (operator === "In");
    })
  );
}
