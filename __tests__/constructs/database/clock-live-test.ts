import { setTimeout as sleep } from "node:timers/promises";
import type { OwnClock } from "../../../drill/data/own-clock";
import { DatabaseCluster, type DatabaseNode } from "../../support/database-machine";

// One node's clock is wrong. Its certificates are hours old, as in the first days of a cluster.
const DAY = 86_400;
/** Until every program of the node has read its clock. */
const SEEN_MS = 12_000;

let cluster: DatabaseCluster;
let india: DatabaseNode;
let clock: OwnClock;
let count = 0;

beforeAll(async () => {
  cluster = await DatabaseCluster.create();
  india = cluster.nodes[2];
  clock = india.useOwnClock();
  await cluster.start();
  await india.asApp("CREATE TABLE shop.orders (id INT PRIMARY KEY)");
});
afterAll(() => cluster.remove());

test.each([
  ["jumps two days ahead", 2 * DAY],
  ["jumps back and is right again", 0],
])("the clock of a node %s: it stays a member, and nobody is killed", async (_, seconds) => {
  const started = starts();
  clock.set(seconds);
  await sleep(SEEN_MS);
  expect(Math.abs((await secondsAhead()) - seconds)).toBeLessThan(60);
  await expectOneCluster();
  expect(starts()).toBe(started);
});

test.each([
  ["two days ahead", 2 * DAY],
  ["an hour behind", -3600],
])("killed with a clock that is %s, it comes back", async (_, seconds) => {
  clock.set(seconds);
  india.signal("SIGKILL");
  await cluster.nodes[0].asApp(`INSERT INTO shop.orders VALUES (${++count})`);
  await sleep(1_000);
  await india.synced();
  expect(india.decision()).toBe("rejoin");
  await expectOneCluster();
});

test.each([
  ["two days behind: others' certificates hold from a day ago", -2 * DAY, "is not yet valid"],
  ["so far ahead that its own was renewed from the future", 100 * DAY, "has expired"],
])(
  "with a clock %s, it stays out, says so, and comes back by itself once the clock is right",
  async (_, seconds, words) => {
    clock.set(seconds);
    india.signal("SIGKILL");
    const refused = () => india.journal().split(`certificate verify failed: certificate ${words}`).length;
    for (const before = refused(); refused() === before; ) await sleep(200);
    const [indonesia] = cluster.nodes;
    // The others wait until its silence has lasted long enough.
    while ((await indonesia.status()).wsrep_cluster_size !== "2") await sleep(200);
    await indonesia.asApp(`INSERT INTO shop.orders VALUES (${++count})`);
    while ((await india.healthAnswer().catch(() => "")) !== `503 ${india.name} down`) await sleep(200);
    clock.set(0);
    // Once refused, Galera does not try again: the server is restarted.
    await india.synced();
    await expectOneCluster();
  },
);

/** Every node takes a write, and has all. */
async function expectOneCluster(): Promise<void> {
  for (const node of cluster.nodes) {
    expect((await node.status()).wsrep_cluster_size).toBe("3");
    await node.asApp(`INSERT INTO shop.orders VALUES (${++count})`);
  }
  const rows = "SET SESSION wsrep_sync_wait = 1; SELECT COUNT(*) FROM shop.orders";
  expect(await Promise.all(cluster.nodes.map((node) => node.query(rows)))).toEqual(
    cluster.nodes.map(() => String(count)),
  );
}

function starts(): number {
  return india.journal().match(/mariadbd: ready for connections/g)?.length ?? 0;
}

async function secondsAhead(): Promise<number> {
  const [own = 0, right = 0] = await Promise.all(
    [india, cluster.nodes[0]].map(async (node) => Number(await node.query("SELECT UNIX_TIMESTAMP()"))),
  );
  return own - right;
}
