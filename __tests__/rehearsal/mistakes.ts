/** Resources of a stack by type and name, as a mistake changes them. */
export type Resources = Record<string, Record<string, Attributes>>;

type Attributes = Record<string, unknown>;

/** A mistake in the estate that no plan shows, and how the rehearsal names it. */
export interface Mistake {
  readonly name: string;
  /** Type and part of the name of the resource that the rehearsal is to name. */
  readonly resource: readonly [type: string, part: string];
  readonly plant: (attributes: Attributes) => void;
  readonly says: RegExp;
}

/** What staging's project, regions and countries are called. */
interface Names {
  readonly project: string;
  readonly other: { readonly country: string; readonly region: string };
  readonly own: { readonly country: string; readonly region: string };
}

const keyOf = ({ project }: Names, { country, region }: Names["own"], key: string) =>
  `projects/${project}/locations/${region}/keyRings/${country}-keys/cryptoKeys/${key}`;

export const inNetwork: readonly Mistake[] = [
  {
    name: "access logs go to a bucket by what the provider rewrites",
    resource: ["google_storage_bucket", "backups"],
    plant: (bucket) => {
      const [, writer] = bucket.depends_on as string[];
      bucket.logging = { log_bucket: `\${${writer}.bucket}` };
    },
    says: /Provider produced inconsistent final plan/,
  },
  {
    name: "a dangling reference",
    resource: ["google_compute_firewall", "database-from-peers"],
    plant: (firewall) => {
      firewall.network = "nobody";
    },
    says: /global\/networks\/nobody' was not found/,
  },
  {
    name: "an overlapping range",
    resource: ["google_compute_subnetwork", "singapore_network_subnet-monitoring"],
    plant: (subnet) => {
      subnet.ip_cidr_range = "10.0.0.0/8";
    },
    says: /Invalid IPCidrRange: .* conflicts with existing subnetwork/,
  },
  {
    name: "a value that Google does not know and the provider does not judge",
    resource: ["google_compute_subnetwork", "india_network_subnet-monitoring"],
    plant: (subnet) => {
      subnet.purpose = "SECRET";
    },
    says: /Invalid value at 'purpose' \(enum\), "SECRET"/,
  },
  {
    name: "a record outside its zone",
    resource: ["google_dns_record_set", "private-zone_countries_india_database-1"],
    plant: (record) => {
      record.name = "db.example.net.";
    },
    says: /'db.example.net.' is invalid/,
  },
  {
    name: "an address outside its subnet",
    resource: ["google_compute_address", "india_network_address-database-1"],
    plant: (address) => {
      address.address = "10.255.255.9";
    },
    says: /IP address is outside of the subnetwork's range/,
  },
  {
    name: "ranges of both kinds in one rule",
    resource: ["google_compute_firewall", "edge-from-everywhere_"],
    plant: (firewall) => {
      firewall.source_ranges = ["0.0.0.0/0", "::/0"];
    },
    says: /IPv4 and IPv6 ranges cannot be in one firewall rule/,
  },
];

/** In a run of its own: what comes after the bucket would not be reached. */
export const tooEarly: readonly Mistake[] = [
  {
    name: "a bucket that does not wait until its grant counts",
    resource: ["google_storage_bucket", "access-logs"],
    plant: (bucket) => {
      delete bucket.depends_on;
    },
    says: /Permission denied on Cloud KMS key .*gs-project-accounts/,
  },
];

export function inRegion(names: Names): readonly Mistake[] {
  return [
    {
      name: "a value that Google no longer supports",
      resource: ["google_container_cluster", "app-cluster"],
      plant: (cluster) => {
        cluster.security_posture_config = { mode: "BASIC", vulnerability_mode: "VULNERABILITY_BASIC" };
      },
      says: /"VULNERABILITY_BASIC" is deprecated/,
    },
    {
      name: "a key in another region",
      resource: ["google_compute_disk", "database-1_data"],
      plant: (disk) => {
        disk.disk_encryption_key = { kms_key_self_link: keyOf(names, names.other, "disks") };
      },
      says: /is not in the location of the resource/,
    },
    {
      name: "a key that its user was not granted",
      resource: ["google_compute_disk", "vpn_data"],
      plant: (disk) => {
        disk.disk_encryption_key = { kms_key_self_link: keyOf(names, names.own, "clusters") };
      },
      says: /Permission denied on Cloud KMS key .*compute-system/,
    },
    {
      name: "an account that does not exist",
      resource: ["google_project_iam_member", "edge_identity_logginglogWriter"],
      plant: (member) => {
        member.member = `serviceAccount:nobody@${names.project}.iam.gserviceaccount.com`;
      },
      says: /Service account nobody@.* does not exist/,
    },
    {
      name: "an address of another region",
      resource: ["google_compute_forwarding_rule", "edge_frontend_"],
      plant: (rule) => {
        rule.ip_address = `\${data.terraform_remote_state.network-state.outputs.${names.other.country}_edge_address}`;
      },
      says: /is in another region than the forwarding rule/,
    },
    {
      name: "a workload identity before the first cluster",
      resource: ["google_service_account_iam_member", "app-identity_trust"],
      plant: (trust) => {
        delete trust.depends_on;
      },
      says: /Identity Pool does not exist/,
    },
  ];
}

/** What Google answers in its own way, and every plan after would take back. */
export const permanentDifferences: readonly Mistake[] = [
  {
    name: "what GKE answers of encryption is not ignored",
    resource: ["google_container_cluster", "app-cluster"],
    plant: ({ lifecycle }) => {
      const { ignore_changes } = lifecycle as { ignore_changes: string[] };
      ignore_changes.splice(ignore_changes.indexOf("database_encryption[0].state"), 1);
    },
    says: /second plan is not empty: update .*database_encryption/,
  },
  {
    name: "logging components are not in GKE's order",
    resource: ["google_container_cluster", "app-cluster"],
    plant: (cluster) => {
      cluster.logging_config = { enable_components: ["WORKLOADS", "SYSTEM_COMPONENTS"] };
    },
    says: /second plan is not empty: update .*logging_config/,
  },
];
