import { resources, type StackJson, stackOf, synthesize } from "../../support/synth";
import { fourCountries, threeCountries } from "../../support/topologies";

const estate = synthesize(threeCountries);
const india = stackOf(estate, "region-india");
const network = stackOf(estate, "network");

function only(stack: StackJson, type: string): Record<string, unknown> {
  const found = resources(stack, type).filter(({ address }) => address.startsWith(`${type}.database_`));
  expect(found).toHaveLength(1);
  return found[0]?.attributes ?? {};
}

function grants(stack: StackJson, type: string): string[] {
  return resources(stack, type)
    .filter(({ attributes }) => String(attributes.member).includes("database_identity"))
    .map(({ attributes }) => `${attributes.secret_id ?? attributes.bucket} ${attributes.role}`)
    .sort();
}

describe("a database node", () => {
  test("stands at its reserved address on a private, shielded machine that no plan destroys", () => {
    expect(only(india, "google_compute_instance")).toMatchObject({
      name: "india-database-1",
      zone: "asia-south1-a",
      machine_type: "n2-standard-4",
      tags: ["database"],
      deletion_protection: true,
      network_interface: [{ network_ip: "10.10.65.10", subnetwork: expect.stringContaining("india_data_subnet") }],
      lifecycle: { prevent_destroy: true },
    });
  });

  test("keeps its data on an encrypted disk of its own, with snapshots every night", () => {
    expect(only(india, "google_compute_disk")).toMatchObject({
      size: 200,
      disk_encryption_key: { kms_key_self_link: expect.stringContaining("india_volumes_key") },
      lifecycle: { prevent_destroy: true },
    });
    expect(only(india, "google_compute_resource_policy")).toMatchObject({
      snapshot_schedule_policy: {
        schedule: { daily_schedule: { days_in_cycle: 1, start_time: "20:00" } },
        retention_policy: { max_retention_days: 30 },
      },
    });
    expect(only(india, "google_compute_disk_resource_policy_attachment").zone).toBe("asia-south1-a");
  });

  test("is handed its config, its settings and its scripts, and no secret", () => {
    const metadata = only(india, "google_compute_instance").metadata as Record<string, string>;
    expect(metadata["mariadb-cnf"]).toContain("wsrep_node_name = india-database-1");
    expect(metadata["mariadb-cnf"]).toContain("wsrep_sst_donor = indonesia-database-1,singapore-database-1,");
    expect(metadata["database-environment"]).toContain('DATABASE_MEMBERS="10.2.65.10 10.6.65.10 10.10.65.10"');
    for (const text of Object.values(metadata)) expect(text.replace(/\$\$\{|%%\{/g, "")).not.toMatch(/[$%]\{/);
  });

  test("reads the secrets that it uses, writes backups and lists them, nothing else", () => {
    expect(grants(india, "google_secret_manager_secret_iam_member")).toEqual([
      "database-app-password roles/secretmanager.secretAccessor",
      "database-ca roles/secretmanager.secretAccessor",
      "database-initialized roles/secretmanager.secretAccessor",
      "india-elasticsearch-database roles/secretmanager.secretAccessor",
    ]);
    expect(grants(india, "google_storage_bucket_iam_member")).toEqual([
      "${data.terraform_remote_state.network-state.outputs.database_backup_bucket} roles/storage.legacyBucketReader",
      "${data.terraform_remote_state.network-state.outputs.database_backup_bucket} roles/storage.objectCreator",
    ]);
  });
});

describe("the cluster", () => {
  const makers = (stack: string) =>
    grants(stackOf(estate, stack), "google_secret_manager_secret_iam_member").filter((grant) =>
      grant.includes("Adder"),
    );

  test("has one node that may read backups: the one that restores the latest every night", () => {
    const readers = ["indonesia", "singapore", "india"].filter((country) =>
      grants(stackOf(estate, `region-${country}`), "google_storage_bucket_iam_member").some((grant) =>
        grant.endsWith("objectViewer"),
      ),
    );
    expect(readers).toEqual(["indonesia"]);
  });

  test("has one node that may begin it and make its secrets", () => {
    expect(makers("region-indonesia")).toHaveLength(4);
    expect([...makers("region-singapore"), ...makers("region-india")]).toEqual([]);
    const ranks = ["indonesia", "singapore", "india"].map((country) => {
      const { metadata } = only(stackOf(estate, `region-${country}`), "google_compute_instance");
      return (metadata as Record<string, string>)["database-environment"]?.match(/DATABASE_RANK="(\d+)"/)?.[1];
    });
    expect(ranks).toEqual(["0", "1", "2"]);
  });

  test("has secrets without versions and backups in more than one region", () => {
    const secrets = resources(network, "google_secret_manager_secret").map(({ attributes }) => attributes.secret_id);
    expect(secrets.filter((secret) => String(secret).startsWith("database"))).toEqual([
      "database-app-password",
      "database-ca-certificate",
      "database-ca",
      "database-initialized",
    ]);
    expect(resources(network, "google_secret_manager_secret_version")).toEqual([]);
    const [backups] = resources(network, "google_storage_bucket").filter(({ address }) => address.includes("backups"));
    expect(backups?.attributes).toMatchObject({
      name: "jamtangan-production-database-backups",
      location: "ASIA",
      versioning: { enabled: true },
      lifecycle: { prevent_destroy: true },
    });
  });

  test("spreads the nodes of one country over its zones, in one segment", () => {
    const japan = stackOf(synthesize(fourCountries), "region-japan");
    const machines = resources(japan, "google_compute_instance")
      .map(({ attributes }) => attributes)
      .filter(({ tags }) => String(tags) === "database");
    expect(machines.map(({ zone }) => zone)).toEqual(["asia-northeast1-a", "asia-northeast1-b"]);
    for (const { metadata } of machines) {
      expect((metadata as Record<string, string>)["mariadb-cnf"]).toContain("gmcast.segment=3");
    }
  });
});
