import { UNITS } from "../../../constructs/monitoring/rules/machines";
import { TEXTFILES } from "../../../constructs/monitoring/rules/silence";
import type { SiteSettings } from "../../../constructs/monitoring/site-settings";
import type { Firing } from "./alertmanager";
import type { Fault } from "./estate-fault";
import { counter, steady, TIMES } from "./estate-values";

export const ESTATE = ["indonesia", "singapore", "india"];

export interface Target {
  readonly labels: Firing;
  /** Values by metric with its own labels in braces: each 15 s, before and after the fault. */
  readonly metrics: Readonly<Record<string, string>>;
}

export function targetsOf(site: SiteSettings, fault: Fault = {}): Target[] {
  return [
    ...site.countries.flatMap(({ country, edgeMachines }) => [
      ...Array.from({ length: edgeMachines }, (_, n) =>
        edgeTargets(country, `${country}-edge-${n}`, fault, site.estate),
      ).flat(),
      { labels: { job: "vpn-host", country, instance: `${country}-vpn` }, metrics: host("vpn-host") },
      ...appCluster(country),
    ]),
    ...site.databases.flatMap(({ country, name }) => databaseTargets(country, name, fault)),
    ...site.sites
      .filter((other) => other.site !== site.site)
      .flatMap((other) => other.prometheus.map((instance) => siteTarget(other.site, instance, fault))),
    ...siteCluster(site.site),
  ];
}

const now = `0+15x${TIMES.before + TIMES.after}`;
const DISK = 'fstype="ext4",mountpoint="/"';

/** Clock, disk, memory and processor of a machine or of a cluster's node. */
const NODE = {
  node_time_seconds: now,
  node_boot_time_seconds: steady(0),
  'node_cpu_seconds_total{mode="idle",cpu="0"}': counter(9),
  node_memory_MemAvailable_bytes: steady(4e9),
  node_memory_MemTotal_bytes: steady(8e9),
  [`node_filesystem_avail_bytes{${DISK}}`]: steady(60e9),
  [`node_filesystem_size_bytes{${DISK}}`]: steady(100e9),
  [`node_filesystem_readonly{${DISK}}`]: steady(0),
};

/** … and what is expected to run and to be written on a kind of machine. */
function host(job: keyof typeof UNITS): Record<string, string> {
  const running = (name: string) => [`node_systemd_unit_state{name="${name}",state="active"}`, steady(1)];
  const written = (file: string) => [
    `node_textfile_mtime_seconds{file="/var/lib/prometheus/node-exporter/${file}"}`,
    now,
  ];
  return {
    ...NODE,
    ...Object.fromEntries(UNITS[job].map(running)),
    ...Object.fromEntries(TEXTFILES.filter((row) => row.job === job).map(({ file }) => written(file))),
    machine_logs_waiting_lines: steady(3),
    machine_logs_oldest_file_timestamp_seconds: now,
  };
}

/** Answers of an edge in 15 s after the fault: fine, refused, and failed. */
function answersOf(country: string, fault: Fault): [number, number, number] {
  const { errors = [], someErrors = [], refused = [], quiet = [] } = fault;
  if (someErrors.includes(country)) return [148, 3, 1.5];
  if (quiet.includes(country)) return [0, 0, 0];
  if (refused.includes(country)) return [15, 138, 0];
  return errors.includes(country) ? [75, 3, 75] : [150, 3, 0];
}

function edgeTargets(country: string, instance: string, fault: Fault, estate: readonly string[]): Target[] {
  const { isWritable = () => true, slow = [], appIsDown = [], restarted = [] } = fault;
  const answers = (each: number, then: number) => counter(each, then, restarted.includes(country) ? 0 : undefined);
  const [fine, refused, failed] = answersOf(country, fault);
  const isDown = (name: string) => appIsDown.includes(name);
  const next = estate.find((name) => name !== country) ?? country;
  const server = (proxy: string, name: string) => `{proxy="${proxy}",server="${name}"`;
  const serves = ESTATE.some(isWritable);
  return [
    {
      labels: { job: "haproxy", country, instance },
      metrics: {
        'haproxy_frontend_http_responses_total{proxy="shop",code="2xx"}': answers(150, fine),
        'haproxy_frontend_http_responses_total{proxy="shop",code="5xx"}': answers(0, failed),
        'haproxy_frontend_http_responses_total{proxy="shop",code="4xx"}': answers(3, refused),
        [`haproxy_server_http_responses_total${server("reads", country)},code="2xx"}`]: answers(
          150,
          isDown(country) ? 0 : fine + failed,
        ),
        [`haproxy_server_http_responses_total${server("reads", next)},code="2xx"}`]: counter(
          0,
          isDown(country) ? fine : 0,
        ),
        ...Object.fromEntries(
          ["queue", "connect", "response"].map((time) => [
            `haproxy_server_${time}_time_average_seconds${server("reads", country)}}`,
            steady(0.01, slow.includes(country) && time === "response" ? 5 : 0.01),
          ]),
        ),
        ...Object.fromEntries(
          estate.map((name) => [
            `haproxy_server_status${server("reads", name)},state="UP"}`,
            steady(1, isDown(name) ? 0 : 1),
          ]),
        ),
        'haproxy_backend_active_servers{proxy="database"}': steady(3, serves ? 3 : 0),
        'haproxy_frontend_current_sessions{proxy="shop"}': steady(900),
        'haproxy_frontend_limit_sessions{proxy="shop"}': steady(16_000),
        haproxy_process_start_time_seconds: steady(0),
        [`haproxy_server_check_up_down_total${server("reads", country)}}`]: steady(0, isDown(country) ? 1 : 0),
      },
    },
    {
      labels: { job: "edge-host", country, instance },
      metrics: {
        ...host("edge-host"),
        edge_certificate_expiry_timestamp_seconds: steady(60 * 86_400),
        edge_certificate_stand_in: steady(0),
        edge_config_refused: steady(0),
        edge_sync_last_success_timestamp_seconds: `0+15x${TIMES.before + TIMES.after}`,
      },
    },
  ];
}

function databaseTargets(
  country: string,
  instance: string,
  { members = 3, isWritable = () => true, reason = "no-quorum" }: Fault,
): Target[] {
  const writable = isWritable(country) ? 1 : 0;
  return [
    {
      labels: { job: "database-host", country, instance },
      metrics: {
        ...host("database-host"),
        database_writable: steady(1, writable),
        database_cluster_size: steady(3, members),
        [`database_not_writable{reason="${reason}"}`]: steady(0, 1 - writable),
        database_start_waiting: steady(0),
        database_stuck: steady(0),
        database_backup_newest_timestamp_seconds: steady(0),
        database_backup_checked_timestamp_seconds: steady(0),
        database_log_shipped_timestamp_seconds: counter(15), // always just now
        database_credentials_exit_code: steady(0),
      },
    },
    {
      labels: { job: "mysqld", country, instance },
      metrics: {
        mysql_global_status_threads_connected: steady(20),
        mysql_global_variables_max_connections: steady(500),
      },
    },
  ];
}

function siteTarget(country: string, instance: string, { appIsDown = [] }: Fault): Target {
  return {
    labels: { job: "monitoring-sites", country, instance },
    metrics: {
      "alerts:taken:rate5m": steady(0.1),
      ...(appIsDown.includes(country) && {
        [`app:down:count{server="${country}"}`]: `_x${TIMES.before} 3x${TIMES.after}`,
      }),
    },
  };
}

const BROKER = 'namespace="shop",statefulset="rabbitmq-server"';

function appCluster(country: string): Target[] {
  const of = (job: string, metrics: Target["metrics"]): Target => ({
    labels: { job, country, cluster: `${country}-app`, instance: `${job}-0` },
    metrics,
  });
  return [
    of("kube-state-metrics", {
      'kube_deployment_status_replicas_available{namespace="shop",deployment="shop"}': steady(3),
      'kube_deployment_spec_replicas{namespace="shop",deployment="shop"}': steady(3),
      'kube_deployment_status_replicas_updated{namespace="shop",deployment="shop"}': steady(3),
      [`kube_statefulset_replicas{${BROKER}}`]: steady(3),
      [`kube_statefulset_status_replicas_ready{${BROKER}}`]: steady(3),
    }),
    of("kubelet", {
      'kubelet_volume_stats_available_bytes{persistentvolumeclaim="broker"}': steady(8e9),
      'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="broker"}': steady(10e9),
    }),
    of("rabbitmq", {
      rabbitmq_queue_messages: steady(0),
      rabbitmq_queue_messages_ready: steady(0),
      rabbitmq_queue_consumers: steady(3),
      rabbitmq_global_messages_acknowledged_total: counter(15),
    }),
    of("keda-operator", { keda_scaler_active: steady(1), 'keda_scaled_object_paused{scaledObject="shop"}': steady(0) }),
    of("external-secrets", {
      'externalsecret_status_condition{name="database",condition="Ready",status="False"}': steady(0),
    }),
    of("node-exporter", NODE),
    of("logs-agent", { 'vector_component_sent_events_total{component_id="archive"}': counter(100) }),
  ];
}

function siteCluster(country: string): Target[] {
  const of = (job: string, metrics: Target["metrics"]): Target => ({
    labels: { job, country, cluster: `${country}-monitoring`, instance: `${job}-0` },
    metrics,
  });
  return [
    of("metrics-prometheus", {}),
    of("metrics-alertmanager", {
      alertmanager_alerts_received_total: counter(2),
      alertmanager_config_last_reload_successful: steady(1),
      'alertmanager_silences{state="active"}': steady(0),
    }),
    of("metrics-thanos-discovery", {
      thanos_objstore_bucket_last_successful_upload_time: steady(0),
    }),
  ];
}
