import type { AlertReceiverName, SiteSettings } from "./site-settings";

/** Namespaces of a site's cluster by content. */
export const SITE_NAMESPACES = {
  observability: "observability",
  elastic: "elastic",
  elasticOperator: "elastic-operator",
  externalSecrets: "external-secrets",
  certificates: "certificates",
} as const;

/** Kubernetes Secrets that more than one release uses. */
export const SITE_SECRETS = {
  grafana: { name: "grafana-admin", user: "admin-user", password: "admin-password" },
  objectStore: { name: "thanos-objstore", key: "objstore.yml" },
  /** One for each of Alertmanager's receivers. */
  alert: { name: (receiver: AlertReceiverName) => `alert-${receiver}`, key: "value" },
} as const;

/** Labels that say where a sample comes from. `site` and `replica` are added to everything that leaves a Prometheus. */
export const REPLICA_LABEL = "prometheus_replica";

/** Private host name of a site's load balancer. */
export function siteHost(settings: Pick<SiteSettings, "internalZone">, site: string, label: string): string {
  return `${label}.${site}.${settings.internalZone}`;
}
