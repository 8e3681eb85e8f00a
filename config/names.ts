import type { Topology } from "./topology";

/**
 * The only owner of physical names. Each environment has its own project, so a name is `<country>-<thing>`; buckets,
 * whose names are global, start with the project id. Nothing is random: names can be predicted and found.
 */
export const names = {
  network: "shop",
  publicZone: "shop",
  privateZone: "shop-internal",
  /** The zone in which a CA is shown that the shop's names are ours. */
  challengeZone: "shop-challenges",
  router: (country: string) => `${country}-router`,
  subnet: (country: string, subnet: string) => `${country}-${subnet}`,
  address: (country: string, label: string) => `${country}-${label}`,
  keyRing: (country: string) => `${country}-keys`,
  /** A prefix: the provider appends 26 characters to make each template's name unique. */
  edgeTemplatePrefix: (country: string) => `${country}-edge-`,
  edge: (country: string) => `${country}-edge`,
  /** The load balancer through which a country's apps reach the database. */
  databaseProxy: (country: string) => `${country}-database`,
  edgeCertificate: (country: string) => `${country}-edge-certificate`,
  cluster: (country: string) => `${country}-app`,
  backupPlan: (country: string) => `${country}-app-daily`,
  monitoringCluster: (country: string) => `${country}-monitoring`,
  monitoringBackupPlan: (country: string) => `${country}-monitoring-daily`,
  /** Secret with a user of a site's Elasticsearch: JSON with `username`, `password` and `ca.crt`. */
  elasticsearchUser: (site: string, user: ElasticsearchUser) => `${site}-elasticsearch-${user}`,
  /** Elasticsearch's data stream of a kind of machine. */
  machineLogs: (kind: MachineKind) => `logs-${kind}-machines`,
  /** Secret with the address that a site calls every few minutes: somebody else notices when it no longer does. */
  deadMansSwitch: (site: string) => `${site}-dead-mans-switch`,
  serviceAccount: (country: string, role: ServiceAccountRole) => `${country}-${role}`,
  database: (country: string, node: string) => `${country}-${node}`,
  vpn: (country: string) => `${country}-vpn`,
  /** The disk that outlives a machine of that name. */
  dataDisk: (machine: string) => `${machine}-data`,
  vpnSnapshots: (country: string) => `${country}-vpn-nightly`,
  snapshots: (country: string) => `${country}-database-nightly`,
  /** What Cloud Monitoring counts of Cloud Logging. PromQL knows no hyphens. */
  snapshotsMade: "nightly_snapshots",
  /** Repository of a region that keeps what was pulled from Docker Hub once. */
  dockerHub: "docker-hub",
  databaseKeyRing: "database-keys",
  databaseBackups: (project: string) => `${project}-database-backups`,
  databaseAccessLogs: (project: string) => `${project}-database-access-logs`,
  /** Content before country, so that no country's key can produce another's name. */
  bucket: (project: string, country: string, content: BucketContent) => `${project}-${content}-${country}`,
  /** A Terraform Cloud workspace; names are unique per organization, hence the environment. */
  workspace: (environment: string, stack: string) => `${environment}-${stack}`,
  deployer: (deployer: Deployer) => `terraform-${deployer}`,
  deployerEmail: (project: string, deployer: Deployer) => `terraform-${deployer}@${project}.iam.gserviceaccount.com`,
  /** Secret with the deployer's Terraform Cloud token. */
  deployerToken: (deployer: Deployer) => `terraform-cloud-${deployer}`,
  /** Id of the workload identity pool and of its provider. */
  login: (issuer: LoginIssuer) => issuer,
} as const;

/** Identities that run Terraform: one reads, one changes. */
export const DEPLOYERS = ["plan", "apply"] as const;
export type Deployer = (typeof DEPLOYERS)[number];

/** Who issues the tokens of whoever runs Terraform, so that there are no keys. */
export type LoginIssuer = "github";

/** Machines outside of clusters. */
export const MACHINE_KINDS = ["edge", "database", "vpn"] as const;
export type MachineKind = (typeof MACHINE_KINDS)[number];

/**
 * Elasticsearch users for whoever is outside a site: agents of app clusters and each kind of machine append as one of
 * their own, every site's Grafana reads as the last.
 */
export const ELASTICSEARCH_USERS = ["agent", ...MACHINE_KINDS, "reader"] as const;
export type ElasticsearchUser = (typeof ELASTICSEARCH_USERS)[number];

/**
 * Secrets of the database cluster, shared by all countries: the initialized marker, the CA certificate with and without
 * its key, and the app's password.
 */
export const DATABASE_SECRETS = {
  initialized: "database-initialized",
  ca: "database-ca",
  caCertificate: "database-ca-certificate",
  appPassword: "database-app-password",
} as const;

/** The app's schema and account. */
export const DATABASE_SCHEMA = { schema: "shop", appUser: "shop" } as const;

/** Network tags, which tie firewall rules to machines. */
export const tags = {
  edge: "edge",
  database: "database",
  vpn: "vpn",
  appNodes: (country: string) => `${country}-app-nodes`,
  monitoringNodes: (country: string) => `${country}-monitoring-nodes`,
} as const;

/** Names of the secondary ranges of a cluster's subnet. */
export const SECONDARY_RANGES = { pods: "pods", services: "services" } as const;

/** Host names for users and for rendered configs. */
export const hosts = {
  shop: (domain: string) => [domain, `www.${domain}`],
  edge: (domain: string, country: string) => `${country}.edge.${domain}`,
  challengeZone: (domain: string) => `acme.${domain}`,
  /** Where a CA looks for the answer to its challenge of one of the shop's hosts. */
  challenge: (domain: string, host: string) =>
    `${host === domain ? "apex" : host.slice(0, -domain.length - 1)}.acme.${domain}`,
  internalZone: (domain: string) => `internal.${domain}`,
  internal: (domain: string, country: string, label: string) => `${label}.${country}.internal.${domain}`,
} as const;

/** Limits of each kind of name. Sources: the Google Cloud API reference of each resource. */
const KINDS = {
  hostLabel: { minimum: 1, maximum: 63, pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/ },
  resource: { minimum: 1, maximum: 63, pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/ },
  cluster: { minimum: 1, maximum: 40, pattern: /^[a-z]([-a-z0-9]*[a-z0-9])?$/ },
  serviceAccount: { minimum: 6, maximum: 30, pattern: /^[a-z]([-a-z0-9]*[a-z0-9])$/ },
  templatePrefix: { minimum: 1, maximum: 37, pattern: /^[a-z][-a-z0-9]*$/ },
  bucket: { minimum: 3, maximum: 63, pattern: /^[a-z0-9][-a-z0-9]*[a-z0-9]$/ },
} as const;

type Kind = keyof typeof KINDS;

/** A country's service accounts, one per role, so that each has only the rights it uses. */
export const SERVICE_ACCOUNT_ROLES = [
  "edge",
  "nodes",
  "database",
  "app",
  "agent",
  "vpn",
  // Of a monitoring site: its nodes, and its workloads.
  "site",
  "metrics",
  "thanos",
  "elastic",
  "secrets",
  "pusher",
  "renewer",
] as const;
export type ServiceAccountRole = (typeof SERVICE_ACCOUNT_ROLES)[number];
/** What a country's buckets hold. */
export const BUCKET_CONTENTS = ["logs", "metrics", "snapshots", "access-logs"] as const;
export type BucketContent = (typeof BUCKET_CONTENTS)[number];

/** Every name that contains a country's key, with its kind. */
function namesOf(topology: Topology, country: string): [Kind, string][] {
  return [
    ["hostLabel", country],
    ["resource", names.edgeCertificate(country)],
    ["resource", names.dataDisk(names.database(country, "database-9"))],
    ["resource", names.monitoringBackupPlan(country)],
    ["resource", names.address(country, "elasticsearch")],
    ["resource", names.elasticsearchUser(country, "database")],
    ["resource", names.deadMansSwitch(country)],
    ["resource", tags.monitoringNodes(country)],
    ["cluster", names.monitoringCluster(country)],
    ["templatePrefix", names.edgeTemplatePrefix(country)],
    ...SERVICE_ACCOUNT_ROLES.map((role): [Kind, string] => ["serviceAccount", names.serviceAccount(country, role)]),
    ...BUCKET_CONTENTS.map((content): [Kind, string] => [
      "bucket",
      names.bucket(topology.project.id, country, content),
    ]),
  ];
}

/** Names that Google Cloud would reject because of a country's key: one line per name. */
export function nameProblems(topology: Topology, country: string): string[] {
  return namesOf(topology, country).flatMap(([kind, name]) => {
    const { minimum, maximum, pattern } = KINDS[kind];
    if (name.length > maximum) {
      return [
        `"${name}" has ${name.length} characters, a ${label(kind)} may have ${maximum}: shorten the country's key`,
      ];
    }
    if (name.length < minimum) {
      return [`"${name}" has ${name.length} characters, a ${label(kind)} needs ${minimum}: lengthen the country's key`];
    }
    return pattern.test(name)
      ? []
      : [
          `"${name}" is not a valid ${label(kind)} name: use lower-case letters, digits and hyphens, starting with a letter`,
        ];
  });
}

function label(kind: Kind): string {
  return kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
