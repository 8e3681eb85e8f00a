import { shape, stackOf, synthesize, typesOf } from "../support/synth";
import { threeCountries } from "../support/topologies";

const estate = synthesize(threeCountries);

describe("monitoring", () => {
  const monitoring = stackOf(estate, "monitoring");

  test("resource types", () => {
    expect(typesOf(monitoring)).toMatchInlineSnapshot(`
      [
        "google_container_cluster 3",
        "google_container_node_pool 3",
        "google_dns_managed_zone_iam_member 3",
        "google_gke_backup_backup_plan 3",
        "google_logging_metric 1",
        "google_monitoring_alert_policy 7",
        "google_monitoring_notification_channel 1",
        "google_monitoring_uptime_check_config 4",
        "google_project_iam_member 12",
        "google_secret_manager_secret_iam_member 72",
        "google_service_account 21",
        "google_service_account_iam_member 18",
        "google_storage_bucket 12",
        "google_storage_bucket_iam_member 24",
        "helm_release 30",
        "kubernetes_namespace_v1 15",
        "kubernetes_network_policy_v1 48",
        "kubernetes_resource_quota_v1 15",
        "kubernetes_service_account_v1 18",
        "kubernetes_storage_class_v1 3",
      ]
    `);
  });

  test("one country's archives, cluster and identities", () => {
    // Releases, namespaces and policies are tables with tests of their own.
    const others = (address: string) =>
      address.includes("indonesia") &&
      !/^(helm_release|kubernetes_(network_policy|namespace|resource_quota))/.test(address);
    expect(shape(monitoring, others)).toMatchSnapshot();
  });

  test("outputs", () => {
    expect(Object.keys(monitoring.output ?? {}).filter((name) => name.startsWith("india"))).toMatchInlineSnapshot(`
      [
        "india_cluster_endpoint",
        "india_cluster_name",
        "india_logs_bucket",
        "india_metrics_bucket",
        "india_snapshots_bucket",
      ]
    `);
  });
});
