import { resources, stackOf, synthesize } from "../../support/synth";
import { threeCountries } from "../../support/topologies";
import { changeOf, planOf, reviewed, verdictsOf } from "./plans";

/** What is new lets in, leads elsewhere or closes without touching anything that is there. */
const estate = synthesize(threeCountries);

/** Something of the stack that stays as it is. */
const standing = (stack: string) =>
  resources(stackOf(estate, stack)).map(({ address, attributes: { "//": _, ...attributes } }) =>
    changeOf(address, ["no-op"], { before: attributes, after: attributes }),
  );
const added = (type: string, after: Record<string, unknown>, ...stacks: readonly string[]) =>
  verdictsOf(
    reviewed(
      stacks.map((stack) =>
        planOf(stack, [...standing(stack), changeOf(`${type}.platform_newcomer`, ["create"], { before: null, after })]),
      ),
    ),
  );

const everyPort = [{ protocol: "tcp" }];
const policy = { spec: { pod_selector: {}, policy_types: ["Ingress", "Egress"] } };

const WARNED: Readonly<Record<string, readonly [type: string, after: Record<string, unknown>, stack: string]>> = {
  "a row for the whole of the private ranges": [
    "google_compute_firewall",
    {
      name: "helper",
      direction: "INGRESS",
      source_ranges: ["10.0.0.0/8"],
      target_tags: ["database"],
      allow: everyPort,
    },
    "network",
  ],
  "a way out to everywhere": [
    "google_compute_firewall",
    { name: "updates", direction: "EGRESS", destination_ranges: ["0.0.0.0/0"], allow: everyPort },
    "network",
  ],
  "a record for every name": [
    "google_dns_record_set",
    { name: "*.jamtangan.com.", type: "A", rrdatas: ["203.0.113.9"] },
    "network",
  ],
  "a zone of somebody else's": ["google_dns_record_set", { name: "pay.jamtangan.com.", type: "NS" }, "network"],
  "somebody who administers machines": [
    "google_project_iam_member",
    { role: "roles/compute.admin", member: "user:mallory@example.com" },
    "region-india",
  ],
  "a stranger who reads a secret": [
    "google_secret_manager_secret_iam_member",
    { role: "roles/secretmanager.secretAccessor", member: "user:mallory@example.com" },
    "region-india",
  ],
  "somebody who becomes a machine": [
    "google_service_account_iam_member",
    { role: "roles/iam.serviceAccountTokenCreator", member: "group:helpers@example.com" },
    "region-india",
  ],
  "another project that reads archives": [
    "google_storage_bucket_iam_member",
    { role: "roles/storage.objectViewer", member: "serviceAccount:x@other.iam.gserviceaccount.com" },
    "monitoring",
  ],
  "somebody who decrypts disks": [
    "google_kms_crypto_key_iam_member",
    { role: "roles/cloudkms.cryptoKeyDecrypter", member: "domain:example.com" },
    "network",
  ],
  "a Service that the internet reaches": ["kubernetes_service_v1", { spec: { type: "LoadBalancer" } }, "region-india"],
  "an Ingress for the same names": [
    "kubernetes_ingress_v1",
    { spec: { rule: [{ host: "jamtangan.com" }] } },
    "region-india",
  ],
  "a policy that cuts pods off": ["kubernetes_network_policy_v1", policy, "region-india"],
  "a quota without a pod": ["kubernetes_resource_quota_v1", { spec: { hard: { pods: "0" } } }, "region-india"],
  "a budget under which no node drains": [
    "kubernetes_pod_disruption_budget_v1",
    { spec: { max_unavailable: "0" } },
    "region-india",
  ],
  "a release that nobody has looked at": ["helm_release", { name: "miner", chart: "miner" }, "region-india"],
  "a Deployment that nobody has looked at": [
    "kubernetes_deployment_v1",
    { spec: { template: { spec: { host_network: true } } } },
    "region-india",
  ],
  "a machine with an address of its own": [
    "google_compute_instance",
    { name: "jump", network_interface: [{ access_config: [{}] }] },
    "region-india",
  ],
  "machines of a group": ["google_compute_region_instance_group_manager", { target_size: 3 }, "region-india"],
  "a second cluster": ["google_container_cluster", { name: "tools" }, "region-india"],
  "a public zone": ["google_dns_managed_zone", { dns_name: "shop.example.", visibility: "public" }, "network"],
  "a frontend for the database": [
    "google_compute_forwarding_rule",
    { name: "mysql", load_balancing_scheme: "EXTERNAL", ports: ["3306"] },
    "region-india",
  ],
  "a second NAT": ["google_compute_router_nat", { name: "all" }, "network"],
  "a route of a type that nobody knows": ["google_compute_instance_iam_policy", {}, "region-india"],
};

test.each(Object.entries(WARNED))("told: %s", (_what, [type, after, stack]) => {
  const { refused, warned } = added(type, after, stack);
  expect(refused.length + warned.length).toBeGreaterThan(0);
});

const CLOSED: typeof WARNED = {
  "what denies comes first": [
    "google_compute_firewall",
    {
      name: "quarantine",
      direction: "INGRESS",
      priority: 1,
      source_ranges: ["0.0.0.0/0"],
      deny: [{ protocol: "all" }],
    },
    "network",
  ],
  "a zone hides the names of another": [
    "google_dns_managed_zone",
    { dns_name: "internal.jamtangan.com.", visibility: "private" },
    "network",
  ],
  "other servers answer for names": [
    "google_dns_policy",
    { alternative_name_server_config: { target_name_servers: [{ ipv4_address: "203.0.113.9" }] } },
    "network",
  ],
};

test.each(Object.entries(CLOSED))("refused: %s", (_what, [type, after, stack]) => {
  expect(added(type, after, stack).refused).toEqual(["several-countries"]);
});

test("what cuts pods off is refused in two countries", () => {
  expect(added("kubernetes_network_policy_v1", policy, "region-india", "region-singapore").refused).toEqual([
    "several-countries",
  ]);
});

test("of what is made together with all of its stack nothing else is told", () => {
  const created = resources(stackOf(estate, "region-india")).map(
    ({ address, attributes: { "//": _, ...attributes } }) =>
      changeOf(address, ["create"], { before: null, after: attributes }),
  );
  expect(verdictsOf(reviewed([planOf("region-india", created)]))).toEqual({
    refused: [],
    warned: ["made-from-nothing"],
  });
});

test("what is only read stands nowhere: the first deploy of the network, whose plan reads its keys, is not refused", () => {
  const created = resources(stackOf(estate, "network")).map(({ address, attributes: { "//": _, ...attributes } }) =>
    changeOf(address, ["create"], { before: null, after: attributes }),
  );
  const read = changeOf("google_dns_keys.keys", ["read"], { before: null }, { mode: "data" });
  expect(verdictsOf(reviewed([planOf("network", [...created, read])]))).toEqual({
    refused: [],
    warned: ["made-from-nothing"],
  });
});

test.each([
  ["google_monitoring_alert_policy", { display_name: "slow" }, "monitoring"],
  ["google_secret_manager_secret", { secret_id: "token" }, "region-india"],
  ["google_service_account", { account_id: "worker" }, "region-india"],
  ["google_container_node_pool", { name: "larger" }, "region-india"],
])("nothing to object to: a new %s", (type, after, stack) => {
  expect(added(type, after, stack)).toEqual({ refused: [], warned: [] });
});
