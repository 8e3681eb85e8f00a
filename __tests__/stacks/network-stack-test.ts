import { shape, stackOf, synthesize, typesOf } from "../support/synth";
import { threeCountries } from "../support/topologies";

const estate = synthesize(threeCountries);
const OTHERS = /singapore|india(?!,|")/;

describe("network", () => {
  const network = stackOf(estate, "network");

  test("resource types", () => {
    expect(typesOf(network)).toMatchInlineSnapshot(`
      [
        "google_artifact_registry_repository 3",
        "google_compute_address 45",
        "google_compute_firewall 43",
        "google_compute_health_check 1",
        "google_compute_network 1",
        "google_compute_router 3",
        "google_compute_router_nat 3",
        "google_compute_subnetwork 15",
        "google_dns_managed_zone 3",
        "google_dns_policy 1",
        "google_dns_record_set 48",
        "google_kms_crypto_key 16",
        "google_kms_crypto_key_iam_member 16",
        "google_kms_key_ring 7",
        "google_secret_manager_secret 24",
        "google_storage_bucket 2",
        "google_storage_bucket_iam_member 1",
        "terraform_data 7",
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
        "india_backups_key",
        "india_clusters_key",
        "india_data_subnet",
        "india_disks_key",
        "india_edge_address",
        "india_edge_address_ipv6",
        "india_edge_subnet",
        "india_monitoring_subnet",
        "india_network",
        "india_nodes_subnet",
        "india_volumes_key",
        "india_vpn_address",
        "india_vpn_subnet",
      ]
    `);
  });
});
