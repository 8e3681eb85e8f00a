import { ELASTICSEARCH_USERS, names, type ServiceAccountRole } from "../../config/names";
import { SITE_NAMESPACES, SITE_SERVICE_ACCOUNTS } from "./site-names";
import type { SiteSettings } from "./site-settings";

/** Who acts for a Kubernetes service account of a site in Google Cloud, and what it may do there. */
export interface SiteIdentityRow {
  readonly role: ServiceAccountRole;
  /** What it is for. */
  readonly purpose: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The site's bucket in which it writes, rewrites and deletes. @default none */
  readonly bucket?: "metrics" | "snapshots";
  /** Secrets that it reads. @default none */
  readonly reads?: readonly string[];
  /** Secrets that it adds versions to. @default none */
  readonly writes?: readonly string[];
  /** Roles on the project. @default none */
  readonly projectRoles?: readonly string[];
}

/** One identity per thing that is done. */
export function siteIdentityRows({ site, sites, alerts }: SiteSettings): SiteIdentityRow[] {
  const { observability, elastic } = SITE_NAMESPACES;
  const users = ELASTICSEARCH_USERS.map((user) => names.elasticsearchUser(site, user));
  return [
    {
      role: "metrics",
      purpose: "Prometheus",
      namespace: observability,
      serviceAccount: SITE_SERVICE_ACCOUNTS.prometheus,
      bucket: "metrics",
      projectRoles: ["roles/compute.viewer"], // it looks up the edges' machines
    },
    {
      role: "thanos",
      purpose: "Archive of metrics",
      namespace: observability,
      serviceAccount: SITE_SERVICE_ACCOUNTS.thanos,
      bucket: "metrics",
    },
    {
      role: "elastic",
      purpose: "Snapshots of Elasticsearch",
      namespace: elastic,
      serviceAccount: SITE_SERVICE_ACCOUNTS.elasticsearch,
      bucket: "snapshots",
    },
    {
      role: "secrets",
      purpose: "Secrets of Grafana and Alertmanager",
      namespace: observability,
      serviceAccount: SITE_SERVICE_ACCOUNTS.secretsReader,
      reads: [
        ...sites.map((other) => names.elasticsearchUser(other.site, "reader")),
        ...(alerts.kind === "none" ? [] : [alerts.secret]),
      ],
    },
    {
      role: "pusher",
      purpose: "Hands out users of Elasticsearch",
      namespace: elastic,
      serviceAccount: SITE_SERVICE_ACCOUNTS.secretsWriter,
      reads: users, // it compares before it writes
      writes: users,
    },
  ];
}
