import type { HelmValues } from "../../kubernetes/values/helm-values";
import { type AlertGroup, HOUR_SECONDS } from "../alert";
import { ALERTS_TAKEN, SCRAPE_JOBS } from "../render-scrape-jobs";
import { SITE_NAMESPACES } from "../site-names";
import { CERTIFICATE_RENEWAL } from "../values/certificate-renewal";
import { SELF, WATCHED } from "./recording";

const SITES = `job="${SCRAPE_JOBS.sites}"`;
/** CronJob that ends well while the last snapshot is recent: Elasticsearch has no metric of it. */
export const SNAPSHOT_CHECK = "snapshot-check";

const RENEWAL = `namespace="${SITE_NAMESPACES.certificates}", cronjob="${CERTIFICATE_RENEWAL}"`;

/** Seconds since the site last wrote a block of metrics; the last upload of a Prometheus that restarted counts too. */
export const UPLOAD_AGE =
  'time() - max by (country) (max_over_time(thanos_objstore_bucket_last_successful_upload_time{job=~".+-thanos-discovery"}[12h]))';

/** Raw log lines a second that a country's agents write to the archive. */
export const ARCHIVED_LINES =
  'sum by (country) (rate(vector_component_sent_events_total{component_id="archive"}[15m]))';

export const SITE_RECORDS: HelmValues = {
  name: "taken",
  rules: [
    {
      record: ALERTS_TAKEN,
      // Watchdog is among them, always. What one took before it went away would count for minutes.
      expr: "sum(rate(alertmanager_alerts_received_total[5m]) and on (job, instance) up == 1)",
    },
  ],
};

/** Whether the watchers watch, and whether what they see is kept. */
export const SITE_ALERTS: AlertGroup = {
  name: "monitoring",
  alerts: [
    {
      name: "Watchdog",
      severity: "info",
      expr: SELF,
      summary: "{{ $labels.country }}: alerts arrive. When this does not come, they do not",
      runbook: "monitoring.md#alerts-do-not-arrive",
    },
    {
      name: "MonitoringSiteSilent",
      severity: "critical",
      isSeenByAllSites: true,
      expr: `max by (country) (up{${SITES}}) == 0`,
      for: "5m",
      summary: "{{ $labels.country }}: its monitoring does not answer; nobody watches what it watched",
      runbook: "monitoring.md#a-site-is-silent",
    },
    {
      name: "AlertmanagerUnreachable",
      severity: "critical",
      isSeenByAllSites: true,
      // Only others can say so.
      expr: `max by (country) (up{${SITES}} == 1) unless on (country) (${ALERTS_TAKEN}{${SITES}} > 0)`,
      for: "5m",
      summary: "{{ $labels.country }}: no Alertmanager takes what its Prometheus tells",
      runbook: "monitoring.md#alerts-do-not-arrive",
    },
    {
      name: "SilenceForgotten",
      severity: "warning",
      expr: 'max by (country) (alertmanager_silences{state="active"}) > 0',
      for: "1d",
      summary: "{{ $labels.country }}: {{ $value }} silences have kept alerts from people for a day",
      runbook: "monitoring.md#alerts-do-not-arrive",
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
      name: "CertificateRenewalFails",
      severity: "warning",
      // A job that has never succeeded counts from when it was made.
      expr: `time() - (max by (country) (kube_cronjob_status_last_successful_time{${RENEWAL}}) or max by (country) (kube_cronjob_created{${RENEWAL}})) > ${36 * HOUR_SECONDS}`,
      for: "1h",
      summary:
        "{{ $labels.country }}: its site has not looked after the edges' certificates for {{ $value | humanizeDuration }}",
      runbook: "edge.md#certificates-are-not-renewed",
    },
    {
      name: "RawLogArchiveStale",
      severity: "critical",
      expr: `${WATCHED} unless on (country) (${ARCHIVED_LINES} > 0)`,
      for: "15m",
      summary: "{{ $labels.country }}: no log line reaches the archive; the nodes keep them for hours only",
      runbook: "monitoring.md#an-archive-is-stale",
    },
  ],
};
