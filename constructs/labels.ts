import { TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/** A resource with labels, as its generated class declares it. */
interface Labelled {
  labels: Record<string, string>;
  readonly labelsInput?: Record<string, string>;
}

/** GKE names the attribute for a cluster's own labels differently. */
interface Cluster {
  resourceLabels: Record<string, string>;
}

/** Cloud Monitoring calls them user labels; what a notification channel calls labels is its address. */
interface Watched {
  userLabels: Record<string, string>;
}

/**
 * Labels every resource that supports it with its environment and, if any, its country, so that a bill can be split.
 */
export function labelResources(root: IConstruct, environment: string): void {
  for (const node of root.node.findAll()) {
    if (!TerraformResource.isTerraformResource(node)) continue;
    const labels = labelsOf(node, environment);
    if ("userLabelsInput" in node) {
      (node as unknown as Watched).userLabels = labels;
    } else if ("labelsInput" in node) {
      const labelled = node as unknown as Labelled;
      labelled.labels = { ...labels, ...labelled.labelsInput };
    } else if ("resourceLabelsInput" in node) {
      (node as unknown as Cluster).resourceLabels = labels;
    }
  }
}

/** A resource belongs to a country if it is in the country's stack, or under the country's scope in a shared one. */
function labelsOf({ node }: IConstruct, environment: string): Record<string, string> {
  const country = node.path.match(/(?:^region-|\/countries\/)([^/]+)/)?.[1];
  return { environment, "managed-by": "terraform", ...(country && { country }) };
}
