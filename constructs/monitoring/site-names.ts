import type { SiteSettings } from "./site-settings";

/** Namespaces of a site's cluster by what runs in them. */
export const SITE_NAMESPACES = {
  observability: "observability",
  elastic: "elastic",
  elasticOperator: "elastic-operator",
  externalSecrets: "external-secrets",
} as const;

/** Kubernetes service accounts of a site. The first two are also who reads and writes the buckets. */
export const SITE_SERVICE_ACCOUNTS = {
  /** Lists the edges' machines, and uploads blocks. In `observability`. */
  prometheus: "prometheus",
  /** Reads and compacts the archive of metrics. In `observability`. */
  thanos: "thanos",
  /** Writes snapshots. In `elastic`. */
  elasticsearch: "elasticsearch",
  /** Reads what Grafana and Alertmanager need from Secret Manager. In `observability`. */
  secretsReader: "secrets-reader",
  /** Hands the users of Elasticsearch to Secret Manager. In `elastic`. */
  secretsWriter: "secrets-writer",
} as const;

/** Kubernetes Secrets that more than one release relies on. */
export const SITE_SECRETS = {
  grafana: { name: "grafana-admin", user: "admin-user", password: "admin-password" },
  objectStore: { name: "thanos-objstore", key: "objstore.yml" },
  alertRoute: { name: "alert-route", key: "value" },
} as const;

/** Labels that name where a sample comes from. `site` and `replica` are added to what leaves a Prometheus. */
export const REPLICA_LABEL = "prometheus_replica";

/** Private name of what a load balancer of a site answers to. */
export function siteHost(settings: Pick<SiteSettings, "internalZone">, site: string, label: string): string {
  return `${label}.${site}.${settings.internalZone}`;
}
