import { shape, stackOf, synthesize, typesOf } from "../support/synth";
import { threeCountries } from "../support/topologies";

const estate = synthesize(threeCountries);

describe("region-indonesia", () => {
  const region = stackOf(estate, "region-indonesia");

  test("resource types", () => {
    expect(typesOf(region)).toMatchInlineSnapshot(`
      [
        "google_compute_disk 2",
        "google_compute_disk_resource_policy_attachment 2",
        "google_compute_forwarding_rule 3",
        "google_compute_health_check 1",
        "google_compute_instance 2",
        "google_compute_region_backend_service 2",
        "google_compute_region_health_check 2",
        "google_compute_region_instance_group_manager 1",
        "google_compute_region_instance_template 1",
        "google_compute_resource_policy 2",
        "google_container_cluster 1",
        "google_container_node_pool 2",
        "google_gke_backup_backup_plan 1",
        "google_project_iam_member 9",
        "google_secret_manager_secret 1",
        "google_secret_manager_secret_iam_member 15",
        "google_service_account 6",
        "google_service_account_iam_member 2",
        "google_storage_bucket_iam_member 3",
        "helm_release 10",
        "kubernetes_deployment_v1 1",
        "kubernetes_ingress_v1 1",
        "kubernetes_namespace_v1 6",
        "kubernetes_network_policy_v1 15",
        "kubernetes_pod_disruption_budget_v1 1",
        "kubernetes_resource_quota_v1 6",
        "kubernetes_service_account_v1 2",
        "kubernetes_service_v1 1",
        "kubernetes_storage_class_v1 2",
      ]
    `);
  });

  test("resources", () => {
    // Releases and network policies are tables with tests of their own.
    const others = (address: string) => !/^(helm_release|kubernetes_network_policy)/.test(address);
    expect(shape(region, others)).toMatchSnapshot();
  });

  test("outputs", () => {
    expect(region.output).toMatchInlineSnapshot(`
      {
        "agent_member": {
          "description": "Identity that archives the app cluster's logs",
          "value": "\${google_service_account.platform_agent-identity_account_126771B8.member}",
        },
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
        "database_member": {
          "description": "Identity that archives the database nodes' logs",
          "value": "\${google_service_account.database_identity_account_478DE27A.member}",
        },
        "edge_instance_group": {
          "description": "Instance group of the HAProxy machines",
          "value": "\${google_compute_region_instance_group_manager.edge_group_A04F4193.instance_group}",
        },
        "edge_member": {
          "description": "Identity that archives the edges' logs",
          "value": "\${google_service_account.edge_identity_account_84D40A1A.member}",
        },
        "vpn_member": {
          "description": "Identity that archives the VPN host's logs",
          "value": "\${google_service_account.vpn_identity_account_6A34E42A.member}",
        },
      }
    `);
  });
});
