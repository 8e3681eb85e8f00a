import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseCluster, type DatabaseNode } from "../../support/database-machine";

const ALTER = "/usr/local/sbin/galera-alter";
const INDEX = ["here", "orders", "ADD INDEX by_country (country)"];

let cluster: DatabaseCluster;
let indonesia: DatabaseNode;
let singapore: DatabaseNode;

/** Arguments with spaces, as a shell gives them. */
const alter = (node: DatabaseNode, ...args: string[]) => node.run(ALTER, "root", { DRAIN_SECONDS: "2" }, args);
const definition = (node: DatabaseNode) => node.query("SET wsrep_sync_wait = 15; SHOW CREATE TABLE shop.orders");
const inService = async (node: DatabaseNode) => {
  for (let second = 0; (await node.healthAnswer().catch(() => "")) !== `200 ${node.name} synced`; second += 1) {
    if (second > 60) throw new Error(node.journal(40));
    await sleep(1_000);
  }
};

beforeAll(async () => {
  cluster = await DatabaseCluster.create();
  [indonesia, singapore] = cluster.nodes;
  await cluster.start();
  await Promise.all(cluster.nodes.map(inService));
  await indonesia.query("CREATE DATABASE IF NOT EXISTS shop");
  await indonesia.query("CREATE TABLE shop.orders (id INT PRIMARY KEY, country VARCHAR(20), body VARCHAR(200))");
  await indonesia.query("INSERT INTO shop.orders SELECT seq, 'india', SHA2(seq, 512) FROM shop.seq_1_to_20000");
});
afterAll(() => cluster.remove());

test("a column is added on every node at once, touching no row", async () => {
  const { code, log } = await alter(indonesia, "instant", "orders", "ADD COLUMN note VARCHAR(200) DEFAULT ''");
  expect(log).toContain("orders is changed on every node");
  expect(code).toBe(0);
  for (const node of cluster.nodes) expect(await definition(node)).toContain("`note`");
});

test.each(["ADD INDEX by_body (body)", "MODIFY country VARCHAR(30) NOT NULL", "MODIFY id BIGINT"])(
  "what touches rows is refused instead of holding up every write: %s",
  async (change) => {
    const before = await definition(indonesia);
    const { code, log } = await alter(indonesia, "instant", "orders", change);
    expect(log).toContain("this change was refused, nothing is changed");
    expect(code).toBe(1);
    for (const node of cluster.nodes) expect(await definition(node)).toBe(before);
  },
);

test.each([
  "ADD UNIQUE INDEX one (body)",
  "DROP COLUMN note",
  "ADD INDEX a (body), DROP COLUMN note",
  "MODIFY id BIGINT",
])("what nodes could not apply to each other is refused on one alone: %s", async (change) => {
  expect(await alter(indonesia, "here", "orders", change)).toMatchObject({
    code: 2,
    log: expect.stringContaining("on all nodes at once only"),
  });
  expect(await indonesia.healthAnswer()).toBe(`200 ${indonesia.name} synced`);
});

test("an index is built on one node after another, while the others write and every row arrives", async () => {
  for (const [turn, node] of cluster.nodes.entries()) {
    const others = cluster.nodes.filter((other) => other !== node);
    const [answers, written] = [new Set<string>(), { rows: 0 }];
    const ended = { yes: false };
    const write = (async () => {
      while (!ended.yes) {
        const id = 100_000 * (turn + 1) + written.rows;
        await others[0]?.asApp(`INSERT INTO shop.orders VALUES (${id}, 'indonesia', 'meanwhile', '')`);
        written.rows += 1;
        answers.add(await node.healthAnswer());
      }
    })();
    const { code, log } = await alter(node, ...INDEX);
    ended.yes = true;
    await write;
    expect(log).toMatch(/apps are led elsewhere\n(.*\n)*.*changed on this node alone.*\n.*takes writes again/);
    expect(code).toBe(0);
    expect(written.rows).toBeGreaterThan(0);
    expect([...answers]).toContain(`503 ${node.name} read-only`);
    expect(await definition(node)).toContain("by_country");
    await inService(node);
    const counts = cluster.nodes.map((one) => one.query("SET wsrep_sync_wait = 1; SELECT COUNT(*) FROM shop.orders"));
    expect(new Set(await Promise.all(counts)).size).toBe(1);
  }
  const definitions = await Promise.all(cluster.nodes.map(definition));
  expect(new Set(definitions).size).toBe(1);
});

test("what is there already is left alone", async () => {
  expect(await alter(indonesia, ...INDEX)).toEqual({ code: 0, log: "there already: ADD INDEX by_country (country)\n" });
});

test("no second node goes out of service while one is away", async () => {
  await singapore.kill();
  await sleep(5_000);
  const { code, log } = await alter(indonesia, "here", "orders", "DROP INDEX by_country");
  expect(log).toContain("the cluster is not whole");
  expect(code).toBe(75);
  expect(await definition(indonesia)).toContain("by_country");
});
