import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseCluster, type DatabaseNode } from "../../support/database-machine";

// The designated node alone: it is a cluster of one.
let cluster: DatabaseCluster;
let node: DatabaseNode;

beforeAll(async () => {
  cluster = await DatabaseCluster.create();
  [node] = cluster.nodes;
  await cluster.start([node]);
  await answers("200 indonesia-1 synced");
});

afterAll(() => cluster.remove());

test("read-only: 503 with the reason", async () => {
  await node.query("SET GLOBAL read_only = ON");
  expect(await node.healthAnswer()).toBe("503 indonesia-1 read-only");
  await node.query("SET GLOBAL read_only = OFF");
  expect(await node.healthAnswer()).toBe("200 indonesia-1 synced");
});

test("server that hangs: an answer all the same", async () => {
  node.signal("SIGSTOP");
  expect(await node.healthAnswer()).toBe("503 indonesia-1 hangs");
  node.signal("SIGCONT");
  await answers("200 indonesia-1 synced");
});

test("watch: what leaves the group or hangs is killed and comes back, the metrics say so", async () => {
  const watch = node.watch({ OUT_OF_GROUP_SECONDS: "2", HANG_SECONDS: "3", WATCH_SECONDS: "0.3" });
  try {
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
  } finally {
    watch.kill();
  }
});

test("server down: 503, and a node that waits says so in its metrics", async () => {
  await node.kill();
  await cluster.nodes[1].start();
  await until(
    () =>
      cluster.nodes[1].journal().includes("the designated node makes it when it initializes the cluster") || waits(),
  );
  expect(await cluster.nodes[1].healthAnswer()).toBe("503 singapore-1 down");
  const watch = cluster.nodes[1].watch({ WATCH_SECONDS: "0.3" });
  await until(() => cluster.nodes[1].metrics("galera-health").database_start_waiting === 1);
  watch.kill();
});

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
