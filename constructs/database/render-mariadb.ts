import { DATABASE_PORTS } from "../../config/ports";
import { replicationCacheMb } from "../../config/replication-cache";
import type { MariadbSettings, Member } from "./database-settings";

/** Connections that all countries' apps together may open to one node, which may be the only one left. */
export const APP_CONNECTIONS = 960;

/**
 * Connections that one node accepts. Those beyond the apps' are for the exporter, backups, full copies and operators.
 */
export const MAX_CONNECTIONS = APP_CONNECTIONS + 40;

/** Folders of a database machine. `home` is the mount point of the data disk. */
export const DATABASE_PATHS = {
  home: "/var/lib/database",
  runtime: "/run/mysqld",
  config: "/etc/database",
  logs: "/var/log/mysql",
} as const;

/**
 * Share of memory for InnoDB's buffer pool. The rest is for connections (up to about 1 MB each), write sets in flight,
 * the page cache with the hot end of the replication cache, and a concurrent backup or donation.
 */
const BUFFER_POOL_SHARE = 0.6;

/**
 * The redo log is this share of the buffer pool, within limits: a larger one recovers more slowly, a smaller one
 * flushes more.
 */
const REDO_LOG_SHARE = 0.25;
const REDO_LOG_MB = { least: 96, most: 4096 } as const;

/**
 * How long a node may be silent before the others continue without it: `suspect` bounds how long writes wait when a
 * node dies. Measured with three nodes: 3.2 to 3.8 s with these values, 6.2 s with the defaults, 50 s with the values
 * documented for a WAN. A round trip here takes 15 to 72 ms, so six keepalives fit before suspicion.
 */
const FAILURE_DETECTION = [
  "evs.keepalive_period=PT0.5S",
  "evs.inactive_check_period=PT0.5S",
  "evs.suspect_timeout=PT3S",
  "evs.inactive_timeout=PT6S",
  "evs.install_timeout=PT6S",
  "evs.join_retrans_period=PT0.5S",
] as const;

/** Write sets in flight. With the defaults (4 and 2) 64 writers over 72 ms made 633 commits a second, with these 803. */
const SEND_WINDOWS = ["evs.send_window=512", "evs.user_send_window=256"] as const;

/**
 * Largest transaction, in MB of changed rows; a larger one fails with error 1105. It shares a stream with the keepalives,
 * so it must reach the farthest country well within `evs.suspect_timeout`: a DELETE of 250 MB once cost all nodes their
 * quorum.
 */
const TRANSACTION_MB = 16;

/** A node that lags by 256 write sets (default 16) throttles the others until it is down to 80 % of that. */
const FLOW_CONTROL = ["gcs.fc_limit=256", "gcs.fc_factor=0.8"] as const;

/**
 * The server's option file, for MariaDB 11.8 with Galera 4. It holds no secret: nodes authenticate to each other by
 * certificate, and local readers of the data by the user that their process runs as. Reasons and figures:
 * `docs/decisions/0006-database.md`.
 * @throws Error when `node` is not among `members`
 */
export function renderMariadbConfig(settings: MariadbSettings): string {
  const { node, members } = settings;
  const own = members.find(({ name }) => name === node);
  if (!own) throw new Error(`"${node}" is not among the members: ${members.map(({ name }) => name).join(", ")}`);
  const sections = [
    section("mariadbd", [...server(own), ...storage(settings), ...binaryLog(), ...tls(), ...galera(settings, own)]),
    section("sst", stateTransfer(own)),
    section("mariabackup", [`tmpdir = ${DATABASE_PATHS.home}/tmp`]),
  ];
  return `# ${node} of ${members.map(({ name }) => name).join(", ")}\n${sections.join("\n\n")}\n`;
}

/** A machine's buffer pool, in MB. */
export function bufferPoolMb(memoryMb: number): number {
  return Math.floor(memoryMb * BUFFER_POOL_SHARE);
}

function server({ address }: Member): string[] {
  const { home, runtime, logs } = DATABASE_PATHS;
  return [
    `bind_address = ${address}`,
    `port = ${DATABASE_PORTS.client}`,
    `socket = ${runtime}/mysqld.sock`,
    `pid_file = ${runtime}/mysqld.pid`,
    `datadir = ${home}/mysql`,
    `tmpdir = ${home}/tmp`,
    "skip_name_resolve = ON",
    "local_infile = OFF",
    "symbolic_links = OFF",
    "character_set_server = utf8mb4",
    // Collation of tables that only name this character set: columns with another one would not compare.
    "collation_server = utf8mb4_uca1400_ai_ci",
    `max_connections = ${MAX_CONNECTIONS}`,
    `max_allowed_packet = ${TRANSACTION_MB}M`,
    "slow_query_log = ON",
    `slow_query_log_file = ${logs}/slow.log`,
    "long_query_time = 1",
    "log_warnings = 2",
  ];
}

function storage({ memoryMb }: MariadbSettings): string[] {
  const pool = bufferPoolMb(memoryMb);
  const redo = Math.min(REDO_LOG_MB.most, Math.max(REDO_LOG_MB.least, Math.floor(pool * REDO_LOG_SHARE)));
  return [
    "default_storage_engine = InnoDB",
    // Other engines acknowledge rows that are never replicated: their tables are refused with error 1290.
    "enforce_storage_engine = InnoDB",
    "sql_mode = STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION",
    // A table without a primary key cannot be certified row by row, and nodes may diverge.
    "innodb_force_primary_key = ON",
    `innodb_buffer_pool_size = ${pool}M`,
    `innodb_log_file_size = ${redo}M`,
    // Acknowledged means on disk: with less, nodes that crash in quick succession lose commits (Jepsen, 2026-03).
    "innodb_flush_log_at_trx_commit = 1",
    // Overwriting changes that the transaction has not seen fails with error 1020, and must be retried. Otherwise that
    // update is silently lost.
    "innodb_snapshot_isolation = ON",
    "innodb_autoinc_lock_mode = 2",
    "innodb_lock_wait_timeout = 20",
    "binlog_format = ROW",
  ];
}

/**
 * The binary log, which `galera-backup ship` sends to the bucket and deletes here, so that the data can be had as of any
 * moment. Each node logs every transaction under the same identifier: any node's log continues any node's backup.
 */
function binaryLog(): string[] {
  return [
    "log_bin = binlog",
    "log_slave_updates = ON",
    // After a crash this log decides what was committed, so it is on disk before the answer.
    "sync_binlog = 1",
    // How long the bucket may be out of reach before logs are deleted that it does not have.
    "binlog_expire_logs_seconds = 86400",
    "server_id = 1", // part of the identifiers
    "wsrep_gtid_mode = ON",
    "wsrep_gtid_domain_id = 1",
  ];
}

function tls(): string[] {
  return [
    "require_secure_transport = ON", // the Unix socket counts as secure
    "tls_version = TLSv1.2,TLSv1.3",
    ...Object.entries(tlsFiles()).map(([role, file]) => `ssl_${role} = ${file}`),
  ];
}

function galera({ node, members, donors, cpus, ...sizes }: MariadbSettings, own: Member): string[] {
  const { ca, cert, key } = tlsFiles();
  const providerOptions = [
    `gmcast.listen_addr=ssl://${own.address}:${DATABASE_PORTS.replication}`,
    `gmcast.segment=${own.segment}`,
    `ist.recv_addr=${own.address}:${DATABASE_PORTS.incrementalTransfer}`,
    "socket.ssl=yes",
    `socket.ssl_ca=${ca}`,
    `socket.ssl_cert=${cert}`,
    `socket.ssl_key=${key}`,
    `gcache.size=${replicationCacheMb(sizes.outageMinutes, sizes.writeMbPerMinute)}M`,
    // The cache survives a restart: the node can then still give and take an incremental transfer.
    "gcache.recover=yes",
    // Saves the last view: nodes that were killed together recover it on their own.
    "pc.recovery=true",
    ...FAILURE_DETECTION,
    ...SEND_WINDOWS,
    ...FLOW_CONTROL,
  ];
  return [
    "wsrep_on = ON",
    "wsrep_provider = /usr/lib/galera/libgalera_smm.so",
    "wsrep_cluster_name = shop",
    `wsrep_cluster_address = gcomm://${members.map(({ address }) => address).join(",")}`,
    `wsrep_node_name = ${node}`,
    `wsrep_node_address = ${own.address}`,
    "wsrep_sst_method = mariabackup",
    // A local user, not a password: the account `mysql` is open only to that user's processes.
    "wsrep_sst_auth = mysql:",
    `wsrep_sst_receive_address = ${own.address}:${DATABASE_PORTS.stateTransfer}`,
    // The trailing comma allows any other node if none of these can donate.
    `wsrep_sst_donor = ${donors.map((donor) => `${donor},`).join("")}`,
    `wsrep_slave_threads = ${Math.max(4, 2 * cpus)}`,
    // Reads are local and may lag behind another node's commits by what is in flight. Waiting would cost every read a
    // round trip to all nodes; a session that must see everything sets it to 1.
    "wsrep_sync_wait = 0",
    "wsrep_retry_autocommit = 4",
    `wsrep_max_ws_size = ${TRANSACTION_MB}M`,
    "wsrep_log_conflicts = ON",
    `wsrep_provider_options = "${providerOptions.join(";")}"`,
  ];
}

/** A full copy goes over TLS; both ends present a certificate of our CA, and the receiver's name is verified. */
function stateTransfer({ address }: Member): string[] {
  const { ca, cert, key } = tlsFiles();
  return [
    "encrypt = 4",
    "ssl-mode = VERIFY_IDENTITY",
    `tca = ${ca}`,
    `tcert = ${cert}`,
    `tkey = ${key}`,
    `sockopt = bind=${address}`,
    "compressor = zstd --fast --quiet --stdout",
    "decompressor = zstd --decompress --quiet --stdout",
    "sst-log-archive = 0",
  ];
}

function tlsFiles() {
  const folder = `${DATABASE_PATHS.config}/tls`;
  return { ca: `${folder}/ca.pem`, cert: `${folder}/node.pem`, key: `${folder}/node.key` } as const;
}

function section(title: string, lines: readonly string[]): string {
  return [`[${title}]`, ...lines].join("\n");
}
