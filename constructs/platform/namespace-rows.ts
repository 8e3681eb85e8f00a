import { NAMESPACES } from "../../config/app-cluster-names";
import type { NamespaceRow } from "../kubernetes/namespace-row";
import type { AppClusterSettings } from "./app-cluster-settings";

/**
 * Quotas leave room for one rollout. They contain mistakes; actual scale is limited by each autoscaler. All pods except
 * the agents run under the strictest pod security.
 */
export function namespaceRows({ app, maxNodes }: AppClusterSettings): NamespaceRow[] {
  return [
    { name: NAMESPACES.observability, podSecurity: "privileged", ...observabilityQuota(maxNodes) },
    { name: NAMESPACES.externalSecrets, pods: 6, cpu: 1, memoryGib: 1 },
    { name: NAMESPACES.keda, pods: 12, cpu: 1, memoryGib: 2 },
    { name: NAMESPACES.rabbitmqOperator, pods: 6, cpu: 1, memoryGib: 1 },
    { name: NAMESPACES.ingress, pods: 15, cpu: 8, memoryGib: 4 },
    { name: NAMESPACES.shop, ...shopQuota(app.maxReplicas) },
  ];
}

/** Two agents on every node, which need host paths, and three more pods. */
function observabilityQuota(maxNodes: number): Pick<NamespaceRow, "pods" | "cpu" | "memoryGib"> {
  return { pods: 2 * maxNodes + 10, cpu: Math.ceil(maxNodes / 8) + 1, memoryGib: Math.ceil(maxNodes / 3) + 4 };
}

/** Twice the app, because pods of the last release still count while they drain, plus three brokers. */
function shopQuota(maxReplicas: number): Pick<NamespaceRow, "pods" | "cpu" | "memoryGib"> {
  const pods = 2 * maxReplicas;
  return { pods: pods + 6, cpu: Math.ceil(pods / 3) + 2, memoryGib: Math.ceil(pods / 3) + 8 };
}
