import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BUCKET, DatabaseCluster, type DatabaseNode } from "../../support/database-machine";

const BACKUP = "/usr/local/sbin/galera-backup";
const SUM = "CHECKSUM TABLE shop.orders";

let cluster: DatabaseCluster;
let indonesia: DatabaseNode;
let singapore: DatabaseNode;
let india: DatabaseNode;
/** The last second in which all was well, and what the table held then. */
let moment: string;
let sum: string;

const objects = (prefix: string) =>
  [...cluster.cloud.objects.keys()].filter((name) => name.startsWith(`${BUCKET}/${prefix}`)).sort();
const backup = () => objects("india-1/").at(-1)?.slice(`${BUCKET}/`.length, -".mbstream.zst".length) ?? "";
const shipped = (node: DatabaseNode) => objects(`logs/${node.name}/`);

async function ship(): Promise<void> {
  for (const node of cluster.nodes) {
    const { code, log } = await node.run(`${BACKUP} ship`);
    if (code !== 0) throw new Error(log);
  }
}

const folderOf = (folder: string) => join(indonesia.root, "var/lib/database", folder);

const restore = (folder: string, ...more: string[]) =>
  indonesia.run([BACKUP, "restore", BUCKET, backup(), folderOf(folder), ...more].join(" "), "root", {
    RESTORE_POOL: "128M",
  });

/** What a server of its own says about data that nobody else has open. */
function ask(folder: string, statement: string): string {
  const [data, socket] = [folderOf(folder), join(folderOf(folder), "asked.sock")];
  const script = `set -e
mariadbd --no-defaults --user=mysql --datadir=${data} --skip-networking --socket=${socket} &
until mariadb-admin --no-defaults --socket=${socket} --silent ping >/dev/null; do kill -0 $!; sleep 0.2; done
mariadb --no-defaults --socket=${socket} -BN -e '${statement}'
mariadb-admin --no-defaults --socket=${socket} shutdown
wait`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
}

beforeAll(async () => {
  cluster = await DatabaseCluster.create();
  [indonesia, singapore, india] = cluster.nodes;
  await cluster.start();
  for (let second = 0; cluster.password() === ""; second += 1) {
    if (second > 60) throw new Error(indonesia.journal(40));
    await sleep(1_000);
  }
  // The accounts of each node's own scripts are there.
  for (const node of cluster.nodes) await node.run("/usr/local/sbin/galera-credentials accounts");
  await indonesia.query("CREATE DATABASE IF NOT EXISTS shop");
  await indonesia.query("CREATE TABLE shop.orders (id INT PRIMARY KEY, body VARCHAR(200))");
  await indonesia.query("INSERT INTO shop.orders SELECT seq, SHA2(seq, 512) FROM shop.seq_1_to_5000");
  const { code, log } = await india.run(`${BACKUP} --now`);
  if (code !== 0) throw new Error(log);

  // After the backup: every country writes, the schema changes, and logs are sent in between.
  for (const [index, node] of cluster.nodes.entries()) {
    const first = 10_000 * (index + 1);
    await node.query(`INSERT INTO shop.orders SELECT seq, SHA2(seq, 512) FROM shop.seq_${first}_to_${first + 99}`);
    await ship();
  }
  await singapore.query("ALTER TABLE shop.orders ADD COLUMN country VARCHAR(20) DEFAULT 'none'");
  await singapore.query("UPDATE shop.orders SET country = 'singapore' WHERE id >= 20000 AND id < 30000");
  await sleep(2_000);
  sum = await india.query(`SET SESSION wsrep_sync_wait = 1; ${SUM}`);
  if (!/\t[1-9]\d*$/.test(sum)) throw new Error(`no checksum: ${sum}`);
  moment = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace(".000", "");
  await sleep(2_000);
  await indonesia.query("DELETE FROM shop.orders WHERE id > 100");
  await sleep(1_100);
  await ship();
});

afterAll(() => cluster.remove());

test("what is sent is no longer on the node's disk", async () => {
  for (const node of cluster.nodes) {
    expect(shipped(node).length).toBeGreaterThanOrEqual(4);
    expect((await node.query("SHOW BINARY LOGS")).split("\n")).toHaveLength(1);
    expect(node.metrics("galera-logs")).toEqual({ database_log_shipped_timestamp_seconds: expect.any(Number) });
  }
});

test("the data as of the moment before a mistaken DELETE comes back, from the backup's own node's logs", async () => {
  const { code, log } = await restore("before", moment);
  expect(log).toMatch(/replayed \d+ binary logs of india-1/);
  expect(code).toBe(0);
  expect(ask("before", SUM)).toBe(sum);
  expect(ask("before", "SELECT COUNT(*) FROM shop.orders")).toBe("5300");
});

test("another node's logs continue it just as well", async () => {
  const { code, log } = await restore("other", moment, "singapore-1");
  expect(log).toMatch(/replayed \d+ binary logs of singapore-1/);
  expect(code).toBe(0);
  expect(ask("other", SUM)).toBe(sum);
});

test("the backup alone lacks what came after it", async () => {
  expect((await restore("alone")).code).toBe(0);
  expect(ask("alone", "SELECT COUNT(*) FROM shop.orders")).toBe("5000");
});

test("a moment that no log reaches is refused, with the remedy", async () => {
  const { code, log } = await restore("later", new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, ""));
  expect(log).toContain("name an earlier moment or another node");
  expect(code).toBe(4);
});

test("a log that is missing in between is not passed over", async () => {
  const gone = shipped(singapore)[2] ?? "";
  const text = cluster.cloud.objects.get(gone) ?? Buffer.alloc(0);
  cluster.cloud.objects.delete(gone);
  const { code, log } = await restore("gap", moment, "singapore-1");
  cluster.cloud.objects.set(gone, text);
  expect(log).toContain("a binary log of singapore-1 is missing");
  expect(code).toBe(5);
});

test("while the bucket is away logs stay, and are sent once it is back", async () => {
  const before = shipped(india);
  cluster.cloud.brokenPieces = 100;
  await india.query("INSERT INTO shop.orders (id, body) VALUES (77777, 'kept')");
  expect((await india.run(`${BACKUP} ship`)).code).toBe(4);
  expect((await india.query("SHOW BINARY LOGS")).split("\n").length).toBeGreaterThan(1);
  cluster.cloud.brokenPieces = 0;
  expect((await india.run(`${BACKUP} ship`)).code).toBe(0);
  expect(shipped(india).length).toBe(before.length + 2);
});

test("the node of the lowest rank reads the latest backup back, and leaves nothing behind", async () => {
  expect(await singapore.run(`${BACKUP} check`)).toMatchObject({
    code: 0,
    log: expect.stringContaining("lowest rank"),
  });
  const { code, log } = await indonesia.run(`${BACKUP} check`, "root", { RESTORE_POOL: "128M" });
  expect(log).toMatch(/was restored, continued and read in \d+ s/);
  expect(code).toBe(0);
  expect(existsSync(join(indonesia.root, "var/lib/database/check"))).toBe(false);
  const checked = indonesia.metrics("galera-check").database_backup_checked_timestamp_seconds;
  expect(checked).toBe(india.metrics("galera-backup-newest").database_backup_newest_timestamp_seconds);
});

test("a cluster begins from a moment, and the others follow it", async () => {
  await Promise.all(cluster.nodes.map((node) => node.stop()));
  const disk = join(indonesia.root, "var/lib/database");
  execFileSync("mv", [join(disk, "mysql"), join(disk, "lost")]);
  execFileSync("mv", [folderOf("before"), join(disk, "mysql")]);
  execFileSync("chown", ["-R", "mysql:mysql", join(disk, "mysql")]);
  expect((await indonesia.run("/usr/local/sbin/galera-start --begin-cluster")).code).toBe(0);
  await cluster.start([indonesia]);
  await cluster.start([singapore]);
  expect(await singapore.query(SUM)).toBe(sum);
  expect((await singapore.run(`${BACKUP} ship`)).code).toBe(0);
});
