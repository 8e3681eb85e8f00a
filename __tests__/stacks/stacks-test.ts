import { production } from "../../config/production";
import { resources, type StackJson, stackOf, synthesize, typesOf } from "../support/synth";

const estate = synthesize(production);
const OTHERS = /singapore|india(?!,|")/;

/** Resources by address without what cdktf notes for itself; scripts and configs have tests of their own. */
function shape(stack: StackJson, keep: (address: string) => boolean = () => true): Record<string, unknown> {
  return Object.fromEntries(
    resources(stack)
      .filter(({ address }) => keep(address))
      .map(({ address, attributes: { "//": _note, metadata, ...attributes } }) => [
        address,
        {
          ...attributes,
          ...(metadata ? { metadata: Object.keys(metadata) } : {}),
        },
      ]),
  );
}

describe("network", () => {
  const network = stackOf(estate, "network");

  test("resource types", () => {
    expect(typesOf(network)).toMatchInlineSnapshot(`
      [
        "google_compute_address 33",
        "google_compute_firewall 25",
        "google_compute_health_check 1",
        "google_compute_network 1",
        "google_compute_router 3",
        "google_compute_router_nat 3",
        "google_compute_subnetwork 15",
        "google_dns_managed_zone 2",
        "google_dns_policy 1",
        "google_dns_record_set 30",
        "google_kms_crypto_key 9",
        "google_kms_crypto_key_iam_member 9",
        "google_kms_key_ring 3",
        "google_secret_manager_secret 4",
        "google_storage_bucket 1",
      ]
    `);
  });

  test("what one country has, and what all share", () => {
    const shared = shape(network, (address) => !OTHERS.test(address) && !address.includes("private-zone_countries"));
    expect(shared).toMatchSnapshot();
  });

  test("outputs", () => {
    expect(Object.keys(network.output ?? {}).filter((name) => name.startsWith("india"))).toMatchInlineSnapshot(`
      [
        "india_archives_key",
        "india_clusters_key",
        "india_data_subnet",
        "india_disks_key",
        "india_edge_address",
        "india_edge_subnet",
        "india_monitoring_subnet",
        "india_network",
        "india_nodes_subnet",
      ]
    `);
  });
});

describe("region-indonesia", () => {
  const region = stackOf(estate, "region-indonesia");

  test("resource types", () => {
    expect(typesOf(region)).toMatchInlineSnapshot(`
      [
        "google_compute_disk 1",
        "google_compute_disk_resource_policy_attachment 1",
        "google_compute_forwarding_rule 1",
        "google_compute_health_check 1",
        "google_compute_instance 1",
        "google_compute_region_backend_service 1",
        "google_compute_region_health_check 1",
        "google_compute_region_instance_group_manager 1",
        "google_compute_region_instance_template 1",
        "google_compute_resource_policy 1",
        "google_container_cluster 1",
        "google_container_node_pool 2",
        "google_gke_backup_backup_plan 1",
        "google_project_iam_member 6",
        "google_secret_manager_secret 1",
        "google_secret_manager_secret_iam_member 9",
        "google_service_account 3",
        "google_storage_bucket_iam_member 1",
      ]
    `);
  });

  test("resources", () => {
    expect(shape(region)).toMatchSnapshot();
  });

  test("outputs", () => {
    expect(region.output).toMatchInlineSnapshot(`
      {
        "certificate_secret": {
          "description": "Secret to add the edge's certificate to",
          "value": "\${google_secret_manager_secret.edge_certificate_4B15C2CA.secret_id}",
        },
        "cluster_endpoint": {
          "description": "DNS name of the app cluster's control plane",
          "value": "\${google_container_cluster.app-cluster_986944AA.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint}",
        },
        "cluster_name": {
          "description": "Name of the app cluster",
          "value": "\${google_container_cluster.app-cluster_986944AA.name}",
        },
        "edge_instance_group": {
          "description": "Instance group of the HAProxy machines",
          "value": "\${google_compute_region_instance_group_manager.edge_group_A04F4193.instance_group}",
        },
      }
    `);
  });
});

describe("monitoring", () => {
  const monitoring = stackOf(estate, "monitoring");

  test("resource types", () => {
    expect(typesOf(monitoring)).toMatchInlineSnapshot(`
      [
        "google_storage_bucket 9",
      ]
    `);
  });

  test("one country's archives", () => {
    expect(shape(monitoring, (address) => address.includes("indonesia"))).toMatchSnapshot();
  });
});

describe("every stack", () => {
  test("keeps its state in a file of its own on a relative path", () => {
    const backends = Object.entries(estate.stacks).map(([name, { terraform }]) => [name, terraform.backend]);
    expect(backends).toEqual(
      Object.keys(estate.stacks).map((name) => [
        name,
        { local: { path: `../../../state/production/${name}.tfstate` } },
      ]),
    );
  });

  test("has one provider, for the project", () => {
    for (const { provider } of Object.values(estate.stacks)) {
      expect(provider).toMatchObject({
        google: [{ project: "jamtangan-production" }],
      });
    }
  });
});
