import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DATABASE_PORTS } from "../../../config/ports";
import { BUCKET, DatabaseCluster, type DatabaseNode } from "../../support/database-machine";

const BACKUP = "/usr/local/sbin/galera-backup";

// The designated node alone: it is a cluster of one.
let cluster: DatabaseCluster;
let node: DatabaseNode;
let sum: string;

beforeAll(async () => {
  cluster = await DatabaseCluster.create();
  [node] = cluster.nodes;
  await cluster.start([node]);
  for (
    let second = 0;
    (await node.healthAnswer()) !== `200 ${node.name} synced` || cluster.password() === "";
    second += 1
  ) {
    if (second > 30) throw new Error(node.journal(40));
    await sleep(1_000);
  }
  await node.query("CREATE DATABASE IF NOT EXISTS shop");
  await node.query("CREATE TABLE shop.orders (id INT PRIMARY KEY, body VARCHAR(200))");
  await node.query("INSERT INTO shop.orders SELECT seq, SHA2(seq, 512) FROM shop.seq_1_to_20000");
  sum = await node.query("CHECKSUM TABLE shop.orders");
  if (!/\t[1-9]\d*$/.test(sum)) throw new Error(`no checksum of rows: ${sum}`);
});

afterAll(() => cluster.remove());

const objects = () => [...cluster.cloud.objects.keys()];
const latest = () => objects().at(-1)?.slice(`${BUCKET}/`.length, -".json".length) ?? "";

test("a backup is taken while the node serves, in pieces, each of them again when it was lost", async () => {
  cluster.cloud.brokenPieces = 2;
  const { code, log } = await node.run(BACKUP, "root", { PIECE_BYTES: String(512 * 1024) });
  expect(log).toMatch(/attempt 2 of 5/);
  expect(code).toBe(0);
  expect(objects()).toEqual([
    expect.stringMatching(/^shop-backups\/indonesia-1\/\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.mbstream\.zst$/),
    expect.stringMatching(/\.json$/),
  ]);
  const pieces = cluster.cloud.requests.filter((request) => request.startsWith("PUT /upload/"));
  expect(pieces.length).toBeGreaterThan(3);
  expect(node.metrics("galera-backup")).toEqual({
    database_backup_bytes: cluster.cloud.objects.get(objects()[0] ?? "")?.length,
    database_backup_seconds: expect.any(Number),
  });
});

test("a node tells of the newest backup in the bucket, whoever made it; one that was cut off is none", async () => {
  const made = (time: string) => `${BUCKET}/singapore-1/${time}`;
  cluster.cloud.objects.set(`${made("2099-11-22T19-30-05Z")}.json`, Buffer.from("{}"));
  cluster.cloud.objects.set(`${made("2099-11-23T19-30-05Z")}.mbstream.zst`, Buffer.from("half"));
  expect((await node.run(`${BACKUP} newest`)).code).toBe(0);
  expect(node.metrics("galera-backup-newest")).toEqual({
    database_backup_newest_timestamp_seconds: Date.UTC(2099, 10, 22, 19, 30, 5) / 1000,
  });
  for (const object of [`${made("2099-11-22T19-30-05Z")}.json`, `${made("2099-11-23T19-30-05Z")}.mbstream.zst`]) {
    cluster.cloud.objects.delete(object);
  }
});

test("a node of a higher rank is synced: that one backs up", async () => {
  const { address } = cluster.nodes[2];
  const other = createServer((_, response) => response.end("synced"));
  await new Promise<void>((resolve) => other.listen(DATABASE_PORTS.health, address, resolve));
  expect(await node.run(BACKUP)).toEqual({ code: 0, log: `${address} backs up\n` });
  expect(objects()).toHaveLength(2);
  other.close();
});

test("restored into an empty folder, a cluster begins from it by a person's order and has the same rows", async () => {
  const folder = join(node.root, "var/lib/database/restored");
  await node.query("DELETE FROM shop.orders WHERE id > 100");
  const { code, log } = await node.run(`${BACKUP} restore ${BUCKET} ${latest()} ${folder}`);
  expect(log).toMatch(/restored holds indonesia-1\/.* at [-0-9a-f]+:\d+/);
  expect(code).toBe(0);
  await node.stop();
  execFileSync("mv", [join(folder, "../mysql"), join(folder, "../before")]);
  execFileSync("mv", [folder, join(folder, "../mysql")]);
  expect((await node.run("/usr/local/sbin/galera-start --begin-cluster")).code).toBe(0);
  await cluster.start([node]);
  expect(node.decision()).toBe("begin-by-order");
  expect(await node.query("CHECKSUM TABLE shop.orders")).toBe(sum);
});

test("a folder that holds something is refused and left as it is", async () => {
  const folder = join(node.root, "full");
  mkdirSync(folder);
  writeFileSync(join(folder, "precious"), "");
  expect((await node.run(`${BACKUP} restore ${BUCKET} ${latest()} ${folder}`)).code).toBe(6);
  expect(readdirSync(folder)).toEqual(["precious"]);
});

test("a backup that was damaged is refused before it is unpacked", async () => {
  const key = `${BUCKET}/${latest()}.mbstream.zst`;
  const good = cluster.cloud.objects.get(key) ?? Buffer.alloc(0);
  cluster.cloud.objects.set(key, Buffer.concat([good.subarray(0, -1), Buffer.from([good.length % 7])]));
  const folder = join(node.root, "damaged");
  expect(await node.run(`${BACKUP} restore ${BUCKET} ${latest()} ${folder}`)).toMatchObject({
    code: 5,
    log: expect.stringContaining("is damaged"),
  });
  expect(readdirSync(folder)).toEqual([]);
  expect(existsSync(`${folder}.download`)).toBe(false);
  cluster.cloud.objects.set(key, good);
});

test("one that was cut off is not offered: what is written last is missing", async () => {
  cluster.cloud.objects.set(`${BUCKET}/indonesia-1/2020-01-01T00-00-00Z.mbstream.zst`, Buffer.alloc(1));
  const child = node.run(`${BACKUP} restore ${BUCKET} indonesia-1/2020-01-01T00-00-00Z ${join(node.root, "cut")}`);
  expect(await child).toMatchObject({ code: 4, log: expect.stringContaining("is not whole") });
});

test("bucket away: exit code 4, no metric of a success", async () => {
  cluster.cloud.brokenPieces = 100;
  const before = node.metrics("galera-backup");
  expect((await node.run(`${BACKUP} --now`)).code).toBe(4);
  expect(node.metrics("galera-backup")).toEqual(before);
  cluster.cloud.brokenPieces = 0;
});

test("server away: exit code 7, and what was written is not offered", async () => {
  await node.stop();
  expect((await node.run(`${BACKUP} --now`)).code).toBe(7);
  expect(objects().filter((name) => name.endsWith(".json"))).toHaveLength(1);
});
