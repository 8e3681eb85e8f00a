import { ELASTICSEARCH_USERS, names, type ServiceAccountRole } from "../../config/names";
import { receiverEntries } from "./alert-receivers";
import { SITE_NAMESPACES } from "./site-names";
import type { SiteSettings } from "./site-settings";

/** The identity of some of a site's pods, at Google and in the cluster, and its rights. */
export interface SiteIdentityRow {
  readonly role: ServiceAccountRole;
  /** Its purpose. */
  readonly purpose: string;
  readonly namespace: string;
  /** The site's bucket in which it writes, rewrites and deletes. @default none */
  readonly bucket?: "metrics" | "snapshots";
  /** Secrets that it reads. @default none */
  readonly reads?: readonly string[];
  /** Secrets that it adds versions to. @default none */
  readonly writes?: readonly string[];
  /** Secrets whose versions it adds and destroys, and cannot read. @default none */
  readonly replaces?: readonly string[];
  /** DNS zone whose records it writes. @default none */
  readonly zone?: string;
  /** Roles on the project. @default none */
  readonly projectRoles?: readonly string[];
}

/** One identity per task. */
export function siteIdentityRows({ site, sites, alerts, renewal }: SiteSettings): SiteIdentityRow[] {
  const { observability, elastic, certificates } = SITE_NAMESPACES;
  const users = ELASTICSEARCH_USERS.map((user) => names.elasticsearchUser(site, user));
  return [
    {
      role: "metrics",
      purpose: "Prometheus",
      namespace: observability,
      bucket: "metrics",
      projectRoles: ["roles/compute.viewer"], // to look up the edges' machines
    },
    {
      role: "thanos",
      purpose: "Archive of metrics",
      namespace: observability,
      bucket: "metrics",
    },
    {
      role: "elastic",
      purpose: "Snapshots of Elasticsearch",
      namespace: elastic,
      bucket: "snapshots",
    },
    {
      role: "secrets",
      purpose: "Secrets of Grafana and Alertmanager",
      namespace: observability,
      reads: [
        ...sites.map((other) => names.elasticsearchUser(other.site, "reader")),
        ...receiverEntries(alerts).map(([, { secret }]) => secret),
      ],
    },
    {
      role: "pusher",
      purpose: "Hands out users of Elasticsearch",
      namespace: elastic,
      reads: users, // to compare before writing
      writes: users,
    },
    ...(renewal
      ? [
          {
            role: "renewer" as const,
            purpose: "Renews the edges' certificates",
            namespace: certificates,
            replaces: renewal.edges.map(({ secret }) => secret),
            zone: renewal.zone,
          },
        ]
      : []),
  ];
}
