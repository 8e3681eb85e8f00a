import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replicationCacheMb } from "../../../config/replication-cache";
import type { MariadbSettings } from "../../../constructs/database/database-settings";
import { renderDatabaseEnvironment } from "../../../constructs/database/render-database-environment";
import { bufferPoolMb, DATABASE_PATHS, renderMariadbConfig } from "../../../constructs/database/render-mariadb";
import { SECRETS } from "../../support/database-machine";
import { requireProgram } from "../../support/edge-machine";

const SETTINGS: MariadbSettings = {
  node: "singapore-1",
  members: [
    { name: "indonesia-1", address: "10.2.65.10", segment: 0 },
    { name: "singapore-1", address: "10.6.65.10", segment: 1 },
    { name: "india-1", address: "10.10.65.10", segment: 2 },
  ],
  donors: ["india-1", "indonesia-1"],
  memoryMb: 16_384,
  cpus: 4,
  outageMinutes: 240,
  writeMbPerMinute: 20,
};

test("one node's option file", () => {
  expect(renderMariadbConfig(SETTINGS)).toMatchInlineSnapshot(`
    "# singapore-1 of indonesia-1, singapore-1, india-1
    [mariadbd]
    bind_address = 10.6.65.10
    port = 3306
    socket = /run/mysqld/mysqld.sock
    pid_file = /run/mysqld/mysqld.pid
    datadir = /var/lib/database/mysql
    tmpdir = /var/lib/database/tmp
    skip_name_resolve = ON
    local_infile = OFF
    symbolic_links = OFF
    character_set_server = utf8mb4
    collation_server = utf8mb4_uca1400_ai_ci
    max_connections = 1000
    max_allowed_packet = 16M
    slow_query_log = ON
    slow_query_log_file = /var/log/mysql/slow.log
    long_query_time = 1
    log_warnings = 2
    default_storage_engine = InnoDB
    enforce_storage_engine = InnoDB
    sql_mode = STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION
    innodb_force_primary_key = ON
    innodb_buffer_pool_size = 9830M
    innodb_log_file_size = 2457M
    innodb_flush_log_at_trx_commit = 1
    innodb_snapshot_isolation = ON
    innodb_autoinc_lock_mode = 2
    innodb_lock_wait_timeout = 20
    binlog_format = ROW
    log_bin = binlog
    log_slave_updates = ON
    sync_binlog = 1
    binlog_expire_logs_seconds = 86400
    server_id = 1
    wsrep_gtid_mode = ON
    wsrep_gtid_domain_id = 1
    require_secure_transport = ON
    tls_version = TLSv1.2,TLSv1.3
    ssl_ca = /etc/database/tls/ca.pem
    ssl_cert = /etc/database/tls/node.pem
    ssl_key = /etc/database/tls/node.key
    wsrep_on = ON
    wsrep_provider = /usr/lib/galera/libgalera_smm.so
    wsrep_cluster_name = shop
    wsrep_cluster_address = gcomm://10.2.65.10,10.6.65.10,10.10.65.10
    wsrep_node_name = singapore-1
    wsrep_node_address = 10.6.65.10
    wsrep_sst_method = mariabackup
    wsrep_sst_auth = mysql:
    wsrep_sst_receive_address = 10.6.65.10:4444
    wsrep_sst_donor = india-1,indonesia-1,
    wsrep_slave_threads = 8
    wsrep_sync_wait = 0
    wsrep_retry_autocommit = 4
    wsrep_max_ws_size = 16M
    wsrep_log_conflicts = ON
    wsrep_provider_options = "gmcast.listen_addr=ssl://10.6.65.10:4567;gmcast.segment=1;ist.recv_addr=10.6.65.10:4568;socket.ssl=yes;socket.ssl_ca=/etc/database/tls/ca.pem;socket.ssl_cert=/etc/database/tls/node.pem;socket.ssl_key=/etc/database/tls/node.key;gcache.size=6000M;gcache.recover=yes;pc.recovery=true;evs.keepalive_period=PT0.5S;evs.inactive_check_period=PT0.5S;evs.suspect_timeout=PT3S;evs.inactive_timeout=PT6S;evs.install_timeout=PT6S;evs.join_retrans_period=PT0.5S;evs.send_window=512;evs.user_send_window=256;gcs.fc_limit=256;gcs.fc_factor=0.8"

    [sst]
    encrypt = 4
    ssl-mode = VERIFY_IDENTITY
    tca = /etc/database/tls/ca.pem
    tcert = /etc/database/tls/node.pem
    tkey = /etc/database/tls/node.key
    sockopt = bind=10.6.65.10
    compressor = zstd --fast --quiet --stdout
    decompressor = zstd --decompress --quiet --stdout
    sst-log-archive = 0

    [mariabackup]
    tmpdir = /var/lib/database/tmp
    "
  `);
});

test("the settings of its scripts, for systemd and bash", () => {
  expect(
    renderDatabaseEnvironment({
      node: "singapore-1",
      members: SETTINGS.members,
      hosts: ["database-1.singapore.internal.shop.test"],
      secrets: SECRETS,
      schema: "shop",
      appUser: "shop",
      backupBucket: "shop-india-database-backups",
    }),
  ).toMatchInlineSnapshot(`
    "DATABASE_NODE="singapore-1"
    DATABASE_ADDRESS="10.6.65.10"
    DATABASE_RANK="1"
    DATABASE_MEMBERS="10.2.65.10 10.6.65.10 10.10.65.10"
    DATABASE_HOSTS="database-1.singapore.internal.shop.test"
    DATABASE_CLIENT_PORT="3306"
    DATABASE_REPLICATION_PORT="4567"
    DATABASE_HEALTH_PORT="9105"
    DATABASE_SCHEMA="shop"
    DATABASE_APP_USER="shop"
    DATABASE_APP_CONNECTIONS="960"
    DATABASE_SECRET_INITIALIZED="projects/shop/secrets/database-initialized"
    DATABASE_SECRET_CA="projects/shop/secrets/database-ca"
    DATABASE_SECRET_CA_CERTIFICATE="projects/shop/secrets/database-ca-certificate"
    DATABASE_SECRET_APP_PASSWORD="projects/shop/secrets/database-app-password"
    DATABASE_BACKUP_BUCKET="shop-india-database-backups"
    "
  `);
});

test("MariaDB takes every option without a warning, with the value that is written", () => {
  const root = mkdtempSync(join(tmpdir(), "mariadb-config-"));
  try {
    for (const folder of Object.values(DATABASE_PATHS)) mkdirSync(join(root, folder), { recursive: true });
    const text = renderMariadbConfig(SETTINGS).replace(
      new RegExp(Object.values(DATABASE_PATHS).join("|"), "g"),
      (path) => root + path,
    );
    writeFileSync(join(root, "my.cnf"), text);
    // It ends with an error on an option or a value that it does not know.
    const options = [`--defaults-file=${root}/my.cnf`, "--help", "--verbose"];
    const told = spawnSync(requireProgram("mariadbd"), options, { encoding: "utf8", maxBuffer: 2 ** 24 });
    expect(told.status).toBe(0);
    // A login may open fewer files than the server's unit.
    const warnings = told.stderr.split("\n").filter((line) => /\[(Warning|ERROR)\](?!.*max_open_files)/.test(line));
    expect(warnings).toEqual([]);
    const effective = told.stdout;
    const value = (name: string) => new RegExp(`^${name} +(.*)$`, "m").exec(effective)?.[1]?.trim();
    expect({
      pool: value("innodb-buffer-pool-size"),
      flush: value("innodb-flush-log-at-trx-commit"),
      secure: value("require-secure-transport"),
      primaryKey: value("innodb-force-primary-key"),
      binaryLog: value("log-bin"),
      snapshotIsolation: value("innodb-snapshot-isolation"),
      sync: value("wsrep-sync-wait"),
      donors: value("wsrep-sst-donor"),
    }).toEqual({
      pool: String(9_830 * 2 ** 20),
      flush: "1",
      secure: "TRUE",
      primaryKey: "TRUE",
      binaryLog: "binlog",
      snapshotIsolation: "TRUE",
      sync: "0",
      donors: "india-1,indonesia-1,",
    });
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("sizes follow from the machine and from the outage to survive", () => {
  expect([2_048, 16_384].map(bufferPoolMb)).toEqual([1_228, 9_830]);
  expect(replicationCacheMb(240, 20)).toBe(6_000);
  expect(replicationCacheMb(1, 1)).toBe(128);
});

test("a node that is no member is refused", () => {
  expect(() => renderMariadbConfig({ ...SETTINGS, node: "japan-1" })).toThrow(
    '"japan-1" is not among the members: indonesia-1, singapore-1, india-1',
  );
});
