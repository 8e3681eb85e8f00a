import { type AlertCase, country, FOREIGN_NODE, NODE, NODE_LABELS } from "./alert-case";

/** Two of three serve: what they see of the group, and what the third one saw last. */
const TWO_SERVE = {
  [`database_cluster_size{${FOREIGN_NODE}}`]: "2x100",
  [`database_writable{${FOREIGN_NODE}}`]: "1x100",
  [`database_cluster_size{${NODE}}`]: "3x100",
  [`database_writable{${NODE}}`]: "0x100",
};
const ALL_ARE_MEMBERS = { ...TWO_SERVE, [`database_cluster_size{${FOREIGN_NODE}}`]: "3x100" };
const notWritable = (reason: string) => ({ [`database_not_writable{${NODE},reason="${reason}"}`]: "1x100" });

export const DATABASE_CASES: Record<string, AlertCase> = {
  DatabaseDown: {
    fires: { [`database_writable{${NODE}}`]: "0x100", [`up{${FOREIGN_NODE}}`]: "1x100" },
    labels: { country },
    summary: "No node of the database takes writes, in any country (seen from indonesia)",
    quiet: TWO_SERVE,
  },
  DatabaseHostDown: {
    fires: { [`up{${NODE}}`]: "0x60" },
    labels: NODE_LABELS,
    summary: "indonesia: the machine of indonesia-database-1 does not answer",
    quiet: { [`up{${NODE}}`]: "1x60" },
  },
  DatabaseClusterShort: {
    fires: TWO_SERVE,
    labels: { country },
    summary: "The database has 2 of 3 nodes, one more lost may be the quorum (seen from indonesia)",
    quiet: ALL_ARE_MEMBERS,
  },
  DatabaseNotWritable: {
    fires: { ...TWO_SERVE, ...notWritable("down") },
    alsoFires: [{ ...ALL_ARE_MEMBERS, ...notWritable("hangs") }],
    labels: { ...NODE_LABELS, reason: "down" },
    summary: "indonesia: indonesia-database-1 takes no writes: down",
    // It takes a full copy: a member that answers nobody yet.
    quiet: { ...ALL_ARE_MEMBERS, ...notWritable("down"), ...notWritable("not-synced") },
  },
  DatabaseCatchesUp: {
    fires: { ...ALL_ARE_MEMBERS, ...notWritable("not-synced") },
    at: "70m",
    labels: { ...NODE_LABELS, reason: "not-synced" },
    summary: "indonesia: indonesia-database-1 has been catching up for an hour",
    quiet: { [`database_not_writable{${NODE},reason="not-synced"}`]: "1x50 0x50" },
  },
  DatabaseStuck: {
    fires: { [`database_stuck{${NODE}}`]: "1x60" },
    labels: NODE_LABELS,
    summary: "indonesia: indonesia-database-1 waits for a quorum although no node is missing, and is restarted",
    quiet: { [`database_stuck{${NODE}}`]: "0x60" },
  },
  DatabaseWaitsToStart: {
    fires: { [`database_start_waiting{${NODE}}`]: "1x60" },
    labels: NODE_LABELS,
    summary: "indonesia: indonesia-database-1 cannot know whether it may start, and waits",
    quiet: { [`database_start_waiting{${NODE}}`]: "0x60" },
  },
  DatabaseRestarted: {
    fires: { [`database_watch_restarts_total{${NODE}}`]: "0x10 1x50" },
    labels: NODE_LABELS,
    summary: "indonesia: the server of indonesia-database-1 left the group or hung, and was restarted",
    quiet: { [`database_watch_restarts_total{${NODE}}`]: "3x60" },
  },
  DatabaseFlowControl: {
    // 20 % of each minute, in nanoseconds.
    fires: { [`mysql_global_status_wsrep_flow_control_paused_ns{${NODE}}`]: "0+12000000000x60" },
    labels: NODE_LABELS,
    summary: "indonesia: indonesia-database-1 stood still for 20% of the time, waiting for a slow member",
    quiet: { [`mysql_global_status_wsrep_flow_control_paused_ns{${NODE}}`]: "0+600000000x60" },
  },
  DatabaseConnectionsFull: {
    fires: {
      [`mysql_global_status_threads_connected{${NODE}}`]: "450x60",
      [`mysql_global_variables_max_connections{${NODE}}`]: "500x60",
    },
    labels: NODE_LABELS,
    summary: "indonesia: 90% of the connections of indonesia-database-1 are taken",
    quiet: {
      [`mysql_global_status_threads_connected{${NODE}}`]: "300x60",
      [`mysql_global_variables_max_connections{${NODE}}`]: "500x60",
    },
  },
  BackupStale: {
    fires: { [`database_backup_newest_timestamp_seconds{${NODE}}`]: "0x2000" },
    at: "28h",
    labels: { country },
    summary: "The bucket has no backup of the database of the last 26 hours (seen from indonesia)",
    // A node that is away knows of none since.
    quiet: {
      [`database_backup_newest_timestamp_seconds{${NODE}}`]: "0x2000",
      [`database_backup_newest_timestamp_seconds{${FOREIGN_NODE}}`]: "86400x2000",
    },
  },
  BinaryLogsStale: {
    fires: { [`database_log_shipped_timestamp_seconds{${NODE}}`]: "0x60" },
    at: "12m",
    labels: { country },
    summary: "What was committed in the last 300 s or more is in no bucket (seen from indonesia)",
    // Another node still sends its own.
    quiet: {
      [`database_log_shipped_timestamp_seconds{${NODE}}`]: "0x60",
      [`database_log_shipped_timestamp_seconds{${FOREIGN_NODE}}`]: "0+60x60",
    },
  },
  BackupUnchecked: {
    fires: { [`database_backup_checked_timestamp_seconds{${NODE}}`]: "0x4000" },
    at: "56h",
    labels: { country },
    summary: "No backup of the last 54 hours was restored and read (seen from indonesia)",
    quiet: { [`database_backup_checked_timestamp_seconds{${NODE}}`]: "86400x4000" },
  },
  DatabaseCertificateExpiring: {
    fires: { [`database_certificate_expiry_timestamp_seconds{${NODE}}`]: `${10 * 86_400}x200` },
    alsoFires: [{ [`database_ca_expiry_timestamp_seconds{${NODE}}`]: `${40 * 86_400}x200` }],
    at: "2h",
    labels: NODE_LABELS,
    summary: "indonesia: a certificate of indonesia-database-1 ends in 9d 22h 0m 0s",
    quiet: {
      [`database_certificate_expiry_timestamp_seconds{${NODE}}`]: `${30 * 86_400}x200`,
      [`database_ca_expiry_timestamp_seconds{${NODE}}`]: `${90 * 86_400}x200`,
    },
  },
  DatabaseCredentialsFailing: {
    fires: { [`database_credentials_exit_code{${NODE}}`]: "4x60" },
    at: "45m",
    labels: NODE_LABELS,
    summary: "indonesia: galera-credentials on indonesia-database-1 ends with 4",
    quiet: { [`database_credentials_exit_code{${NODE}}`]: "0x60" },
  },
};
