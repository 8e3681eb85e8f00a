import { type AlertGroup, DAY_SECONDS, HOUR_SECONDS } from "../alert";
import { SCRAPE_JOBS } from "../render-scrape-jobs";
import { SELF } from "./recording";
import { OTHERS_REACHED } from "./silence";

/** Share of the last minutes during which replication was paused. Galera's own ratio is an average since its start. */
export const FLOW_CONTROL_RATIO = "rate(mysql_global_status_wsrep_flow_control_paused_ns[5m]) / 1e9";

/** A backup starts every 24 hours, and each node asks the bucket for the newest every hour. */
const BACKUP_HOURS = 26;

/** Every node sends its binary log every two minutes; one of them is enough. */
const LOG_SECONDS = 300;

/** A backup is read back 4 hours after its begin; one night may be missed. */
const CHECK_HOURS = 54;

/** Group size as serving nodes see it: a node that is down still reports the last group it was in. */
const MEMBERS_SEEN = "max(database_cluster_size and on (instance) database_writable == 1)";

/** Every site scrapes every node: it is one cluster. */
const ESTATE_WIDE = { isSeenByAllSites: true } as const;

/** The Galera cluster. @param members nodes that it should have */
export function databaseAlerts(members: number): AlertGroup {
  return {
    name: "database",
    alerts: [
      {
        ...ESTATE_WIDE,
        name: "DatabaseDown",
        severity: "critical",
        // A country that is alone does not know of the others' nodes, and is told of as such.
        expr: `${SELF} unless on () (max(database_writable) == 1) and on () ${OTHERS_REACHED}`,
        for: "30s",
        summary: "No node of the database takes writes, in any country (seen from {{ $labels.country }})",
        runbook: "database.md#the-whole-cluster-is-down",
      },
      {
        ...ESTATE_WIDE,
        name: "DatabaseHostDown",
        severity: "critical",
        expr: `up{job="${SCRAPE_JOBS.databaseHost}"} == 0`,
        for: "2m",
        summary: "{{ $labels.country }}: the machine of {{ $labels.instance }} does not answer",
        runbook: "database.md#a-node-is-missing",
      },
      {
        ...ESTATE_WIDE,
        name: "DatabaseClusterShort",
        severity: "critical",
        expr: `${SELF} * on () group_left () ${MEMBERS_SEEN} < ${members}`,
        // Later than what names the node, which silences this.
        for: "3m",
        summary: `The database has {{ $value }} of ${members} nodes, one more lost may be the quorum (seen from {{ $labels.country }})`,
        runbook: "database.md#a-node-is-missing",
      },
      {
        ...ESTATE_WIDE,
        name: "DatabaseNotWritable",
        severity: "critical",
        // A node that is a member again and does not answer yet takes a copy, and needs nobody.
        expr: `database_not_writable{reason!~"not-synced|down"} == 1 or database_not_writable{reason="down"} == 1 unless on () ${MEMBERS_SEEN} >= ${members}`,
        for: "90s",
        summary: "{{ $labels.country }}: {{ $labels.instance }} takes no writes: {{ $labels.reason }}",
        runbook: "database.md#a-node-is-missing",
      },
      {
        ...ESTATE_WIDE,
        name: "DatabaseCatchesUp",
        severity: "warning",
        expr: 'database_not_writable{reason=~"not-synced|down"} == 1',
        for: "1h",
        summary: "{{ $labels.country }}: {{ $labels.instance }} has been catching up for an hour",
        runbook: "database.md#a-node-is-missing",
      },
      {
        ...ESTATE_WIDE,
        name: "DatabaseWaitsToStart",
        severity: "critical",
        expr: "database_start_waiting == 1",
        // Sooner than that the node is missing, which it silences.
        for: "1m",
        summary: "{{ $labels.country }}: {{ $labels.instance }} cannot know whether it may start, and waits",
        runbook: "database.md#the-cluster-waits",
      },
      {
        ...ESTATE_WIDE,
        name: "DatabaseStuck",
        severity: "critical",
        expr: "database_stuck == 1",
        for: "1m",
        summary:
          "{{ $labels.country }}: {{ $labels.instance }} waits for a quorum although no node is missing, and is restarted",
        runbook: "database.md#the-cluster-is-stuck",
      },
      {
        ...ESTATE_WIDE,
        name: "DatabaseRestarted",
        severity: "warning",
        expr: "increase(database_watch_restarts_total[1h]) > 0",
        summary:
          "{{ $labels.country }}: the server of {{ $labels.instance }} left the group or hung, and was restarted",
        runbook: "database.md#a-node-is-missing",
      },
      {
        ...ESTATE_WIDE,
        name: "DatabaseFlowControl",
        severity: "warning",
        expr: `${FLOW_CONTROL_RATIO} > 0.1`,
        for: "10m",
        summary:
          "{{ $labels.country }}: {{ $labels.instance }} stood still for {{ $value | humanizePercentage }} of the time, waiting for a slow member",
        runbook: "database.md#writes-are-slow",
      },
      {
        ...ESTATE_WIDE,
        name: "DatabaseConnectionsFull",
        severity: "warning",
        expr: "mysql_global_status_threads_connected / mysql_global_variables_max_connections > 0.8",
        for: "5m",
        summary:
          "{{ $labels.country }}: {{ $value | humanizePercentage }} of the connections of {{ $labels.instance }} are taken",
        runbook: "database.md#writes-are-slow",
      },
      {
        ...ESTATE_WIDE,
        name: "BackupStale",
        severity: "critical",
        expr: `${SELF} unless on () (time() - max(database_backup_newest_timestamp_seconds) < ${BACKUP_HOURS * HOUR_SECONDS})`,
        for: "1h",
        summary: `The bucket has no backup of the database of the last ${BACKUP_HOURS} hours (seen from {{ $labels.country }})`,
        runbook: "database.md#no-backup-was-made",
      },
      {
        ...ESTATE_WIDE,
        name: "BinaryLogsStale",
        severity: "critical",
        expr: `${SELF} unless on () (time() - max(database_log_shipped_timestamp_seconds) < ${LOG_SECONDS})`,
        for: "5m",
        summary: `What was committed in the last ${LOG_SECONDS} s or more is in no bucket (seen from {{ $labels.country }})`,
        runbook: "database.md#no-backup-was-made",
      },
      {
        ...ESTATE_WIDE,
        name: "BackupUnchecked",
        severity: "warning",
        expr: `${SELF} unless on () (time() - max(database_backup_checked_timestamp_seconds) < ${CHECK_HOURS * HOUR_SECONDS})`,
        for: "1h",
        summary: `No backup of the last ${CHECK_HOURS} hours was restored and read (seen from {{ $labels.country }})`,
        runbook: "database.md#no-backup-was-made",
      },
      {
        ...ESTATE_WIDE,
        name: "DatabaseCertificateExpiring",
        severity: "warning",
        expr: `database_certificate_expiry_timestamp_seconds - time() < ${14 * DAY_SECONDS} or database_ca_expiry_timestamp_seconds - time() < ${60 * DAY_SECONDS}`,
        for: "1h",
        summary:
          "{{ $labels.country }}: a certificate of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}",
        runbook: "database.md#rotate-the-ca",
      },
      {
        ...ESTATE_WIDE,
        name: "DatabaseCredentialsFailing",
        severity: "warning",
        expr: "database_credentials_exit_code != 0",
        for: "30m",
        summary: "{{ $labels.country }}: galera-credentials on {{ $labels.instance }} ends with {{ $value }}",
        runbook: "database.md#credentials-are-not-taken",
      },
    ],
  };
}
