import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environments } from "../../config/environments";
import { brokenInvariants } from "../../tools/reach/invariants";
import { reach } from "../../tools/reach/main";
import { differences, matrices, renderMatrices } from "../../tools/reach/matrices";
import { SynthesizedEstate } from "../../tools/synthesized/estate";
import { callCommand } from "../support/call-command";
import { type Synthesized, synthesize, synthesizeInto } from "../support/synth";
import { changed, threeCountries, withCountry } from "../support/topologies";

type Stacks = Record<string, { resource: Record<string, Record<string, Record<string, unknown>>> }>;

const estate = synthesize(threeCountries);

/** Production with a change to its JSON, as a mistaken source would have made it. */
function mutated(change: (stacks: Stacks) => void): SynthesizedEstate {
  const stacks = structuredClone(estate.stacks) as unknown as Stacks;
  change(stacks);
  return new SynthesizedEstate(stacks);
}

function add(stack: string, type: string, id: string, attributes: Record<string, unknown>) {
  return (stacks: Stacks) => {
    const found = stacks[stack];
    if (found) found.resource = { ...found.resource, [type]: { ...found.resource[type], [id]: attributes } };
  };
}

/** The first resource of a type whose id begins so. */
function find(stacks: Stacks, stack: string, type: string, prefix: string): Record<string, unknown> {
  const [, attributes] =
    Object.entries(stacks[stack]?.resource[type] ?? {}).find(([id]) => id.startsWith(prefix)) ?? [];
  if (!attributes) throw new Error(`${stack} has no ${type} that begins with ${prefix}`);
  return attributes;
}

const text = ({ stacks }: Pick<Synthesized, "stacks">) => {
  return textOf(new SynthesizedEstate(stacks));
};

const textOf = (read: SynthesizedEstate) => renderMatrices("any", matrices(read), Number.POSITIVE_INFINITY);

test.each(Object.entries(environments))("%s is as expected, and allowed", (name, topology) => {
  const { stacks } = synthesize(topology);
  expect(brokenInvariants(new SynthesizedEstate(stacks))).toEqual([]);
  const expected = readFileSync(join(__dirname, "../../docs/reach", `${name}.md`), "utf8");
  expect(differences(expected, text({ stacks }))).toEqual([]);
});

test("countries that are like the others add no row and change none", () => {
  const like = (name: string, region: string, slot: number) => ({
    region,
    zones: [`${region}-a`, `${region}-b`, `${region}-c`] as const,
    slot,
    failover: Object.keys(threeCountries.countries)
      .concat("japan", "korea")
      .filter((other) => other !== name),
  });
  const more = withCountry(
    "korea",
    like("korea", "asia-northeast3", 4),
    withCountry("japan", like("japan", "asia-northeast1", 3)),
  );
  const failover = Object.keys(threeCountries.countries).map((name) => [
    `countries.${name}.failover`,
    Object.keys(more.countries).filter((other) => other !== name),
  ]);
  const { stacks } = synthesize(changed(Object.fromEntries(failover), more));
  expect(differences(text(estate), text({ stacks }))).toEqual([]);
});

describe("never allowed, whatever is expected", () => {
  const rule = (stacks: Stacks, prefix: string) =>
    find(stacks, "network", "google_compute_firewall", `firewall_${prefix}_`);
  const member = "${google_service_account.edge_identity_account_84D40A1A.member}";
  const cases: [string, (stacks: Stacks) => void, string][] = [
    [
      "a rule opened to everywhere",
      (stacks) => Object.assign(rule(stacks, "database-from-edges"), { source_ranges: ["0.0.0.0/0"] }),
      'firewall rule "database-from-edges" opens database (tcp 3306,9105) to the internet',
    ],
    [
      "a rule opened to half of everywhere",
      (stacks) => Object.assign(rule(stacks, "ssh-from-iap"), { source_ranges: ["128.0.0.0/1"] }),
      'firewall rule "ssh-from-iap" opens edge (tcp 22) to 128.0.0.0/1, practically the internet',
    ],
    [
      "one port more on the public rule",
      (stacks) =>
        Object.assign(rule(stacks, "edge-from-everywhere"), {
          allow: [{ protocol: "tcp", ports: ["80", "443", "8405"] }],
        }),
      'firewall rule "edge-from-everywhere" opens edge (tcp 80,443,8405) to the internet',
    ],
    [
      "a rule for every machine",
      (stacks) => Object.assign(rule(stacks, "edge-from-everywhere"), { target_tags: undefined }),
      'firewall rule "edge-from-everywhere" opens every machine (tcp 80,443) to the internet',
    ],
    [
      "a public load balancer made by Helm",
      add("region-india", "helm_release", "x", { name: "kibana", values: ["service:\n  type: LoadBalancer\n"] }),
      'load balancer "Service of kibana" in india takes connections',
    ],
    [
      "a public load balancer of a Kubernetes Service",
      add("region-india", "kubernetes_service_v1", "x", {
        metadata: { name: "console" },
        spec: { type: "LoadBalancer", port: [{ port: 8080 }] },
      }),
      'load balancer "Service of console" in india takes connections (tcp 8080) from the internet',
    ],
    [
      "a role granted twice",
      add("region-indonesia", "google_project_iam_member", "again", {
        project: "jamtangan-production",
        role: "roles/logging.logWriter",
        member: "serviceAccount:indonesia-edge@jamtangan-production.iam.gserviceaccount.com",
      }),
      "indonesia-edge holds logging.logWriter on project project twice",
    ],
    [
      "an identity that pods of every country would have",
      add("region-india", "google_service_account_iam_member", "shared", {
        service_account_id: "projects/jamtangan-production/serviceAccounts/india-app",
        role: "roles/iam.workloadIdentityUser",
        member: "serviceAccount:jamtangan-production.svc.id.goog[shop/shop]",
      }),
      "lets pod shop/shop of any cluster act as india-app: name the pod's account after the country",
    ],
    [
      "a secret readable by two roles",
      add("region-indonesia", "google_secret_manager_secret_iam_member", "edge-too", {
        secret_id: "database-initialized",
        role: "roles/secretmanager.secretAccessor",
        member,
      }),
      'secret "database-initialized" is readable by database and edge',
    ],
    [
      "a secret readable by another country's identity of another role, by its id",
      add("region-india", "google_secret_manager_secret_iam_binding", "nodes-too", {
        secret_id: "projects/jamtangan-production/secrets/india-edge-certificate",
        role: "roles/secretmanager.secretAccessor",
        members: ["serviceAccount:india-nodes@jamtangan-production.iam.gserviceaccount.com"],
      }),
      'secret "india-edge-certificate" is readable by edge and nodes',
    ],
    [
      "every secret readable through the project",
      add("region-india", "google_project_iam_member", "all-secrets", {
        project: "jamtangan-production",
        role: "roles/secretmanager.secretAccessor",
        member: "group:people@jamtangan.com",
      }),
      "group:people@jamtangan.com holds secretmanager.secretAccessor on project project",
    ],
    [
      "a basic role",
      add("region-indonesia", "google_project_iam_member", "editor", { project: "x", role: "roles/editor", member }),
      "indonesia-edge holds editor on project project",
    ],
    [
      "a key of a service account",
      add("region-indonesia", "google_service_account_key", "key", { service_account_id: "x" }),
      "google_service_account_key.key is a key that can be copied",
    ],
    [
      "a bucket for everybody",
      add("monitoring", "google_storage_bucket_iam_member", "all", {
        bucket: "logs",
        role: "roles/storage.objectViewer",
        member: "allUsers",
      }),
      "allUsers holds storage.objectViewer on bucket logs",
    ],
    [
      "a machine with a public address",
      (stacks) =>
        Object.assign(find(stacks, "region-india", "google_compute_instance", "database"), {
          network_interface: [{ access_config: [{}] }],
        }),
      "has a public address",
    ],
    [
      "a machine with keys in its metadata",
      (stacks) =>
        Object.assign(find(stacks, "region-india", "google_compute_region_instance_template", "edge"), {
          metadata: { "ssh-keys": "me:ssh-ed25519 AAAA", "enable-oslogin": "FALSE" },
        }),
      "has SSH keys in its metadata",
    ],
  ];
  const cluster = (stacks: Stacks) => find(stacks, "region-india", "google_container_cluster", "app-cluster");
  const pool = (stacks: Stacks) => find(stacks, "region-india", "google_container_node_pool", "app-cluster_app");
  cases.push(
    [
      "a control plane with a public address",
      (stacks) => Object.assign(cluster(stacks), { private_cluster_config: { enable_private_nodes: true } }),
      "has a control plane with a public address",
    ],
    [
      "a control plane that everybody may ask",
      (stacks) => delete cluster(stacks).master_authorized_networks_config,
      "lets everybody to its control plane",
    ],
    [
      "a control plane that an office may ask",
      (stacks) =>
        Object.assign(cluster(stacks), {
          master_authorized_networks_config: [
            { cidr_blocks: [{ cidr_block: "203.0.113.0/24" }], gcp_public_cidrs_access_enabled: false },
          ],
        }),
      "lets 203.0.113.0/24 to its control plane",
    ],
    [
      "nodes with public addresses",
      (stacks) => Object.assign(cluster(stacks), { private_cluster_config: [{ enable_private_endpoint: true }] }),
      "has nodes with public addresses",
    ],
    [
      "one pool of nodes with public addresses",
      (stacks) => Object.assign(pool(stacks), { network_config: [{ enable_private_nodes: false }] }),
      "has nodes with public addresses",
    ],
    [
      "a pool whose pods get the node's account",
      (stacks) => Object.assign(pool(stacks), { node_config: { workload_metadata_config: { mode: "GCE_METADATA" } } }),
      "hands the node's account to every pod on pool app",
    ],
    [
      "a cluster without identities of its pods",
      (stacks) => delete cluster(stacks).workload_identity_config,
      "hands the node's account to every pod on pool app",
    ],
    [
      "a cluster that does not enforce network policies",
      (stacks) => delete cluster(stacks).datapath_provider,
      "does not enforce network policies",
    ],
    [
      "machines that may talk to the whole internet",
      (stacks) => Object.assign(rule(stacks, "deny-the-rest-outbound"), { direction: "INGRESS" }),
      "no firewall rule denies what machines send to the internet:",
    ],
    [
      "machines that may talk to the whole internet over IPv6",
      (stacks) => Object.assign(rule(stacks, "deny-the-rest-outbound-ipv6"), { direction: "INGRESS" }),
      "no firewall rule denies what machines send to the internet (IPv6):",
    ],
    [
      "a way out over IPv6",
      (stacks) => Object.assign(rule(stacks, "outbound-web"), { destination_ranges: ["::/0"] }),
      'firewall rule "outbound-web" lets every machine reach the internet (IPv6) by tcp 80,443',
    ],
    [
      "the VPN opened over IPv6, where no machine of it is",
      (stacks) => Object.assign(rule(stacks, "vpn-from-everywhere"), { source_ranges: ["::/0"] }),
      'firewall rule "vpn-from-everywhere" opens vpn (udp 1194,51820) to the internet (IPv6)',
    ],
    [
      "a way out on any port",
      (stacks) => Object.assign(rule(stacks, "outbound-web"), { allow: [{ protocol: "all" }] }),
      'firewall rule "outbound-web" lets every machine reach the internet by all',
    ],
  );
  test.each(cases)("%s", (_, change, problem) => {
    expect(brokenInvariants(mutated(change)).join("\n")).toContain(problem);
  });
});

test("a row more and a row less are named", () => {
  const one = mutated((stacks) => {
    Object.assign(find(stacks, "network", "google_compute_firewall", "firewall_edge-from-monitoring"), {
      source_ranges: ["10.2.65.0/24"],
      target_tags: ["database"],
    });
  });
  const found = differences(text(estate), textOf(one));
  expect(found).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^not expected: .*subnet data \| database \| tcp 8405,9100 \| edge-from-monitoring \| indonesia$/,
      ),
      expect.stringMatching(/^expected and missing: .*subnet monitoring \| edge \| tcp 8405,9100 .*every country$/),
    ]),
  );
});

test("a load balancer in a chart's values is one row for each of its sources", () => {
  const values = `objects:
  queue:
    metadata:
      name: queue
      annotations: { networking.gke.io/load-balancer-type: Internal }
    spec:
      type: LoadBalancer
      loadBalancerSourceRanges: [10.10.66.0/24, 10.2.66.0/24]
      ports: [{ port: 15672 }]
`;
  const one = mutated(add("region-india", "helm_release", "x", { name: "objects", values: [values] }));
  expect(differences(text(estate), textOf(one))).toEqual([
    "not expected: Load balancers: subnet vpn | Service of queue | tcp 15672 | indonesia to india",
    "not expected: Load balancers: subnet vpn | Service of queue | tcp 15672 | within india",
  ]);
});

test("an identity in one country alone is a row of its own", () => {
  const one = mutated((stacks) => {
    delete stacks["region-india"]?.resource.google_secret_manager_secret_iam_member;
  });
  expect(differences(text(estate), textOf(one))).toContainEqual(
    expect.stringMatching(
      /^not expected: Who may do what: database \| secret database-initialized .* \| indonesia, singapore$/,
    ),
  );
});

describe("npm run reach", () => {
  const scratch = mkdtempSync(join(tmpdir(), "matchwatch-reach-test-"));
  const out = join(scratch, "out");
  const expected = join(scratch, "expected");
  beforeAll(() => synthesizeInto(out, threeCountries));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const run = (...args: string[]) => callCommand(reach, ...args);
  const look = (...args: string[]) => run("--synth", out, "--expected", expected, ...args);

  test("explains itself, a wrong call, and what was never synthesized", async () => {
    expect(await run("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("--update") });
    expect(await run("--up")).toMatchObject({ status: 2, stderr: expect.stringContaining("--help") });
    expect(await run("--synth", scratch)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("npm run synth"),
    });
  });

  test("asks for a review when there is no reviewed page, and then holds to it", async () => {
    expect(await look()).toMatchObject({ status: 1, stderr: expect.stringContaining("has no reviewed page yet") });
    expect((await look("--update")).status).toBe(0);
    expect((await look()).status).toBe(0);
    expect(readFileSync(join(expected, "production.md"), "utf8")).toContain("## Who reads which secret");
  });

  test("an estate whose clusters and way out are all open is refused", async () => {
    for (const stack of ["network", "region-indonesia"]) {
      const file = join(out, "stacks", stack, "cdk.tf.json");
      writeFileSync(
        file,
        readFileSync(file, "utf8")
          .replaceAll('"enable_private_endpoint": true', '"enable_private_endpoint": false')
          .replaceAll('"enable_private_nodes": true', '"enable_private_nodes": false')
          .replaceAll('"master_authorized_networks_config"', '"no_authorized_networks"')
          .replaceAll('"workload_identity_config"', '"no_workload_identity"')
          .replaceAll('"GKE_METADATA"', '"GCE_METADATA"')
          .replaceAll('"EGRESS"', '"INGRESS"'),
      );
    }
    const { status, stderr } = await look();
    expect(status).toBe(1);
    for (const open of ["public address", "lets everybody", "public addresses", "node's account", "to the internet"]) {
      expect(stderr).toMatch(new RegExp(`^never allowed: .*${open}`, "m"));
    }
  });

  test("an update does not make allowed what never is", async () => {
    const file = join(out, "stacks", "network", "cdk.tf.json");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, before.replaceAll('"35.235.240.0/20"', '"0.0.0.0/0"'));
    expect(await look("--update")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(
        'never allowed: firewall rule "ssh-from-iap" opens edge (tcp 22) to the internet',
      ),
    });
  });
});
