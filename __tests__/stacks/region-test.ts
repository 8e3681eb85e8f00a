import { resources, stackOf, synthesize } from "../support/synth";
import { threeCountries } from "../support/topologies";

const estate = synthesize(threeCountries);
const region = stackOf(estate, "region-india");

function only(type: string, id = ""): Record<string, unknown> {
  const found = resources(region, type).filter(({ address }) => address.startsWith(`${type}.${id}`));
  expect(found).toHaveLength(1);
  return found[0]?.attributes ?? {};
}

/** The attributes of the resource of a type that has this name. */
function named(type: string, name: string): Record<string, unknown> {
  const found = resources(region, type).filter(({ attributes }) => attributes.name === name);
  expect(found).toHaveLength(1);
  return found[0]?.attributes ?? {};
}

describe("edge", () => {
  test("runs on private, shielded, encrypted machines of an identity of its own", () => {
    expect(only("google_compute_region_instance_template")).toMatchObject({
      name_prefix: "india-edge-",
      tags: ["edge"],
      network_interface: [{ subnetwork: expect.stringContaining("india_edge_subnet") }],
      disk: [
        {
          disk_encryption_key: {
            kms_key_self_link: expect.stringContaining("india_disks_key"),
          },
        },
      ],
      shielded_instance_config: {
        enable_secure_boot: true,
        enable_vtpm: true,
        enable_integrity_monitoring: true,
      },
      lifecycle: { create_before_destroy: true },
    });
    expect(JSON.stringify(only("google_compute_region_instance_template").network_interface)).not.toContain(
      '"access_config"', // a public address of IPv4
    );
  });

  test("hands its machines the config and the scripts, and no certificate", () => {
    const metadata = only("google_compute_region_instance_template").metadata as Record<string, string>;
    expect(Object.keys(metadata).sort()).toEqual([
      "block-project-ssh-keys",
      "edge-environment",
      "edge-sync",
      "enable-oslogin",
      "haproxy-cfg",
      "machine-logs",
      "machine-logs-environment",
      "machine-logs-rsyslog",
      "serial-port-enable",
      "startup-script",
    ]);
    expect(metadata["edge-environment"]).toContain("projects/jamtangan-production/secrets/india-edge-certificate");
  });

  test("no text in its metadata is a Terraform template", () => {
    const metadata = only("google_compute_region_instance_template").metadata as Record<string, string>;
    for (const text of Object.values(metadata)) expect(text.replace(/\$\$\{|%%\{/g, "")).not.toMatch(/[$%]\{/);
  });

  test("rolls out with no machine missing", () => {
    expect(only("google_compute_region_instance_group_manager")).toMatchObject({
      target_size: 3,
      distribution_policy_zones: ["asia-south1-a", "asia-south1-b", "asia-south1-c"],
      update_policy: {
        minimal_action: "REFRESH",
        max_surge_fixed: 3,
        max_unavailable_fixed: 0,
      },
    });
  });

  test("is recreated when HAProxy is gone, not when countries are", () => {
    expect(only("google_compute_health_check")).toMatchObject({
      http_health_check: { port: 8404, request_path: "/livez" },
    });
    expect(named("google_compute_region_health_check", "india-edge-ready")).toMatchObject({
      http_health_check: { port: 8404, request_path: "/readyz" },
    });
  });

  test("takes 80 and 443 on the reserved address", () => {
    expect(named("google_compute_forwarding_rule", "india-edge")).toMatchObject({
      ip_address: expect.stringContaining("india_edge_address"),
      ports: ["80", "443"],
      load_balancing_scheme: "EXTERNAL",
    });
  });

  test("takes the apps' database connections on an internal address, from every country", () => {
    expect(named("google_compute_forwarding_rule", "india-database")).toMatchObject({
      ip_address: "10.10.64.10",
      network: expect.stringContaining("india_network"),
      subnetwork: expect.stringContaining("india_edge_subnet"),
      ports: ["3306"],
      load_balancing_scheme: "INTERNAL",
      allow_global_access: true,
      backend_service: expect.stringContaining("google_compute_region_backend_service.edge_database_backend"),
    });
    expect(named("google_compute_region_backend_service", "india-database")).toMatchObject({
      load_balancing_scheme: "INTERNAL",
      protocol: "TCP",
      health_checks: [expect.stringContaining("google_compute_region_health_check.edge_database_ready")],
      backend: named("google_compute_region_backend_service", "india-edge").backend,
    });
    expect(named("google_compute_region_health_check", "india-database-ready")).toMatchObject({
      http_health_check: { port: 8404, request_path: "/readyz/database" },
    });
  });

  test("lets one identity read the certificate", () => {
    const readers = resources(region, "google_secret_manager_secret_iam_member").filter(({ attributes }) =>
      String(attributes.secret_id).includes("edge_certificate"),
    );
    expect(readers.map(({ attributes }) => [attributes.role, attributes.member])).toEqual([
      ["roles/secretmanager.secretAccessor", expect.stringContaining("google_service_account.edge_identity_account")],
    ]);
  });
});

test("a database node's certificate holds its own name and every country's way to the database", () => {
  const { metadata } = only("google_compute_instance", "database") as { metadata: Record<string, string> };
  const [, hosts = ""] = /^DATABASE_HOSTS="(.*)"$/m.exec(metadata["database-environment"] ?? "") ?? [];
  const names = ["database-1.india", "database.indonesia", "database.singapore", "database.india"];
  expect(hosts.split(" ")).toEqual(names.map((name) => `${name}.internal.jamtangan.com`));
});

describe("app cluster", () => {
  test("is private, encrypted, protected, and reached by identity", () => {
    expect(only("google_container_cluster")).toMatchObject({
      location: "asia-south1",
      deletion_protection: true,
      private_cluster_config: {
        enable_private_nodes: true,
        enable_private_endpoint: true,
        master_ipv4_cidr_block: "10.10.67.0/28",
      },
      control_plane_endpoints_config: {
        dns_endpoint_config: { allow_external_traffic: true },
      },
      database_encryption: { state: "ENCRYPTED" },
      workload_identity_config: {
        workload_pool: "jamtangan-production.svc.id.goog",
      },
      datapath_provider: "ADVANCED_DATAPATH",
      lifecycle: { prevent_destroy: true },
    });
  });

  test("scales its pools over all zones", () => {
    const pools = resources(region, "google_container_node_pool").map(({ attributes }) => attributes);
    expect(pools.map(({ name, autoscaling }) => ({ name, autoscaling }))).toEqual([
      {
        name: "app",
        autoscaling: {
          total_min_node_count: 3,
          total_max_node_count: 18,
          location_policy: "BALANCED",
        },
      },
      {
        name: "system",
        autoscaling: {
          total_min_node_count: 3,
          total_max_node_count: 6,
          location_policy: "BALANCED",
        },
      },
    ]);
    for (const pool of pools)
      expect(pool).toMatchObject({
        node_config: { tags: ["india-app-nodes"] },
      });
  });

  test("is backed up to the country that serves first when it is down", () => {
    expect(only("google_gke_backup_backup_plan")).toMatchObject({
      location: "asia-southeast2",
    });
  });
});

describe("archives", () => {
  const buckets = resources(stackOf(estate, "monitoring"), "google_storage_bucket").map(({ attributes }) => attributes);
  const bucket = (name: string) => buckets.find((each) => each.name === `jamtangan-production-${name}-india`);

  test("are closed to the public, encrypted and in the country", () => {
    expect(buckets).toHaveLength(12);
    for (const each of buckets) {
      expect(each).toMatchObject({
        public_access_prevention: "enforced",
        uniform_bucket_level_access: true,
        encryption: {
          default_kms_key_name: expect.stringContaining("archives_key"),
        },
      });
    }
    expect(bucket("logs")).toMatchObject({ location: "ASIA-SOUTH1" });
  });

  test("get colder with age; logs are kept for their time, and what its writers delete is never deleted by a rule", () => {
    expect(bucket("logs")).toMatchObject({
      retention_policy: { retention_period: 400 * 86_400, is_locked: false },
    });
    expect(bucket("logs")?.lifecycle_rule).toMatchInlineSnapshot(`
      [
        {
          "action": {
            "storage_class": "NEARLINE",
            "type": "SetStorageClass",
          },
          "condition": {
            "age": 30,
          },
        },
        {
          "action": {
            "storage_class": "ARCHIVE",
            "type": "SetStorageClass",
          },
          "condition": {
            "age": 180,
          },
        },
        {
          "action": {
            "type": "Delete",
          },
          "condition": {
            "age": 400,
          },
        },
      ]
    `);
    for (const content of ["metrics", "snapshots"]) {
      const rules = bucket(content)?.lifecycle_rule as { action: { type: string }; condition: object }[];
      const deleting = rules.filter(({ action }) => action.type === "Delete").map(({ condition }) => condition);
      expect({ content, deleting, retention: bucket(content)?.retention_policy }).toEqual({
        content,
        deleting: [{ days_since_noncurrent_time: 30 }],
        retention: undefined,
      });
    }
    expect(bucket("metrics")?.lifecycle_rule).toMatchInlineSnapshot(`
      [
        {
          "action": {
            "storage_class": "NEARLINE",
            "type": "SetStorageClass",
          },
          "condition": {
            "age": 30,
          },
        },
        {
          "action": {
            "storage_class": "ARCHIVE",
            "type": "SetStorageClass",
          },
          "condition": {
            "age": 180,
          },
        },
        {
          "action": {
            "type": "Delete",
          },
          "condition": {
            "days_since_noncurrent_time": 30,
          },
        },
      ]
    `);
  });
});
