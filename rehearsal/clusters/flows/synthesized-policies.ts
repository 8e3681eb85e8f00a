import type { Attributes, StackJson } from "../../../tools/synthesized/stacks";
import type { Policing } from "./judge";
import type { Labels, NetworkPolicy } from "./kubernetes";

/**
 * The policies and namespaces that a stack puts into one of its clusters, as Kubernetes gets them.
 *
 * @param alias of the cluster's provider. @default the stack has one cluster
 */
export function synthesizedPolicing(stack: StackJson, alias?: string): Policing {
  const provider = alias === undefined ? undefined : `kubernetes.${alias}`;
  const inCluster = (type: string) =>
    Object.entries(stack.resource?.[type] ?? {}).filter(([, attributes]) => attributes.provider === provider);
  const namespaces = new Map(
    inCluster("kubernetes_namespace_v1").map(([id, { metadata }]) => [id, metadata as NamespaceMetadata]),
  );
  return {
    policies: inCluster("kubernetes_network_policy_v1").map(([, attributes]) => policy(attributes, namespaces)),
    // Kubernetes itself adds each namespace's name, and has one of its own.
    namespaces: Object.fromEntries(
      [...namespaces.values(), { name: "kube-system" }].map(({ name, labels }) => [
        name,
        { ...labels, "kubernetes.io/metadata.name": name },
      ]),
    ),
  };
}

interface NamespaceMetadata {
  readonly name: string;
  readonly labels?: Labels;
}

function policy({ metadata, spec }: Attributes, namespaces: ReadonlyMap<string, NamespaceMetadata>): NetworkPolicy {
  const { name, namespace } = metadata as NetworkPolicy["metadata"];
  const [, id = ""] = /^\$\{kubernetes_namespace_v1\.([\w-]+)\.metadata\[0\]\.name\}$/.exec(namespace) ?? [];
  const found = namespaces.get(id);
  if (!found) throw new Error(`policy ${name} is in ${namespace}, which this cluster has not`);
  return { metadata: { name, namespace: found.name }, spec: inCamelCase(spec) as NetworkPolicy["spec"] };
}

/** Terraform's names of fields as Kubernetes writes them. Keys of labels hold no underscore. */
function inCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      inCamelCase(each),
    ]),
  );
}
