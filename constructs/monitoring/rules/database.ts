import { type AlertGroup, DAY_SECONDS, HOUR_SECONDS } from "../alert";
import { SCRAPE_JOBS } from "../render-scrape-jobs";
import { SELF, WATCHED } from "./recording";

/** Every site scrapes every node, but only the site that watches a node's country alerts about it. */
const WATCHED_HERE = `and on (country) ${WATCHED}`;

/** Share of the last minutes during which replication was paused. Galera's own ratio is an average since its start. */
export const FLOW_CONTROL_RATIO = "rate(mysql_global_status_wsrep_flow_control_paused_ns[5m]) / 1e9";

/** A backup starts every 24 hours; any node may have taken the latest one. */
const BACKUP_HOURS = 26;

/** The Galera cluster. @param members number of nodes it should have */
export function databaseAlerts(members: number): AlertGroup {
  return {
    name: "database",
    alerts: [
      {
        name: "DatabaseHostDown",
        severity: "critical",
        expr: `up{job="${SCRAPE_JOBS.databaseHost}"} == 0 ${WATCHED_HERE}`,
        for: "2m",
        summary: "{{ $labels.country }}: the machine of {{ $labels.instance }} does not answer",
        runbook: "monitoring.md#a-machine-does-not-answer",
      },
      {
        name: "DatabaseClusterShort",
        severity: "critical",
        expr: `database_cluster_size < ${members} ${WATCHED_HERE}`,
        for: "2m",
        summary: `{{ $labels.country }}: {{ $labels.instance }} sees {{ $value }} of ${members} nodes; one more lost may be the quorum`,
        runbook: "database.md#a-node-is-missing",
      },
      {
        name: "DatabaseNotWritable",
        severity: "critical",
        expr: `database_not_writable == 1 ${WATCHED_HERE}`,
        for: "1m",
        summary: "{{ $labels.country }}: {{ $labels.instance }} takes no writes: {{ $labels.reason }}",
        runbook: "database.md#a-node-is-missing",
      },
      {
        name: "DatabaseWaitsToStart",
        severity: "critical",
        expr: `database_start_waiting == 1 ${WATCHED_HERE}`,
        for: "5m",
        summary: "{{ $labels.country }}: {{ $labels.instance }} cannot know whether it may start, and waits",
        runbook: "database.md#the-cluster-waits",
      },
      {
        name: "DatabaseStuck",
        severity: "critical",
        expr: `database_stuck == 1 ${WATCHED_HERE}`,
        for: "1m",
        summary:
          "{{ $labels.country }}: {{ $labels.instance }} waits for a quorum although no node is missing, and is restarted",
        runbook: "database.md#the-cluster-is-stuck",
      },
      {
        name: "DatabaseRestarted",
        severity: "warning",
        expr: `increase(database_watch_restarts_total[1h]) > 0 ${WATCHED_HERE}`,
        summary:
          "{{ $labels.country }}: the server of {{ $labels.instance }} left the group or hung, and was restarted",
        runbook: "database.md#a-node-is-missing",
      },
      {
        name: "DatabaseFlowControl",
        severity: "warning",
        expr: `${FLOW_CONTROL_RATIO} > 0.1 ${WATCHED_HERE}`,
        for: "10m",
        summary:
          "{{ $labels.country }}: {{ $labels.instance }} stood still for {{ $value | humanizePercentage }} of the time, waiting for a slow member",
        runbook: "database.md#writes-are-slow",
      },
      {
        name: "DatabaseConnectionsFull",
        severity: "warning",
        expr: `mysql_global_status_threads_connected / mysql_global_variables_max_connections > 0.8 ${WATCHED_HERE}`,
        for: "5m",
        summary:
          "{{ $labels.country }}: {{ $value | humanizePercentage }} of the connections of {{ $labels.instance }} are taken",
        runbook: "database.md#writes-are-slow",
      },
      {
        name: "BackupStale",
        severity: "critical",
        expr: `${SELF} unless on () (time() - max(database_backup_last_success_timestamp_seconds) < ${BACKUP_HOURS * HOUR_SECONDS})`,
        for: "1h",
        summary: `No node has made a backup of the database for ${BACKUP_HOURS} hours (seen from {{ $labels.country }})`,
        runbook: "database.md#no-backup-was-made",
      },
      {
        name: "DatabaseCertificateExpiring",
        severity: "warning",
        expr: `database_certificate_expiry_timestamp_seconds - time() < ${14 * DAY_SECONDS} ${WATCHED_HERE} or database_ca_expiry_timestamp_seconds - time() < ${60 * DAY_SECONDS} ${WATCHED_HERE}`,
        for: "1h",
        summary:
          "{{ $labels.country }}: a certificate of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}",
        runbook: "database.md#rotate-the-ca",
      },
      {
        name: "DatabaseCredentialsFailing",
        severity: "warning",
        expr: `database_credentials_exit_code != 0 ${WATCHED_HERE}`,
        for: "30m",
        summary: "{{ $labels.country }}: galera-credentials on {{ $labels.instance }} ends with {{ $value }}",
        runbook: "database.md#credentials-are-not-taken",
      },
    ],
  };
}
