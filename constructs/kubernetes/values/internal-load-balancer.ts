import type { HelmValues } from "./helm-values";

/** A Service on a reserved internal address, reachable from other regions. */
export interface InternalLoadBalancerSettings {
  /** Reserved internal address in the node range of the cluster. */
  readonly address: string;
  /** Allowed clients (CIDR). GKE opens the firewall for its health checks itself. */
  readonly sourceRanges: readonly string[];
}

export const INTERNAL_LOAD_BALANCER_ANNOTATIONS: HelmValues = {
  "networking.gke.io/load-balancer-type": "Internal",
  // Without it only clients in the same region are served: no country could fail over to another.
  "networking.gke.io/internal-load-balancer-allow-global-access": "true",
};

/** Part of the Service's spec. Traffic stays on the node it arrives at, which preserves the client's address. */
export function internalLoadBalancer({ address, sourceRanges }: InternalLoadBalancerSettings): HelmValues {
  return {
    type: "LoadBalancer",
    // Deprecated in Kubernetes, but still the only way by address: GKE ignores a named address that it does not find.
    loadBalancerIP: address,
    loadBalancerSourceRanges: sourceRanges,
    externalTrafficPolicy: "Local",
  };
}
