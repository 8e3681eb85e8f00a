import type { HelmValues } from "./helm-values";

/** A Service on a reserved internal address, reachable from other regions. */
export interface InternalLoadBalancerSettings {
  /** Reserved internal address in the range of the cluster's nodes. */
  readonly address: string;
  /** Who may connect (CIDR). GKE opens the firewall for its health checks itself. */
  readonly sourceRanges: readonly string[];
}

export const INTERNAL_LOAD_BALANCER_ANNOTATIONS: HelmValues = {
  "networking.gke.io/load-balancer-type": "Internal",
  // Without it only clients of the same region are answered: no country could fail over to another.
  "networking.gke.io/internal-load-balancer-allow-global-access": "true",
};

/** What stands in the Service's spec. Traffic stays on its node, which keeps the client's address. */
export function internalLoadBalancer({ address, sourceRanges }: InternalLoadBalancerSettings): HelmValues {
  return {
    type: "LoadBalancer",
    // Deprecated in Kubernetes, still the only way by address: GKE skips a named address that it does not find.
    loadBalancerIP: address,
    loadBalancerSourceRanges: sourceRanges,
    externalTrafficPolicy: "Local",
  };
}
