import type { Deployer } from "../../config/names";

/** One Google API: why it is needed, and the roles the plan and apply identities get. */
export interface Service {
  readonly api: string;
  /** Terraform types that call it. @default none: `because` says what uses it */
  readonly types?: RegExp;
  readonly because?: string;
  readonly roles: Readonly<Record<Deployer, readonly string[]>>;
}

const nobody = { plan: [], apply: [] };

/**
 * Every API that is switched on. A test fails for an estate's type that no row covers, and for a row that nothing uses.
 */
export const SERVICES: readonly Service[] = [
  {
    api: "compute.googleapis.com",
    types: /^google_compute_/,
    roles: { plan: ["roles/compute.viewer"], apply: ["roles/compute.admin"] },
  },
  {
    api: "container.googleapis.com",
    types: /^(google_container|helm|kubernetes)_/,
    roles: { plan: ["roles/container.viewer"], apply: ["roles/container.admin"] },
  },
  {
    api: "artifactregistry.googleapis.com",
    types: /^google_artifact_registry_/,
    roles: { plan: ["roles/artifactregistry.reader"], apply: ["roles/artifactregistry.admin"] },
  },
  {
    api: "gkebackup.googleapis.com",
    types: /^google_gke_backup_/,
    roles: { plan: ["roles/gkebackup.viewer"], apply: ["roles/gkebackup.admin"] },
  },
  {
    api: "dns.googleapis.com",
    types: /^google_dns_/,
    roles: { plan: ["roles/dns.reader"], apply: ["roles/dns.admin"] },
  },
  {
    api: "cloudkms.googleapis.com",
    types: /^google_kms_/,
    roles: { plan: ["roles/cloudkms.viewer"], apply: ["roles/cloudkms.admin"] },
  },
  {
    // Metadata only: see OWN_PERMISSIONS.
    api: "secretmanager.googleapis.com",
    types: /^google_secret_manager_/,
    roles: { plan: ["roles/secretmanager.viewer"], apply: [] },
  },
  {
    api: "storage.googleapis.com",
    types: /^google_storage_bucket(_iam_|$)/,
    roles: { plan: ["roles/storage.bucketViewer"], apply: [] },
  },
  {
    api: "iam.googleapis.com",
    types: /^google_service_account/,
    roles: {
      plan: ["roles/iam.serviceAccountViewer", "roles/iam.securityReviewer"],
      apply: ["roles/iam.serviceAccountAdmin", "roles/iam.serviceAccountUser"],
    },
  },
  {
    // The apply identity also administers the project's IAM grants, but only of GRANTABLE_ROLES.
    api: "cloudresourcemanager.googleapis.com",
    types: /^google_project_iam_/,
    roles: { plan: ["roles/browser"], apply: ["roles/browser"] },
  },
  {
    api: "monitoring.googleapis.com",
    types: /^google_monitoring_/,
    roles: {
      plan: ["roles/monitoring.viewer"],
      apply: [
        "roles/monitoring.alertPolicyEditor",
        "roles/monitoring.notificationChannelEditor",
        "roles/monitoring.uptimeCheckConfigEditor",
      ],
    },
  },
  {
    // What is counted of logs, and no log: see OWN_PERMISSIONS.
    api: "logging.googleapis.com",
    types: /^google_logging_metric$/,
    roles: nobody,
  },
  { api: "iamcredentials.googleapis.com", because: "tokens of service accounts, for the clusters", roles: nobody },
  { api: "sts.googleapis.com", because: "keyless logins", roles: nobody },
  { api: "iap.googleapis.com", because: "people reach machines through Identity-Aware Proxy", roles: nobody },
  { api: "binaryauthorization.googleapis.com", because: "clusters ask which images may run", roles: nobody },
];

/**
 * What the identities may do with secrets, buckets and what is counted of logs: manage them, but not read their content.
 * Google's own roles for it can also read every secret, backup and log, or send logs elsewhere.
 */
export const OWN_PERMISSIONS: Readonly<Record<Deployer, readonly string[]>> = {
  plan: of("logging.logMetrics", ["get", "list"]),
  apply: [
    ...["secretmanager.secrets", "storage.buckets"].flatMap((kind) =>
      of(kind, ["create", "delete", "get", "getIamPolicy", "list", "setIamPolicy", "update"]),
    ),
    ...of("logging.logMetrics", ["create", "delete", "get", "list", "update"]),
  ],
};

function of(kind: string, actions: readonly string[]): string[] {
  return actions.map((action) => `${kind}.${action}`);
}

/** Project roles that the estate gives to its machines. The apply identity can grant these and no others. */
export const GRANTABLE_ROLES: readonly string[] = [
  "roles/artifactregistry.reader",
  "roles/compute.viewer",
  "roles/container.defaultNodeServiceAccount",
  "roles/logging.logWriter",
  "roles/monitoring.metricWriter",
  "roles/serviceusage.serviceUsageConsumer",
];

/** Services whose data access is logged; changes always are. Logging all services would cost more than the estate. */
export const AUDITED: readonly string[] = [
  "cloudkms.googleapis.com",
  "iam.googleapis.com",
  "iamcredentials.googleapis.com",
  "secretmanager.googleapis.com",
  "sts.googleapis.com",
];
