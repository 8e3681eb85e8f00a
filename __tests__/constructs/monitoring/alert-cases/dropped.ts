import { type AlertCase, APP, country, PEER, SITE } from "./alert-case";

const AGENT = `${APP},instance="a",pod="a"`;
const RECEIVER = `${AGENT},remote_name="receiver-1",url="http://10.2.51.14:9090/api/v1/write"`;
const PROMETHEUS = `${SITE},job="metrics-prometheus",instance="a"`;

const MACHINE = `country="${country}",job="edge-host",instance="a"`;

/** A counter that grows, and one that has grown before. */
const counted = (
  series: string,
  labels: AlertCase["labels"],
  summary: string,
  others: readonly string[] = [],
): AlertCase => ({
  fires: { [series]: "0+5x60" },
  alsoFires: others.map((other) => ({ [other]: "0+5x60" })),
  labels,
  summary,
  quiet: Object.fromEntries([series, ...others].map((each) => [each, "5x60"])),
});

export const DROPPED_CASES: Record<string, AlertCase> = {
  SamplesRefused: counted(
    `prometheus_tsdb_too_old_samples_total{${PROMETHEUS},type="float"}`,
    { country, instance: "a" },
    "indonesia: samples that were pushed are too old to be taken, and are lost",
    ["out_of_bound", "out_of_order"].map((why) => `prometheus_tsdb_${why}_samples_total{${PROMETHEUS},type="float"}`),
  ),
  PushesBehind: {
    fires: {
      [`prometheus_remote_storage_highest_timestamp_in_seconds{${AGENT}}`]: "0+60x60",
      [`prometheus_remote_storage_queue_highest_sent_timestamp_seconds{${RECEIVER}}`]: "0x60",
    },
    labels: { country, cluster: "indonesia-app" },
    summary: "indonesia: indonesia-app pushes samples 30m 0s late",
    quiet: {
      [`prometheus_remote_storage_highest_timestamp_in_seconds{${AGENT}}`]: "0+60x60",
      [`prometheus_remote_storage_queue_highest_sent_timestamp_seconds{${RECEIVER}}`]: "0 0+60x60",
    },
  },
  PushesDropped: {
    fires: {
      [`prometheus_remote_storage_samples_failed_total{${RECEIVER}}`]: "0+5x60",
    },
    alsoFires: [{ [`prometheus_remote_storage_samples_dropped_total{${RECEIVER}}`]: "0+5x60" }],
    labels: { country, cluster: "indonesia-app" },
    summary: "indonesia: indonesia-app gives up samples that it cannot push",
    quiet: {
      [`prometheus_remote_storage_samples_failed_total{${RECEIVER}}`]: "5x60",
      [`prometheus_remote_storage_samples_dropped_total{${RECEIVER}}`]: "5x60",
    },
  },
  LogsDropped: {
    // Refused in the answer to a bulk request.
    fires: {
      [`vector_component_discarded_events_total{${APP},component_id="elasticsearch",intentional="false"}`]: "0+9x60",
    },
    // No room to wait.
    alsoFires: [{ [`vector_buffer_discarded_events_total{${APP},buffer_id="elasticsearch"}`]: "0+9x60" }],
    labels: { country },
    summary: "indonesia: log lines miss in Elasticsearch; the archive has them",
    // Left out on purpose, by a filter.
    quiet: {
      [`vector_component_discarded_events_total{${APP},component_id="elasticsearch",intentional="true"}`]: "0+9x60",
      [`vector_component_discarded_events_total{${APP},component_id="archive",intentional="false"}`]: "0+9x60",
      [`vector_buffer_discarded_events_total{${APP},buffer_id="archive"}`]: "0+9x60",
    },
  },
  MachineLogsWait: {
    fires: { [`machine_logs_waiting_lines{${MACHINE}}`]: "900x60" },
    labels: { country, instance: "a" },
    summary: "indonesia: 900 log lines of a wait for Elasticsearch on its disk",
    // What waits is sent from time to time.
    quiet: {
      [`machine_logs_waiting_lines{${MACHINE}}`]:
        "900 900 900 900 0 900 900 900 0 900 900 900 0 900 900 900 0 900 900 900 0 900 900 900 0 900 900 900 0 900 900 900 0 900 900 900 0 900 900 900 0",
    },
  },
  MachineLogsUnarchived: {
    fires: { [`machine_logs_oldest_file_timestamp_seconds{${MACHINE}}`]: "-3600x60" },
    labels: { country, instance: "a" },
    summary: "indonesia: log lines of a are not in the archive after 1h 30m 0s",
    quiet: { [`machine_logs_oldest_file_timestamp_seconds{${MACHINE}}`]: "0+60x60" },
  },
  LogsLost: counted(
    `vector_component_discarded_events_total{${APP},component_id="archive",intentional="false"}`,
    { country },
    "indonesia: log lines are given up before the archive has them",
  ),
  LogErrors: counted(
    `vector_component_errors_total{${APP},component_id="elasticsearch",error_type="request_failed"}`,
    { country, component_id: "elasticsearch" },
    "indonesia: elasticsearch of the agents for logs fails again and again",
  ),
  ConfigNotTaken: {
    fires: { [`prometheus_config_last_reload_successful{${PROMETHEUS}}`]: "0x60" },
    alsoFires: [{ [`alertmanager_config_last_reload_successful{${PROMETHEUS}}`]: "0x60" }],
    labels: { country, cluster: "indonesia-monitoring", job: "metrics-prometheus" },
    summary: "indonesia: metrics-prometheus of indonesia-monitoring refuses its config and runs with the last one",
    quiet: { [`alertmanager_config_last_reload_successful{${PROMETHEUS}}`]: "1x60" },
  },
  RulesFail: counted(
    `prometheus_rule_evaluation_failures_total{${PROMETHEUS},rule_group="edge"}`,
    { country, cluster: "indonesia-monitoring" },
    "indonesia: alert rules cannot be evaluated, and are blind",
  ),
  DiscoveryFails: counted(
    `prometheus_sd_refresh_failures_total{${PROMETHEUS},mechanism="gce"}`,
    { country, mechanism: "gce" },
    "indonesia: machines cannot be looked up by gce; those that come are not scraped",
  ),
  AlertsNotSent: counted(
    `prometheus_notifications_errors_total{${PEER}}`,
    { country: "india" },
    "india: its Prometheus cannot hand alerts to its Alertmanager",
    [`prometheus_notifications_dropped_total{${PEER}}`],
  ),
  AlertsNotDelivered: {
    fires: { [`alertmanager_notifications_failed_total{${SITE},integration="webhook",reason="other"}`]: "0+1x60" },
    labels: { country, integration: "webhook" },
    summary: "indonesia: alerts cannot be delivered by webhook",
    quiet: { [`alertmanager_notifications_failed_total{${SITE},integration="webhook",reason="other"}`]: "5x60" },
  },
};
