import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseCluster, type DatabaseNode, SECRETS } from "../../support/database-machine";

// One cluster lives through all of it: each test starts from three synced nodes.
let cluster: DatabaseCluster;
let indonesia: DatabaseNode;
let singapore: DatabaseNode;
let india: DatabaseNode;
/** After which `galera-health watch` restarts what only a restart mends. */
const STUCK_MS = 20_000;
/** Keys of the rows that a server acknowledged. */
const acknowledged: string[] = [];

beforeAll(async () => {
  cluster = await DatabaseCluster.create();
  [indonesia, singapore, india] = cluster.nodes;
});

afterAll(() => cluster.remove());

test("three empty disks started together: one cluster is initialized, and recorded outside of it", async () => {
  await cluster.start();
  expect(cluster.nodes.map((node) => node.decision())).toEqual(["begin-new", "join-by-full-copy", "join-by-full-copy"]);
  await expectOneCluster();
  const uuid = (await indonesia.status()).wsrep_cluster_state_uuid;
  const [record, ...later] = cluster.cloud.secrets.get(SECRETS.initialized) ?? [];
  expect(JSON.parse(record ?? "")).toEqual({ node: indonesia.name, uuid, at: expect.any(String) });
  expect(later).toEqual([]);
  await eventually(() => cluster.nodes.every((node) => initializedBy(node) === uuid));
  await singapore.asApp("CREATE TABLE shop.orders (id VARCHAR(40) PRIMARY KEY, body VARCHAR(200))");
  await write(india, 20);
  // One that has just given its copy still catches up.
  const answers = () => Promise.all(cluster.nodes.map((node) => node.healthAnswer()));
  const synced = cluster.nodes.map(({ name }) => `200 ${name} synced`);
  await eventually(async () => String(await answers()) === String(synced));
});

test("accounts: nobody anonymous, nobody remote but the app, and the app by TLS and in its schema alone", async () => {
  const accounts = await india.query("SELECT User, Host FROM mysql.global_priv ORDER BY User");
  expect(accounts.split("\n").map((line) => line.replace("\t", "@"))).toEqual([
    "daemon@localhost",
    "mariadb.sys@localhost",
    "mysql@localhost",
    "root@localhost",
    "shop@%",
  ]);
  expect(await india.query("SHOW GRANTS FOR mysql@localhost")).toMatchInlineSnapshot(
    `"GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR, BINLOG ADMIN ON *.* TO \`mysql\`@\`localhost\` IDENTIFIED VIA unix_socket"`,
  );
  expect(await india.query("SHOW GRANTS FOR root@localhost")).not.toMatch(/PASSWORD '\*/);
  await expect(india.asApp("SELECT 1", { tls: false })).rejects.toThrow(/insecure transport|Access denied/);
  await expect(india.asApp("SELECT * FROM mysql.global_priv")).rejects.toThrow("denied");
  await expect(india.asApp("CREATE DATABASE other")).rejects.toThrow("denied");
});

test("killed under writes: the others go on, and it catches up without a full copy", async () => {
  const { copies } = seen(singapore);
  await singapore.kill();
  await write(india, 30);
  await cluster.start([singapore]);
  expect(singapore.decision()).toBe("rejoin");
  expect(seen(singapore).copies).toBe(copies);
  await expectOneCluster();
});

test("two down: the third refuses writes and says so, is not restarted, and comes back with them", async () => {
  await Promise.all([indonesia.kill(), singapore.kill()]);
  await eventually(async () => (await india.healthAnswer()) === `503 ${india.name} no-quorum`);
  await expect(india.asApp("INSERT INTO shop.orders VALUES ('refused', '')")).rejects.toThrow();
  const [starts] = [seen(india).starts];
  await cluster.start([singapore, indonesia]);
  await india.synced();
  expect(seen(india).starts).toBe(starts);
  await expectOneCluster();
  expect(await india.query("SELECT COUNT(*) FROM shop.orders WHERE id = 'refused'")).toBe("0");
});

test("all killed under writes: they find back into one cluster by themselves", async () => {
  await write(indonesia, 10);
  await Promise.all(cluster.nodes.map((node) => node.kill()));
  await cluster.start([india, indonesia, singapore]);
  expect(cluster.nodes.map((node) => node.decision())).toEqual(["rejoin", "rejoin", "rejoin"]);
  await expectOneCluster();
});

test("one killed, the others stopped, all started in the wrong order: only the last one begins", async () => {
  await indonesia.kill();
  // Until its silence has lasted long enough it counts: one of two would be no quorum.
  await eventually(async () => (await india.status()).wsrep_cluster_size === "2");
  await write(india, 1);
  await singapore.stop();
  await india.synced();
  await write(india, 5);
  await india.stop();
  await indonesia.start();
  await singapore.start();
  await sleep(4_000);
  expect(singapore.decision()).toBe("wait");
  expect((await indonesia.status()).wsrep_cluster_status ?? "down").not.toBe("Primary");
  await india.start();
  await Promise.all(cluster.nodes.map((node) => node.synced()));
  expect(india.decision()).toBe("begin-as-last");
  await expectOneCluster();
});

test("designated node with a new disk: never a second cluster, it takes a full copy by TLS", async () => {
  await indonesia.kill();
  await indonesia.emptyDisk();
  await write(singapore, 10);
  await cluster.start([indonesia]);
  expect(indonesia.decision()).toBe("join-by-full-copy");
  expect(indonesia.journal()).toMatch(/openssl-listen:4444/);
  await expectOneCluster();
});

test("a full copy that takes its time is not broken off: who takes it is in the view of those that serve", async () => {
  const donor = await fillNewDisk(indonesia);
  const before = restarts(indonesia);
  const copies = await backupProcesses(donor);
  for (const pid of copies) process.kill(pid, "SIGSTOP");
  await sleep(3 * STUCK_MS);
  expect([savedView(donor).length, restarts(indonesia)]).toEqual([3, before]);
  for (const pid of copies) process.kill(pid, "SIGCONT");
  await indonesia.synced();
  await expectOneCluster();
});

test("all killed while a new disk is filled: the new one goes back to those that wait for it, and is filled", async () => {
  await fillNewDisk(indonesia);
  await Promise.all(cluster.nodes.map((node) => node.kill()));
  const waits = () => singapore.journal().match(/restore pc from disk successfully/g)?.length ?? 0;
  const before = waits();
  singapore.start();
  // While it recovers its position, it has a port that looks like one that serves.
  await eventually(() => waits() > before);
  indonesia.start();
  await eventually(() => /^rejoin-without-data: /m.test(indonesia.journal()));
  await sleep(15_000);
  // The third may serve somewhere out of sight.
  const states = await Promise.all([indonesia, singapore].map((node) => node.status()));
  expect(states.filter(({ wsrep_cluster_status: status }) => status === "Primary")).toEqual([]);
  await cluster.start([india]);
  await Promise.all(cluster.nodes.map((node) => node.synced()));
  await expectOneCluster();
});

test("a donor hangs, the others go on without it, and all are killed: it waits until they have found each other", async () => {
  const donor = await fillNewDisk(indonesia);
  donor.signal("SIGSTOP");
  const third = cluster.nodes.find((node) => node !== donor && node !== indonesia) ?? india;
  await eventually(() => savedView(third).length === 2);
  await Promise.all(cluster.nodes.map((node) => node.kill()));
  await cluster.start();
  await expectOneCluster();
});

test("… and the new disk is lost as well: all wait for a person, whose order is enough", async () => {
  await fillNewDisk(indonesia);
  await Promise.all(cluster.nodes.map((node) => node.kill()));
  await indonesia.emptyDisk();
  for (const node of cluster.nodes) node.start();
  await eventually(() => indonesia.metrics("galera-health").database_start_waiting === 1);
  await eventually(async () => (await india.healthAnswer()) === `503 ${india.name} down`);
  await Promise.all(cluster.nodes.map((node) => node.kill()));
  const positions = await Promise.all(
    [singapore, india].map((node) => node.run("/usr/local/sbin/galera-start --position")),
  );
  expect(positions.map(({ code }) => code)).toEqual([0, 0]);
  expect((await india.run("/usr/local/sbin/galera-start --begin-cluster")).code).toBe(0);
  await cluster.start();
  await expectOneCluster();
});

test("one down, another one's disk lost: the third, which never stopped, begins once it has seen both", async () => {
  await write(india, 5);
  await indonesia.kill();
  await write(india, 5);
  await singapore.kill();
  await singapore.emptyDisk();
  singapore.start();
  await eventually(async () => (await india.healthAnswer()) === `503 ${india.name} no-quorum`);
  await sleep(30_000);
  expect((await india.status()).wsrep_cluster_status).not.toBe("Primary");
  const { starts } = seen(india);
  await cluster.start([indonesia]);
  await Promise.all(cluster.nodes.map((node) => node.synced()));
  expect(india.journal()).toMatch(/for want of a lost disk or of a member that stopped/);
  expect(seen(india).starts).toBe(starts);
  await expectOneCluster();
});

test("one crashes while another one stops in order: the third, which never stopped, begins once it has seen both", async () => {
  await write(india, 5);
  // Killed before the others could agree that the crashed one is gone.
  indonesia.signal("SIGSTOP");
  await singapore.stop();
  await indonesia.kill();
  await eventually(async () => (await india.healthAnswer()) === `503 ${india.name} no-quorum`);
  const { starts } = seen(india);
  await cluster.start([indonesia, singapore]);
  await Promise.all(cluster.nodes.map((node) => node.synced()));
  expect(seen(india).starts).toBe(starts);
  await expectOneCluster();
});

test("a person's order after a crash of all: the others take its copy, though their saved view is another", async () => {
  await Promise.all(cluster.nodes.map((node) => node.kill()));
  expect((await india.run("/usr/local/sbin/galera-start --begin-cluster")).code).toBe(0);
  await cluster.start();
  expect(india.decision()).toBe("begin-by-order");
  await expectOneCluster();
});

test("no secret in a log, an argument's echo or a file that others may read", () => {
  const [ca = ""] = cluster.cloud.secrets.get(SECRETS.ca) ?? [];
  const key = /-----BEGIN PRIVATE KEY-----\n(.+)\n/.exec(ca)?.[1] ?? "";
  for (const node of cluster.nodes) {
    for (const secret of [cluster.password(), key, cluster.cloud.token]) {
      expect(secret.length).toBeGreaterThan(30);
      expect(node.journal().includes(secret)).toBe(false);
    }
  }
});

async function write(node: DatabaseNode, rows: number): Promise<void> {
  for (let row = 0; row < rows; row += 1) {
    const id = `${node.name}-${acknowledged.length}`;
    await node.asApp(`INSERT INTO shop.orders VALUES ('${id}', REPEAT('x', 200))`);
    acknowledged.push(id);
  }
}

/** One primary component of three, every acknowledged row on each of them, and equal tables. */
async function expectOneCluster(): Promise<void> {
  const states = await Promise.all(cluster.nodes.map((node) => node.status()));
  expect(states.map(({ wsrep_cluster_size: size }) => size)).toEqual(["3", "3", "3"]);
  expect(new Set(states.map(({ wsrep_cluster_state_uuid: uuid }) => uuid)).size).toBe(1);
  if (acknowledged.length === 0) return;
  const read = (node: DatabaseNode, statement: string) => node.query(`SET SESSION wsrep_sync_wait = 1; ${statement}`);
  for (const node of cluster.nodes) {
    const rows = new Set((await read(node, "SELECT id FROM shop.orders")).split("\n"));
    expect(acknowledged.filter((id) => !rows.has(id))).toEqual([]);
  }
  const sums = await Promise.all(cluster.nodes.map((node) => read(node, "CHECKSUM TABLE shop.orders")));
  expect(new Set(sums).size).toBe(1);
}

/** Gives a node a new disk. Resolves to its donor once the copy has begun. */
async function fillNewDisk(node: DatabaseNode): Promise<DatabaseNode> {
  await node.kill();
  await node.emptyDisk();
  node.start();
  let donor: DatabaseNode | undefined;
  await eventually(async () => {
    const states = await Promise.all(cluster.nodes.map((each) => each.status()));
    donor = cluster.nodes.find((_, index) => states[index]?.wsrep_local_state_comment?.startsWith("Donor"));
    return donor !== undefined;
  });
  if (!donor) throw new Error("no node is a donor");
  return donor;
}

/** The processes of the donor that read its files for the copy. */
async function backupProcesses(donor: DatabaseNode): Promise<number[]> {
  let found: number[] = [];
  await eventually(() => {
    found = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return words[0]?.endsWith("mariadb-backup") && words.some((word) => word.includes(donor.root));
      })
      .map(Number);
    return found.length > 0;
  });
  return found;
}

/** How often its watch killed a node's server. */
function restarts(node: DatabaseNode): string | undefined {
  const metrics = readFileSync(join(node.root, "var/lib/prometheus/node-exporter/galera-health.prom"), "utf8");
  return /^database_watch_restarts_total (\d+)$/m.exec(metrics)?.[1];
}

/** Members of the last group with a quorum that a node was in. */
function savedView(node: DatabaseNode): string[] {
  return readFileSync(join(node.root, "var/lib/database/mysql/gvwstate.dat"), "utf8").match(/^member: .+/gm) ?? [];
}

function initializedBy(node: DatabaseNode): string {
  return readFileSync(join(node.root, "var/lib/database/initialized"), "utf8").trim();
}

/** How often a node took a full copy and how often its server became ready, as its log has it. */
function seen(node: DatabaseNode): { copies: number; starts: number } {
  const count = (words: RegExp) => node.journal().match(words)?.length ?? 0;
  return { copies: count(/Proceeding with SST/g), starts: count(/ready for connections\.$/gm) };
}

async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 600_000;
  for (;;) {
    if (await (async () => condition())().catch(() => false)) return;
    if (Date.now() > deadline) throw new Error("this did not come true within 10 minutes");
    await sleep(200);
  }
}
