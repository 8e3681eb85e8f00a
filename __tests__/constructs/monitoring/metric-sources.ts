/** Who exposes a metric. Those that are run by a test are checked against what they really answer. */
export interface Exporter {
  /** Names that rules and dashboards use. */
  readonly metrics: readonly string[];
  /** How it is known that these exist: a test that runs the exporter, or a place in public sources. */
  readonly source: string;
}

/** Every metric that an alert or a dashboard names. */
export const EXPORTERS = {
  haproxy: {
    source: "run by prometheus-test.ts",
    metrics: [
      "haproxy_backend_active_servers",
      "haproxy_frontend_current_sessions",
      "haproxy_frontend_limit_sessions",
      "haproxy_process_start_time_seconds",
      "haproxy_server_check_up_down_total",
      "haproxy_server_retry_warnings_total",
      "haproxy_frontend_http_requests_total",
      "haproxy_frontend_http_responses_total",
      "haproxy_server_connect_time_average_seconds",
      "haproxy_server_current_sessions",
      "haproxy_server_http_responses_total",
      "haproxy_server_queue_time_average_seconds",
      "haproxy_server_response_time_average_seconds",
      "haproxy_server_status",
    ],
  },
  prometheus: {
    source: "run by prometheus-test.ts",
    metrics: [
      "prometheus_config_last_reload_successful",
      "prometheus_notifications_dropped_total",
      "prometheus_rule_evaluation_failures_total",
      "prometheus_tsdb_out_of_bound_samples_total",
      "prometheus_tsdb_out_of_order_samples_total",
      "prometheus_tsdb_too_old_samples_total",
    ],
  },
  /** There with an Alertmanager, with discovery, and once it has happened. */
  "prometheus in a site": {
    source:
      "prometheus/prometheus: notifier/notifier.go, discovery/metrics_refresh.go, storage/remote/queue_manager.go",
    metrics: [
      "prometheus_notifications_errors_total",
      "prometheus_remote_storage_samples_dropped_total",
      "prometheus_sd_refresh_failures_total",
    ],
  },
  /** Of a Prometheus that pushes, such as the agents. */
  "remote write": {
    source: "run by prometheus-test.ts",
    metrics: [
      "prometheus_remote_storage_highest_timestamp_in_seconds",
      "prometheus_remote_storage_queue_highest_sent_timestamp_seconds",
      "prometheus_remote_storage_samples_failed_total",
    ],
  },
  /** Prometheus adds it to every scrape. */
  scrape: { source: "run by prometheus-test.ts", metrics: ["up"] },
  recorded: {
    source: "recorded by the rules themselves",
    metrics: [
      "alerts:taken:rate5m",
      "app:down:count",
      "country:shop_answers:rate5m",
      "country:shop_errors:rate5m",
      "country:shop_served:rate5m",
      "job:up:max",
      "site:country_of_estate",
      "site:country_watched",
      "site:error_budget",
      "site:first_byte_objective_seconds",
      "site:goes_before",
      "site:on_duty",
      "site:queue_limit",
      "site:self",
      "site:targets_expected",
      "site:told_elsewhere",
    ],
  },
  "edge-sync": {
    source: "constructs/edge/edge-sync.sh",
    metrics: [
      "edge_certificate_expiry_timestamp_seconds",
      "edge_certificate_stand_in",
      "edge_config_refused",
      "edge_sync_last_success_timestamp_seconds",
    ],
  },
  "machine-logs": {
    source: "constructs/machine/machine-logs.sh",
    metrics: ["machine_logs_oldest_file_timestamp_seconds", "machine_logs_waiting_lines"],
  },
  "galera-health": {
    source: "constructs/database/galera-health.sh",
    metrics: [
      "database_cluster_size",
      "database_not_writable",
      "database_receive_queue",
      "database_start_waiting",
      "database_stuck",
      "database_watch_restarts_total",
      "database_writable",
    ],
  },
  "galera-backup": {
    source: "constructs/database/galera-backup.sh",
    metrics: [
      "database_backup_checked_timestamp_seconds",
      "database_backup_newest_timestamp_seconds",
      "database_log_shipped_timestamp_seconds",
    ],
  },
  "galera-credentials": {
    source: "constructs/database/galera-credentials.sh",
    metrics: [
      "database_ca_expiry_timestamp_seconds",
      "database_certificate_expiry_timestamp_seconds",
      "database_credentials_exit_code",
    ],
  },
  rabbitmq: {
    source: "run by exporters-live-test.ts",
    metrics: [
      "rabbitmq_alarms_free_disk_space_watermark",
      "rabbitmq_alarms_memory_used_watermark",
      "rabbitmq_global_messages_acknowledged_total",
      "rabbitmq_global_messages_dead_lettered_delivery_limit_total",
      "rabbitmq_global_messages_received_total",
      "rabbitmq_queue_consumers",
      "rabbitmq_queue_messages",
      "rabbitmq_queue_messages_ready",
    ],
  },
  mysqld: {
    source: "run by exporters-live-test.ts",
    metrics: [
      "mysql_global_status_questions",
      "mysql_global_status_threads_connected",
      "mysql_global_status_wsrep_flow_control_paused_ns",
      "mysql_global_status_wsrep_last_committed",
      "mysql_global_variables_max_connections",
    ],
  },
  node: {
    source: "run by exporters-live-test.ts",
    metrics: [
      "node_boot_time_seconds",
      "node_cpu_seconds_total",
      "node_filesystem_avail_bytes",
      "node_filesystem_files",
      "node_filesystem_files_free",
      "node_filesystem_readonly",
      "node_filesystem_size_bytes",
      "node_memory_MemAvailable_bytes",
      "node_memory_MemTotal_bytes",
      "node_textfile_mtime_seconds",
      "node_time_seconds",
      "node_timex_offset_seconds",
      "node_timex_sync_status",
    ],
  },
  /** On where systemd runs: Debian's package turns this collector on, and Ubuntu's is the same. */
  "node with systemd": {
    source:
      "prometheus/node_exporter: collector/systemd_linux.go; `prometheus-node-exporter --help` of the engine root",
    metrics: ["node_systemd_unit_state"],
  },
  "external-secrets": {
    source: "external-secrets/external-secrets: docs/api/metrics.md",
    metrics: ["externalsecret_status_condition", "pushsecret_status_condition"],
  },
  "ingress-nginx": {
    source: "kubernetes/ingress-nginx: internal/ingress/metric/collectors/socket.go",
    metrics: ["nginx_ingress_controller_requests"],
  },
  "nginx-ingress": {
    source: "nginx/kubernetes-ingress: internal/metrics/collectors/latency.go, with enableLatencyMetrics",
    metrics: ["nginx_ingress_controller_upstream_server_response_latency_ms_count"],
  },
  keda: {
    source: "kedacore/keda: pkg/metricscollector/prommetrics.go, v2.20.2",
    metrics: ["keda_scaled_object_paused", "keda_scaler_active", "keda_scaler_detail_errors_total"],
  },
  vector: {
    source: "vectordotdev/vector: website/cue/reference/components/sources/internal_metrics.cue; prefix by its default",
    metrics: [
      "vector_buffer_discarded_events_total",
      "vector_component_discarded_events_total",
      "vector_component_errors_total",
      "vector_component_sent_events_total",
    ],
  },
  "kube-state-metrics": {
    source: "kubernetes/kube-state-metrics: docs/metrics/workload",
    metrics: [
      "kube_cronjob_created",
      "kube_cronjob_status_last_successful_time",
      "kube_daemonset_status_desired_number_scheduled",
      "kube_daemonset_status_number_ready",
      "kube_deployment_spec_replicas",
      "kube_deployment_status_replicas_available",
      "kube_deployment_status_replicas_updated",
      "kube_horizontalpodautoscaler_spec_max_replicas",
      "kube_horizontalpodautoscaler_status_condition",
      "kube_horizontalpodautoscaler_status_current_replicas",
      "kube_pod_container_status_restarts_total",
      "kube_statefulset_replicas",
      "kube_statefulset_status_replicas_ready",
    ],
  },
  kubelet: {
    source: "kubernetes/kubernetes: pkg/kubelet/metrics/collectors/volume_stats.go",
    metrics: [
      "kubelet_volume_stats_available_bytes",
      "kubelet_volume_stats_capacity_bytes",
      "kubelet_volume_stats_inodes",
      "kubelet_volume_stats_inodes_free",
    ],
  },
  thanos: {
    source: "thanos-io/thanos: mixin/alerts/compact.libsonnet, cmd/thanos/compact.go",
    metrics: ["thanos_compact_halted", "thanos_objstore_bucket_last_successful_upload_time"],
  },
  alertmanager: {
    source: "run by prometheus-engine-test.ts and alertmanager-engine-test.ts",
    metrics: [
      "alertmanager_alerts_received_total",
      "alertmanager_config_last_reload_successful",
      "alertmanager_notifications_failed_total",
      "alertmanager_silences",
    ],
  },
} as const satisfies Record<string, Exporter>;

const WORDS = /\b(and|or|unless|bool|offset|by|on|without|ignoring)\b/g;

/** Names of the metrics in an expression of PromQL. */
export function metricsOf(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, "")
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, "")
    .replace(/\b(by|on|without|ignoring|group_left|group_right)\s*\([^)]*\)/g, "")
    .replace(/\boffset \w+/g, "")
    .replace(WORDS, ";");
  return [...bare.matchAll(/(?<![\w:.])[a-z_][\w:]*(?![\w:]|\s*\()/g)].map(([name]) => name);
}

/** Names of the metrics in what an exporter answers. */
export function exposed(text: string): Set<string> {
  return new Set([...text.matchAll(/^([a-zA-Z_:][\w:]*)[{ ]/gm)].map(([, name = ""]) => name));
}
