import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { NetworkPolicyV1 } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { ResourceQuotaV1 } from "@cdktf/provider-kubernetes/lib/resource-quota-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { NamespaceRow } from "./namespace-row";
import { networkPolicySpec } from "./network-policy";
import type { NetworkPolicyRow } from "./network-policy-row";

export interface NamespacesProps {
  readonly rows: readonly NamespaceRow[];
  readonly policies: readonly NetworkPolicyRow[];
  /** What must be created before, and destroyed after. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Namespaces, each with its quota and its network policies. */
export class Namespaces extends Construct {
  private readonly contents = new Map<string, ITerraformDependable[]>();

  constructor(scope: Construct, id: string, { rows, policies, dependsOn }: NamespacesProps) {
    super(scope, id);
    for (const row of rows) {
      const scope = new Construct(this, row.name);
      const namespace = new NamespaceV1(scope, "namespace", {
        metadata: { name: row.name, labels: podSecurityLabels(row) },
        dependsOn: [...dependsOn],
      });
      const { name } = namespace.metadata;
      const quota = new ResourceQuotaV1(scope, "quota", {
        metadata: { name: "quota", namespace: name },
        spec: limits(row),
      });
      const allowed = policies
        .filter(({ namespace }) => namespace === row.name)
        .map(
          (policy) =>
            new NetworkPolicyV1(scope, policy.name, {
              metadata: { name: policy.name, namespace: name },
              spec: networkPolicySpec(policy),
            }),
        );
      this.contents.set(row.name, [namespace, quota, ...allowed]);
    }
  }

  /**
   * Dependencies of everything deployed into the namespace. They include its network policies: without them an operator
   * that is being removed could no longer clean up.
   */
  ready(namespace: string): readonly ITerraformDependable[] {
    const contents = this.contents.get(namespace);
    if (!contents)
      throw new Error(`there is no namespace "${namespace}", only ${[...this.contents.keys()].join(", ")}`);
    return contents;
  }
}

function podSecurityLabels({ podSecurity = "restricted" }: NamespaceRow): Record<string, string> {
  const label = (mode: string, level: string) => ({ [`pod-security.kubernetes.io/${mode}`]: level });
  const enforced = label("enforce", podSecurity);
  return podSecurity === "baseline"
    ? { ...enforced, ...label("warn", "restricted"), ...label("audit", "restricted") }
    : enforced;
}

function limits({ pods, cpu, memoryGib }: NamespaceRow) {
  return { hard: { pods: String(pods), "requests.cpu": String(cpu), "requests.memory": `${memoryGib}Gi` } };
}
