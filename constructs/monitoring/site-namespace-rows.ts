import type { NamespaceRow } from "../kubernetes/namespace-row";
import { SITE_NAMESPACES } from "./site-names";
import type { SiteSettings } from "./site-settings";

/** Quotas leave room for a rollout and for Jobs. */
export function siteNamespaceRows({
  maxNodes,
  sizes,
  renewal,
}: Pick<SiteSettings, "maxNodes" | "sizes" | "renewal">): NamespaceRow[] {
  return [
    {
      name: SITE_NAMESPACES.observability,
      podSecurity: "privileged", // the exporter on every node reads the host
      pods: maxNodes + 24,
      cpu: Math.ceil(maxNodes / 8) + 7,
      memoryGib: Math.ceil(maxNodes / 8) + 2 * sizes.prometheusMemoryGi + 10,
    },
    { name: SITE_NAMESPACES.externalSecrets, pods: 6, cpu: 1, memoryGib: 1 },
    { name: SITE_NAMESPACES.elasticOperator, pods: 4, cpu: 1, memoryGib: 1 },
    // The operator's init containers for Elasticsearch don't set runAsNonRoot.
    {
      name: SITE_NAMESPACES.elastic,
      podSecurity: "baseline",
      pods: 16,
      cpu: 6,
      memoryGib: 3 * sizes.elasticsearchMemoryGi + 6,
    },
    ...(renewal ? [{ name: SITE_NAMESPACES.certificates, pods: 4, cpu: 1, memoryGib: 1 }] : []),
  ];
}
