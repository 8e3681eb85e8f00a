import { TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/** A resource that takes labels, as every generated class of one does. */
interface Labelled {
  labels: Record<string, string>;
  readonly labelsInput?: Record<string, string>;
}

/** GKE calls a cluster's own labels by another name. */
interface Cluster {
  resourceLabels: Record<string, string>;
}

/**
 * Labels every resource that takes labels with its environment and, where it belongs to one, its country:
 * what a bill is split by.
 */
export function labelResources(root: IConstruct, environment: string): void {
  for (const node of root.node.findAll()) {
    if (!TerraformResource.isTerraformResource(node)) continue;
    const labels = labelsOf(node, environment);
    if ("labelsInput" in node) {
      const labelled = node as unknown as Labelled;
      labelled.labels = { ...labels, ...labelled.labelsInput };
    } else if ("resourceLabelsInput" in node) {
      (node as unknown as Cluster).resourceLabels = labels;
    }
  }
}

/** A resource belongs to a country when it stands in the country's stack, or below the country in one that all share. */
function labelsOf({ node }: IConstruct, environment: string): Record<string, string> {
  const country = node.path.match(/(?:^region-|\/countries\/)([^/]+)/)?.[1];
  return { environment, "managed-by": "terraform", ...(country && { country }) };
}
