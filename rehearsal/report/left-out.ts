import { clusterPart } from "../clusters/cluster-part";
import type { ClusterSources } from "../clusters/clusters";
import type { Estate } from "../estate";
import { googlePart } from "../google-part";

/** Everything in clusters, or the releases whose charts are not at hand. */
export function leftOut(estate: Estate, clusters: ClusterSources | undefined): string {
  const stacks = Object.values(estate);
  if (!clusters) {
    const count = stacks.reduce((sum, stack) => sum + googlePart(stack).leftOut, 0);
    return `${count} resources of Helm and Kubernetes`;
  }
  return [...new Set(stacks.flatMap((stack) => clusterPart(stack, clusters.charts).missing))].join(", ") || "nothing";
}
