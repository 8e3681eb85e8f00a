import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { APP_CONNECTIONS } from "../../../constructs/database/render-mariadb";
import { DatabaseCluster, type DatabaseNode } from "../../support/database-machine";

// The designated node alone: it is a cluster of one.
let cluster: DatabaseCluster;
let node: DatabaseNode;

beforeAll(async () => {
  cluster = await DatabaseCluster.create();
  [node] = cluster.nodes;
  node.watchEnvironment = { OUT_OF_GROUP_SECONDS: "2", HANG_SECONDS: "8", SLOW_SECONDS: "2" };
  await cluster.start([node]);
  await answers("200 indonesia-1 synced");
});

afterAll(() => cluster.remove());

test("read-only: 503 with the reason", async () => {
  await node.query("SET GLOBAL read_only = ON");
  await answers("503 indonesia-1 read-only");
  await node.query("SET GLOBAL read_only = OFF");
  await answers("200 indonesia-1 synced");
});

test("server that hangs: an answer all the same", async () => {
  node.signal("SIGSTOP");
  await answers("503 indonesia-1 hangs");
  node.signal("SIGCONT");
  await answers("200 indonesia-1 synced");
});

test("watch: what leaves the group or hangs is killed and comes back, the metrics say so", async () => {
  await until(() => node.metrics("galera-health").database_writable === 1);
  await node.query("SET GLOBAL wsrep_cluster_address = ''");
  await answers("503 indonesia-1 out-of-group");
  await until(() => node.metrics("galera-health").database_watch_restarts_total === 1);
  await answers("200 indonesia-1 synced");

  node.signal("SIGSTOP");
  await until(() => node.metrics("galera-health")['database_not_writable{reason="hangs"}'] === 1);
  await until(() => node.metrics("galera-health").database_watch_restarts_total === 2);
  await answers("200 indonesia-1 synced");
  await until(() => node.metrics("galera-health").database_writable === 1);
  expect(node.metrics("galera-health")).toMatchObject({
    database_cluster_size: 1,
    database_start_waiting: 0,
    'database_start_decision_info{decision="rejoin"}': 1,
  });
});

test("a server whose connections are all taken is alive, also to a watch that has just started", async () => {
  await node.query("SET GLOBAL max_connections = 10");
  const held: ChildProcess[] = [];
  // One after another: those that are refused take a place for a moment.
  do held.push(await holdConnection());
  while (held.at(-1)?.exitCode === null && held.length < 20);
  try {
    await expect(node.asApp("SELECT 1")).rejects.toThrow("Too many connections");
    expect(await node.healthAnswer()).toBe("200 indonesia-1 synced");
    const before = node.watchPid();
    process.kill(before, "SIGKILL");
    await until(() => node.watchPid() !== before);
    await sleep(2_000);
    expect(await node.healthAnswer()).toMatch(/^200 indonesia-1 (synced|full)$/);
  } finally {
    for (const client of held) client.kill();
  }
  await until(async () => (await node.query("SET GLOBAL max_connections = 1000; SELECT 1")) === "1");
});

test("the app leaves connections to those who look after the server", async () => {
  const grants = await node.query("SHOW CREATE USER shop@'%'");
  expect(grants).toContain(`MAX_USER_CONNECTIONS ${APP_CONNECTIONS}`);
});

test("only what replicates is accepted", async () => {
  for (const engine of ["MyISAM", "Aria", "MEMORY", "CSV"]) {
    const create = `CREATE TABLE shop.of_${engine} (id INT PRIMARY KEY) ENGINE=${engine}`;
    await expect(node.asApp(create)).rejects.toThrow("1290");
    await expect(node.asApp(`SET sql_mode = ''; ${create}`)).rejects.toThrow("1290");
  }
  await expect(node.asApp("SET SESSION enforce_storage_engine = NULL")).rejects.toThrow("denied");
  await expect(node.asApp("SET SESSION wsrep_on = OFF")).rejects.toThrow("denied");
});

test("a transaction that is too large for the way is refused with a clear error, and nothing of it stays", async () => {
  await node.asApp("CREATE TABLE shop.large (id INT AUTO_INCREMENT PRIMARY KEY, body LONGTEXT)");
  const row = "INSERT INTO shop.large (body) VALUES (REPEAT('x', 6000000))";
  await expect(node.asApp(`START TRANSACTION; ${row}; ${row}; ${row}; COMMIT`)).rejects.toThrow(
    "Maximum writeset size exceeded",
  );
  await node.asApp(row);
  expect(await node.asApp("SELECT COUNT(*) FROM shop.large")).toBe("1");
});

test("server down: 503, and a node that waits says so in its metrics", async () => {
  await node.kill();
  await cluster.nodes[1].start();
  await until(
    () =>
      cluster.nodes[1].journal().includes("the designated node makes it when it initializes the cluster") || waits(),
  );
  expect(await cluster.nodes[1].healthAnswer()).toBe("503 singapore-1 down");
  await until(() => cluster.nodes[1].metrics("galera-health").database_start_waiting === 1);
});

/** A client of the host's own that takes one of the ordinary connections, if there is one left. */
async function holdConnection(): Promise<ChildProcess> {
  const client = spawn("setpriv", [
    ...["--reuid=mysql", "--regid=mysql", "--init-groups", "mariadb", "--no-defaults"],
    ...[`--socket=${node.socket}`, "--user=mysql", "-BN", "--unbuffered"],
  ]);
  client.stdin.write("SELECT 1;\n");
  await Promise.race([once(client.stdout, "data"), once(client, "close")]);
  return client;
}

function waits(): boolean {
  return readFileSync(join(cluster.nodes[1].root, "run/mysqld/decision"), "utf8").startsWith("wait\t");
}

function answers(expected: string): Promise<void> {
  return until(async () => (await node.healthAnswer()) === expected);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 600_000;
  while (!(await (async () => condition())().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`this did not come true within 10 minutes:\n${node.journal(40)}`);
    await sleep(200);
  }
}
