import { type AlertGroup, HOUR_SECONDS } from "../alert";
import { SCRAPE_JOBS } from "../render-scrape-jobs";
import { SITE_NAMESPACES } from "../site-names";
import { SELF, WATCHED } from "./recording";

const SITES = `job="${SCRAPE_JOBS.sites}"`;
const HOSTS = Object.values(SCRAPE_JOBS)
  .filter((job) => job.endsWith("-host"))
  .join("|");

/** CronJob that ends well while the last snapshot is recent: Elasticsearch has no metric of it. */
export const SNAPSHOT_CHECK = "snapshot-check";

const SITE_STATEFULSETS = `namespace=~"${SITE_NAMESPACES.observability}|${SITE_NAMESPACES.elastic}"`;

/** Seconds since the site last wrote a block of metrics; the last upload of a Prometheus that restarted counts too. */
export const UPLOAD_AGE =
  'time() - max by (country) (max_over_time(thanos_objstore_bucket_last_successful_upload_time{job=~".+-thanos-discovery"}[12h]))';

/** Raw log lines a second that a country's agents write to the archive. */
export const ARCHIVED_LINES =
  'sum by (country) (rate(vector_component_sent_events_total{component_id="archive"}[15m]))';

/** Whether the watchers watch, and whether what they see is kept. */
export const SITE_ALERTS: AlertGroup = {
  name: "monitoring",
  alerts: [
    {
      name: "Watchdog",
      severity: "info",
      expr: SELF,
      summary: "{{ $labels.country }}: alerts arrive. When this does not come every day, they do not",
      runbook: "monitoring.md#no-daily-sign-of-life",
    },
    {
      name: "MonitoringSiteSilent",
      severity: "critical",
      expr: `max by (country) (up{${SITES}}) == 0`,
      for: "5m",
      summary: "{{ $labels.country }}: its monitoring does not answer; nobody watches what it watched",
      runbook: "monitoring.md#a-site-is-silent",
    },
    {
      name: "PrometheusReplicaDown",
      severity: "warning",
      expr: `up{${SITES}} == 0`,
      for: "10m",
      summary: "{{ $labels.country }}: {{ $labels.instance }} does not answer; the other one goes on",
      runbook: "monitoring.md#a-site-is-silent",
    },
    {
      name: "AlertmanagerUnreachable",
      severity: "critical",
      // With the job of the other sites as well: a site whose Alertmanager is gone cannot say so.
      expr: "max by (country) (prometheus_notifications_alertmanagers_discovered) < 1",
      for: "5m",
      summary: "{{ $labels.country }}: its Prometheus finds no Alertmanager",
      runbook: "monitoring.md#no-daily-sign-of-life",
    },
    {
      name: "AlertsNotDelivered",
      severity: "critical",
      expr: "sum by (country, integration) (rate(alertmanager_notifications_failed_total[10m])) > 0",
      for: "10m",
      summary: "{{ $labels.country }}: alerts cannot be delivered by {{ $labels.integration }}",
      runbook: "monitoring.md#no-daily-sign-of-life",
    },
    {
      name: "SamplesRefused",
      severity: "warning",
      expr: "sum by (country, instance) (rate(prometheus_tsdb_out_of_bound_samples_total[10m])) > 0",
      for: "10m",
      summary: "{{ $labels.country }}: samples that were pushed are too old to be taken, and are lost",
      runbook: "monitoring.md#an-agent-is-silent",
    },
    {
      name: "MetricArchiveStale",
      severity: "warning",
      expr: `${SELF} unless on (country) (${UPLOAD_AGE} < ${4 * HOUR_SECONDS})`,
      for: "4h",
      summary: "{{ $labels.country }}: no block of metrics has been archived for 4 hours; the disk holds 15 days",
      runbook: "monitoring.md#an-archive-is-stale",
    },
    {
      name: "MetricCompactionHalted",
      severity: "warning",
      expr: "max by (country) (thanos_compact_halted) == 1",
      for: "15m",
      summary: "{{ $labels.country }}: the archive of metrics is not compacted any more",
      runbook: "monitoring.md#an-archive-is-stale",
    },
    {
      name: "LogSnapshotStale",
      severity: "warning",
      expr: `${SELF} unless on (country) (time() - max by (country) (kube_cronjob_status_last_successful_time{namespace="${SITE_NAMESPACES.elastic}", cronjob="${SNAPSHOT_CHECK}"}) < ${3 * HOUR_SECONDS})`,
      for: "2h",
      summary: "{{ $labels.country }}: Elasticsearch has no recent snapshot",
      runbook: "monitoring.md#an-archive-is-stale",
    },
    {
      name: "RawLogArchiveStale",
      severity: "critical",
      expr: `${WATCHED} unless on (country) (${ARCHIVED_LINES} > 0)`,
      for: "15m",
      summary: "{{ $labels.country }}: no log line reaches the archive; the nodes keep them for hours only",
      runbook: "monitoring.md#an-archive-is-stale",
    },
    {
      name: "LogsDropped",
      severity: "warning",
      expr: 'sum by (country) (rate(vector_buffer_discarded_events_total{buffer_id="elasticsearch"}[10m])) > 0',
      for: "10m",
      summary: "{{ $labels.country }}: log lines miss in Elasticsearch; the archive has them",
      runbook: "monitoring.md#logs-miss-in-elasticsearch",
    },
    {
      name: "SiteShortOfPods",
      severity: "warning",
      expr: `kube_statefulset_status_replicas_ready{${SITE_STATEFULSETS}} < on (country, cluster, namespace, statefulset) kube_statefulset_replicas{${SITE_STATEFULSETS}}`,
      for: "15m",
      summary: "{{ $labels.country }}: {{ $labels.statefulset }} has {{ $value }} ready pods",
      runbook: "monitoring.md#a-site-is-silent",
    },
    {
      name: "DiskFilling",
      severity: "warning",
      expr: `node_filesystem_avail_bytes{job=~"${HOSTS}", fstype=~"ext4|xfs"} / node_filesystem_size_bytes < 0.15 or kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.15`,
      for: "15m",
      summary:
        "{{ $labels.country }}: {{ $value | humanizePercentage }} free on {{ $labels.mountpoint }}{{ $labels.persistentvolumeclaim }} ({{ $labels.instance }})",
      runbook: "monitoring.md#a-disk-fills",
    },
    {
      name: "VpnDown",
      severity: "warning",
      expr: `up{job="${SCRAPE_JOBS.vpnHost}"} == 0`,
      for: "5m",
      summary: "{{ $labels.country }}: the VPN host does not answer",
      runbook: "monitoring.md#a-machine-does-not-answer",
    },
    {
      name: "TargetDown",
      severity: "warning",
      // What has an alert of its own is left out.
      expr: `count by (country, cluster, job) (up{job!~"${Object.values(SCRAPE_JOBS).join("|")}"} == 0)`,
      for: "15m",
      summary:
        "{{ $labels.country }}: {{ $value }} targets of {{ $labels.job }} in {{ $labels.cluster }} do not answer",
      runbook: "monitoring.md#a-target-does-not-answer",
    },
  ],
};
