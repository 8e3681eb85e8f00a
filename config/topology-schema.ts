import { DNS_NAME, domainRemedy, imageRemedy, projectIdRemedy } from "./formats";
import { machineTypeRemedy } from "./machine-types";
import { REGION_ZONES } from "./regions";
import { either, fields, isObject, list, named, oneOf, optional, text, three, whole } from "./schema";

/**
 * What a topology may contain: the only owner of each field's type, unit, limits and remedy. The types of `topology.ts`
 * follow from it; rules between fields are in `validate-topology.ts`. A test compares the numbers in the comments with
 * the schema.
 */

/** An app cluster's pod range holds 256 nodes; the rest is for nodes that an upgrade adds. */
export const MAXIMUM_NODES = 250;

/** Pod addresses that GKE gives each node. */
const PODS_PER_NODE = 110;

/** A bucket's retention is below 2^31 seconds, which is 24,855 days. */
const MAXIMUM_DAYS = 24_000;

const machineType = text(machineTypeRemedy, "use a machine type such as e2-standard-4");
const regionName = text(
  (region) => (Object.hasOwn(REGION_ZONES, region) ? "" : "use a region of config/regions.ts, such as asia-southeast2"),
  "use a region of config/regions.ts, such as asia-southeast2",
);
const countryName = text(/^/, "name a country of this topology");
const retentionDays = whole(1, 365, { unit: "days" });
const archiveDays = whole(1, MAXIMUM_DAYS, { unit: "days" });

/** The Google Cloud project; one per environment, so names need no environment prefix. */
export const project = fields({
  /** Project id, 6 to 30 characters. Also the prefix of bucket names, which are global. */
  id: text(projectIdRemedy, "use the project's id: 6 to 30 lower-case letters, digits and hyphens"),
  /**
   * Project number. Service agents' addresses contain it; looking it up would need an API call, which an offline plan
   * cannot make.
   */
  number: whole(1, Number.MAX_SAFE_INTEGER, {
    remedy: "use the number that `gcloud projects describe` prints",
  }),
});

/** The environment's workspaces at Terraform Cloud (HCP Terraform). */
export const terraformCloud = fields({
  /** 3 to 40 letters, digits, hyphens and underscores. */
  organization: text(
    /^[A-Za-z0-9][-\w]{2,39}$/,
    "use the organization's name: 3 to 40 letters, digits, hyphens and underscores",
  ),
  /** Project within the organization, 3 to 40 letters, digits, spaces, hyphens and underscores; one per environment. */
  project: text(
    /^[A-Za-z0-9][-\w ]{1,38}\w$/,
    "use the project's name: 3 to 40 letters, digits, spaces, hyphens and underscores",
  ),
});

/** Who deploys an environment, and where its state is kept. */
export const delivery = fields({
  /**
   * Id of the GitHub repository whose workflows plan and apply, as `gh api repos/OWNER/NAME --jq .id` prints it. Not
   * its name, which somebody else could take over once it is free.
   */
  repository: whole(1, Number.MAX_SAFE_INTEGER, {
    remedy: "use the number that `gh api repos/OWNER/NAME --jq .id` prints",
  }),
  /**
   * Keeps the state of every stack in its own workspace. Required for deploying from workflows. @default none: state is
   * in `state/<environment>`, and a first synth and plan need no account
   */
  terraformCloud: optional(terraformCloud),
  /** Path that a deploy's health gate opens in each country; it must be answered with 2xx or 3xx. @default / */
  page: optional(text(/^\/[\w./~%?=&-]*$/, "use a path that users open, such as /watches")),
});

const mailAddress = text(/^[^@\s]+@[^@\s]+$/, "use an address such as people@example.com");

export const dns = fields({
  /** Where Cloud DNS probes the edges from: exactly three regions, because the API accepts no other number. */
  probeRegions: three(regionName, "name exactly three different regions"),
  /** Certificate authorities that may issue for the domain (CAA): at least one, or the edge gets no certificate. */
  certificateAuthorities: list(
    text(DNS_NAME, "use the CA's CAA name, such as letsencrypt.org"),
    "name the CA that issues the edge's certificate, or it cannot be issued",
    1,
  ),
  /**
   * Mail address that Let's Encrypt gets with the account that renews the edges' certificates. @default none: they are
   * renewed by hand
   */
  acmeContact: optional(mailAddress),
});

/** The HAProxy machines behind the country's public address. */
export const edge = fields({
  /** Machine type, for example `e2-standard-2`. TLS dominates: about one core per 1,500 new sessions a second. */
  machineType,
  /** Machines in the group: 3 to 30, so that each zone has one. */
  instances: whole(3, 30, { because: "so that each zone has one" }),
  /**
   * Requests that one browser may make in 10 seconds before it gets 429: 10 to 100,000. All clients behind one address
   * together may make ten times as many, because carriers put thousands of users behind one address.
   */
  requestsPer10Seconds: whole(10, 100_000),
  /**
   * Path prefixes whose pages may take up to 5 minutes to the first byte, such as `/reports/`. @default none: after 4 s
   * another country is tried
   */
  slowPaths: optional(
    list(text(/^\/[\w\-./~]*$/, "write a path prefix, such as /reports/"), 'list path prefixes, such as ["/reports/"]'),
  ),
});

export const nodePool = fields({
  /** Machine type of a node, for example `e2-standard-4`. */
  machineType,
  /** Minimum number of nodes over all zones: 0 to 250, and at most `maxNodes`. */
  minNodes: whole(0, MAXIMUM_NODES),
  /** Maximum number of nodes over all zones: 1 to 250, also for all pools together (the pod range holds 256). */
  maxNodes: whole(1, MAXIMUM_NODES),
  /** Boot disk of a node in GB: 20 to 1,000. */
  diskGb: whole(20, 1000, { unit: "GB" }),
});

const isPoolName = (name: string) => /^[a-z][-a-z0-9]{0,38}[a-z0-9]$/.test(name);
const POOL_NAME = "name the pool with 2 to 40 lower-case letters, digits and hyphens";

/** Supported ingress controllers, by the names of their charts. */
export const INGRESS_CONTROLLERS = ["ingress-nginx", "nginx-ingress"] as const;

export const cluster = fields({
  /**
   * `ingress-nginx`, as in the seed's drawing, whose upstream ended in March 2026, or F5's maintained `nginx-ingress`.
   */
  ingress: oneOf(INGRESS_CONTROLLERS, `use ${INGRESS_CONTROLLERS.join(" or ")}`),
  /** Node pools by name, at least two. `app` runs only the app's pods, the others everything else. */
  pools: named(nodePool, {
    isName: isPoolName,
    nameRemedy: POOL_NAME,
    required: ["app"],
    remedy: "define `app` for the app's pods, and another pool for everything else",
  }),
});

/** The shop's app. Each country has its own entry, so that a release can be rolled out country by country. */
export const app = fields({
  /** Image with registry, and tag or digest: `registry/name:tag`, `registry/name@sha256:…`. Not `latest`. */
  image: text(
    imageRemedy,
    "write registry/name:tag or registry/name@sha256:…, with a tag that is never moved (not latest)",
  ),
  /** Minimum number of pods: 3 to 27,500, so that each zone has one. */
  minReplicas: whole(3, MAXIMUM_NODES * PODS_PER_NODE, { because: "so that each zone has one" }),
  /** Maximum number of pods: 3 to 27,500, at least `minReplicas`. Synthesis checks that they fit on the pool `app`. */
  maxReplicas: whole(3, MAXIMUM_NODES * PODS_PER_NODE),
  /** Queued messages per pod that the autoscaler aims at: 1 to 100,000. */
  messagesPerReplica: whole(1, 100_000),
});

/** The country's Galera nodes. The total over all countries is odd, and no country has half of it or more. */
export const database = fields({
  /** Galera nodes in this country, spread over its zones: 0 to 9. A country with none uses those of `failover`. */
  nodes: whole(0, 9),
  /** Machine type of a node, with at least 4 GB of memory per vCPU, for example `n2-standard-4`: MariaDB fills it. */
  machineType,
  /** Size of a node's data disk in GB: 20 to 65,536. It can grow but never shrink. */
  diskGb: whole(20, 65_536, { unit: "GB" }),
  /** Longest outage after which a node catches up without a full copy, in minutes: 1 to 1,440. Costs disk. */
  outageMinutes: whole(1, 1440, { unit: "minutes" }),
  /** What the whole cluster writes per minute in its busiest hour, in MB: 1 to 1,000. */
  writeMbPerMinute: whole(1, 1000, { unit: "MB" }),
  /** Days to keep snapshots and backups: 1 to 365. */
  backupRetentionDays: retentionDays,
});

/** The host through which operators reach the estate. */
export const vpn = fields({
  /** Machine type, for example `e2-small`: about ten operators at a time. */
  machineType,
  /** Size of the data disk in GB: 10 to 1,000. It can grow but never shrink. */
  diskGb: whole(10, 1000, { unit: "GB" }),
  /** Days to keep its snapshots: 1 to 365. */
  backupRetentionDays: retentionDays,
});

export const storeSize = fields({
  /** Disk in GB: 10 to 10,000. It can grow but never shrink. */
  diskGb: whole(10, 10_000, { unit: "GB" }),
  /** Memory in GiB: 1 to 64, and less than a node has. */
  memoryGib: whole(1, 64, { unit: "GiB" }),
});

/** Prometheus, Grafana, Elasticsearch and Kibana in a cluster of their own. */
export const ownSite = fields({
  /** At least 3 nodes, one per zone, each with one of the three Elasticsearch nodes. */
  cluster: fields({
    /** Node pools by name. */
    pools: named(nodePool, { isName: isPoolName, nameRemedy: POOL_NAME, remedy: "define a pool" }),
  }),
  /** Each of the two Prometheus. */
  prometheus: storeSize,
  /** Each of the three Elasticsearch nodes. */
  elasticsearch: storeSize,
});

export const borrowedSite = fields({
  /** The country whose site monitors this one: agents push there. */
  site: text(/^/, "name the country whose site it is, or describe a cluster of its own"),
});

/** Also when neither is present: then naming a site is the simpler remedy. */
function isBorrowed(value: unknown): boolean {
  if (!isObject(value)) return false;
  return Object.hasOwn(value, "site") || !Object.keys(ownSite.entries).some((field) => Object.hasOwn(value, field));
}

/** Ages at which archived logs and metrics move to colder storage classes. */
export const archive = fields({
  /** Days until an object becomes NEARLINE: 1 to 24,000. */
  nearlineAfterDays: archiveDays,
  /** Days until an object becomes ARCHIVE: 1 to 24,000, and more than `nearlineAfterDays`. */
  archiveAfterDays: archiveDays,
  /**
   * Days during which a raw log cannot be deleted, and after which it is: 1 to 24,000, and more than
   * `archiveAfterDays`.
   */
  logRetentionDays: archiveDays,
});

/** What the shop is to be for its users, as the country's edge sees it: people are told when it is not. */
export const objectives = fields({
  /**
   * Answers of a million, over 30 days, that may be errors of the shop: 10 to 50,000. 1,000 is 99.9 % well answered.
   * How fast this budget is used up decides who is told, and when.
   */
  errorsPerMillion: whole(10, 50_000),
  /** Average time to the first byte of an answer, retries in other countries included, in ms: 10 to 10,000. */
  firstByteMs: whole(10, 10_000, { unit: "ms" }),
});

/** One country: a Google Cloud region with an edge, a cluster, a database node and a place in the address plan. */
export const country = fields({
  /** Google Cloud region; no two countries share one, because DNS answers by region. */
  region: regionName,
  /** The zones that machines are spread over: 3, of `region`. */
  zones: three(text(/^/, "use a zone of the region"), "name three different zones"),
  /** Number of the country's /14 within 10.0.0.0/8: 0 to 63, unique. Never reuse or change one that was deployed. */
  slot: whole(0, 63),
  /**
   * The countries that serve this one's users while its own app is down, in order. At least one; countries not listed
   * never do.
   */
  failover: list(countryName, "name at least one other country"),
  /**
   * `evacuated`: DNS leads nobody to the country's edge, and the edge tries its own app and database last. Everything in
   * it keeps running. Steps: docs/runbooks/countries.md. @default in service
   */
  state: optional(oneOf(["evacuated"], "use evacuated, or leave it out")),
  /** What the shop is to be for the country's users. */
  objectives,
  /** The HAProxy machines behind the country's public address. */
  edge,
  /** The GKE cluster that the app runs in. */
  cluster,
  /** The shop's app. Each country has its own entry, so that a release can go from country to country. */
  app,
  /** The country's Galera nodes. */
  database,
  /** The host through which operators reach the estate. */
  vpn,
  /** What monitors the country: a site of its own, or another country's. */
  monitoring: either(borrowedSite, ownSite, isBorrowed),
  /** Ages at which archived logs and metrics move to colder storage classes. */
  archive,
});

const secret = text(
  /^[A-Za-z0-9_-]{1,255}$/,
  "use the id of a secret, such as alert-critical; put its value into Secret Manager",
);
const ALERT_KINDS = "use webhook, slack or email, or leave alerts out";

/** Operators put the webhook's or the channel's address, and nothing else, into the secret. */
export const hookReceiver = fields({
  /** `webhook` or `slack`. */
  kind: oneOf(["webhook", "slack"], ALERT_KINDS),
  /** Id of a secret in Secret Manager, which is created empty. */
  secret,
});

export const mailReceiver = fields({
  /** `email`. */
  kind: oneOf(["email"], ALERT_KINDS),
  /** Id of a secret in Secret Manager, which is created empty: operators put the mail account's password into it. */
  secret,
  /** Recipient. */
  to: mailAddress,
  /** Sender that the mail server accepts. */
  from: mailAddress,
  /** Mail server with its port, which must offer STARTTLS: `smtp.example.com:587`. */
  server: text(/^[^:\s]+:[1-9]\d{0,4}$/, "name the port too: smtp.example.com:587"),
  /** Account on the mail server. */
  username: text(/./, "name the account on the mail server"),
});

const receiver = either(mailReceiver, hookReceiver, (value) => isObject(value) && value.kind === "email");

/** Who is notified. Each way has a secret of its own, so that a wrong one silences that way only. */
export const alerts = fields({
  /** Wakes somebody: what users feel, and what would soon be lost. */
  critical: receiver,
  /** Read in the morning, such as a channel. Critical alerts come here too: the other way may be broken. */
  warning: receiver,
  /** Mail address that Cloud Monitoring notifies: it looks at the shop from outside, and needs nothing of the estate. */
  outside: mailAddress,
});

/** The shop's estate as data. */
export const topology = fields({
  /** Name of the environment, used as a label and as the folder of local state: lower case, 1 to 20 characters. */
  environment: text(/^[a-z][-a-z0-9]{0,19}$/, "use 1 to 20 lower-case letters, digits and hyphens"),
  /** The Google Cloud project; one per environment, so names need no environment prefix. */
  project,
  /** Who deploys the environment, and where its state is kept. */
  delivery,
  /**
   * Apex of the shop without a trailing dot, as users type it: at most 200 characters. Changing it means moving the DNS
   * zone.
   */
  domain: text(domainRemedy, "use a DNS name of two or more labels without a trailing dot, such as jamtangan.com"),
  /** The public zone. */
  dns,
  /**
   * Two or more countries. Keys appear in stack ids, resource names and host names, and cannot change once deployed:
   * they name stateful resources.
   */
  countries: named(country, { remedy: "name at least two, or there is nothing to fail over to" }),
  /**
   * The country whose first database node initializes the cluster, once, and creates its secrets; the database's
   * backups are kept in its region. It cannot change while it is in `countries`: the backups would have to move.
   */
  firstDatabase: text(/^/, "name a country that has a database node"),
  /** Who is notified of the alerts of every site. @default nobody: they only show in Grafana, and synthesis warns about it */
  alerts: optional(alerts),
  /**
   * Public ranges (CIDR, /24 or smaller) from which people may open the VPN's console without Identity-Aware Proxy.
   * @default none
   */
  administrators: optional(list(text(/^/, "use a public range"), "list the public ranges that people connect from")),
});
