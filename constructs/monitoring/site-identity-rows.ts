import { ELASTICSEARCH_USERS, names, type ServiceAccountRole } from "../../config/names";
import { receiverEntries } from "./alert-receivers";
import { SITE_NAMESPACES, SITE_SERVICE_ACCOUNTS } from "./site-names";
import type { SiteSettings } from "./site-settings";

/** The Google identity of one of a site's Kubernetes service accounts, and its rights. */
export interface SiteIdentityRow {
  readonly role: ServiceAccountRole;
  /** Its purpose. */
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

/** One identity per task. */
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
      projectRoles: ["roles/compute.viewer"], // to look up the edges' machines
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
        ...receiverEntries(alerts).map(([, { secret }]) => secret),
      ],
    },
    {
      role: "pusher",
      purpose: "Hands out users of Elasticsearch",
      namespace: elastic,
      serviceAccount: SITE_SERVICE_ACCOUNTS.secretsWriter,
      reads: users, // to compare before writing
      writes: users,
    },
  ];
}
