import type { AlertGroup } from "../alert";

/** Log lines that a component of the agents gave up, whatever it is: refused in a bulk answer, or without room to wait. */
const DISCARDED = "vector_component_discarded_events_total";

/** Seconds that a push may be behind. A restart of a site's Prometheus takes a minute or two. */
const BEHIND_SECONDS = 300;

/** Age of a machine's file of log lines: a quarter of an hour until it is over, and some tries. */
const UNARCHIVED_SECONDS = 2_700;

/** What was told and did not arrive: samples, lines, rules, messages. */
export const DROPPED_ALERTS: AlertGroup = {
  name: "dropped",
  alerts: [
    {
      name: "SamplesRefused",
      severity: "warning",
      // The first is raised by pushed samples older than the window in which late ones are taken.
      expr: [
        "prometheus_tsdb_too_old_samples_total",
        "prometheus_tsdb_out_of_bound_samples_total",
        "prometheus_tsdb_out_of_order_samples_total",
      ]
        .map((refused) => `sum by (country, instance) (rate(${refused}[10m])) > 0`)
        .join(" or "),
      for: "10m",
      summary: "{{ $labels.country }}: samples that were pushed are too old to be taken, and are lost",
      runbook: "monitoring.md#an-agent-is-behind",
    },
    {
      name: "PushesBehind",
      severity: "warning",
      expr: `max by (country, cluster) (prometheus_remote_storage_highest_timestamp_in_seconds - on (country, cluster, instance) group_right () prometheus_remote_storage_queue_highest_sent_timestamp_seconds) > ${BEHIND_SECONDS}`,
      for: "5m",
      summary: "{{ $labels.country }}: {{ $labels.cluster }} pushes samples {{ $value | humanizeDuration }} late",
      runbook: "monitoring.md#an-agent-is-behind",
    },
    {
      name: "PushesDropped",
      severity: "warning",
      // The second one is not there before it is raised.
      expr: "sum by (country, cluster) (rate(prometheus_remote_storage_samples_failed_total[10m])) > 0 or sum by (country, cluster) (rate(prometheus_remote_storage_samples_dropped_total[10m])) > 0",
      for: "10m",
      summary: "{{ $labels.country }}: {{ $labels.cluster }} gives up samples that it cannot push",
      runbook: "monitoring.md#an-agent-is-behind",
    },
    {
      name: "LogsDropped",
      severity: "warning",
      expr: `sum by (country) (rate(vector_buffer_discarded_events_total{buffer_id="elasticsearch"}[10m])) > 0 or sum by (country) (rate(${DISCARDED}{component_id="elasticsearch", intentional="false"}[10m])) > 0`,
      for: "10m",
      summary: "{{ $labels.country }}: log lines miss in Elasticsearch; the archive has them",
      runbook: "monitoring.md#logs-miss-in-elasticsearch",
    },
    {
      name: "LogsLost",
      severity: "critical",
      expr: `sum by (country) (rate(${DISCARDED}{component_id!="elasticsearch", intentional="false"}[10m])) > 0`,
      for: "10m",
      summary: "{{ $labels.country }}: log lines are given up before the archive has them",
      runbook: "monitoring.md#an-archive-is-stale",
    },
    {
      name: "LogErrors",
      severity: "warning",
      expr: "sum by (country, component_id) (rate(vector_component_errors_total[10m])) > 0",
      for: "15m",
      summary: "{{ $labels.country }}: {{ $labels.component_id }} of the agents for logs fails again and again",
      runbook: "monitoring.md#logs-miss-in-elasticsearch",
    },
    {
      name: "MachineLogsWait",
      severity: "warning",
      isOfMachines: true,
      // A request takes 500 lines: fewer are on their way.
      expr: "min by (country, instance) (min_over_time(machine_logs_waiting_lines[15m])) > 500",
      for: "5m",
      summary:
        "{{ $labels.country }}: {{ $value }} log lines of {{ $labels.instance }} wait for Elasticsearch on its disk",
      runbook: "monitoring.md#logs-of-a-machine-wait",
    },
    {
      name: "MachineLogsUnarchived",
      severity: "warning",
      isOfMachines: true,
      expr: `time() - min by (country, instance) (machine_logs_oldest_file_timestamp_seconds) > ${UNARCHIVED_SECONDS}`,
      for: "5m",
      summary:
        "{{ $labels.country }}: log lines of {{ $labels.instance }} are not in the archive after {{ $value | humanizeDuration }}",
      runbook: "monitoring.md#logs-of-a-machine-wait",
    },
    {
      name: "ConfigNotTaken",
      severity: "warning",
      expr: "min by (country, cluster, job) (prometheus_config_last_reload_successful or alertmanager_config_last_reload_successful) == 0",
      for: "10m",
      summary:
        "{{ $labels.country }}: {{ $labels.job }} of {{ $labels.cluster }} refuses its config and runs with the last one",
      runbook: "monitoring.md#rules-or-a-config-fail",
    },
    {
      name: "RulesFail",
      severity: "critical",
      expr: "sum by (country, cluster) (rate(prometheus_rule_evaluation_failures_total[5m])) > 0",
      for: "10m",
      summary: "{{ $labels.country }}: alert rules cannot be evaluated, and are blind",
      runbook: "monitoring.md#rules-or-a-config-fail",
    },
    {
      name: "DiscoveryFails",
      severity: "warning",
      expr: "sum by (country, mechanism) (rate(prometheus_sd_refresh_failures_total[10m])) > 0",
      for: "15m",
      summary:
        "{{ $labels.country }}: machines cannot be looked up by {{ $labels.mechanism }}; those that come are not scraped",
      runbook: "monitoring.md#rules-or-a-config-fail",
    },
    {
      name: "AlertsNotSent",
      severity: "critical",
      expr: "sum by (country) (rate(prometheus_notifications_dropped_total[10m])) > 0 or sum by (country) (rate(prometheus_notifications_errors_total[10m])) > 0",
      for: "10m",
      summary: "{{ $labels.country }}: its Prometheus cannot hand alerts to its Alertmanager",
      runbook: "monitoring.md#alerts-do-not-arrive",
    },
    {
      name: "AlertsNotDelivered",
      severity: "critical",
      expr: "sum by (country, integration) (rate(alertmanager_notifications_failed_total[10m])) > 0",
      for: "5m",
      summary: "{{ $labels.country }}: alerts cannot be delivered by {{ $labels.integration }}",
      runbook: "monitoring.md#alerts-do-not-arrive",
    },
  ],
};
