import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { DATABASE_PORTS } from "../../../config/ports";
import { DatabaseCluster, type DatabaseNode } from "../../support/database-machine";

// What most apps do: read a row, compute, write it back, in a transaction of its own and with no lock. Whoever is told to
// repeat it repeats it. Every increment that was acknowledged must then be in the sum.

/** Another transaction was first (Galera), or the row was changed since it was read (snapshot isolation). */
const REPEAT: readonly unknown[] = [1213, 1020];
const INCREMENTS = 40;

let cluster: DatabaseCluster;

beforeAll(async () => {
  cluster = await DatabaseCluster.create();
  await cluster.start();
  await cluster.nodes[0].asApp("CREATE TABLE shop.stock (id INT PRIMARY KEY, amount INT NOT NULL)");
});
afterAll(() => cluster.remove());

test.each([
  ["one country", [0, 0, 0, 0]],
  ["two countries", [0, 0, 1, 1]],
  ["three countries", [0, 1, 2]],
])("clients of %s that read, compute and write one row lose no update", async (_, places) => {
  const row = places.length * 10 + Math.max(...places);
  const nodes = places.map((place) => cluster.nodes[place] as DatabaseNode);
  await nodes[0]?.asApp(`INSERT INTO shop.stock VALUES (${row}, 0)`);
  const repeated = await Promise.all(nodes.map((node) => increment(node, row)));
  const amounts = cluster.nodes.map((node) => amountOf(node, row));
  expect(await Promise.all(amounts)).toEqual(cluster.nodes.map(() => String(places.length * INCREMENTS)));
  // They were in each other's way, or nothing was shown.
  expect(repeated.reduce((sum, count) => sum + count)).toBeGreaterThan(0);
});

/** Adds one, as often as is said above. Resolves to how often a transaction had to be repeated. */
async function increment(node: DatabaseNode, row: number): Promise<number> {
  const connection = await appConnection(node);
  let repeated = 0;
  try {
    for (let done = 0; done < INCREMENTS; ) {
      try {
        await connection.beginTransaction();
        const [[read]] = await connection.query<RowDataPacket[]>("SELECT amount FROM stock WHERE id = ?", [row]);
        await connection.query("UPDATE stock SET amount = ? WHERE id = ?", [read?.amount + 1, row]);
        await connection.commit();
        done += 1;
      } catch (error) {
        if (!REPEAT.includes((error as { errno?: number }).errno)) throw error;
        repeated += 1;
        await connection.rollback();
      }
    }
  } finally {
    connection.destroy();
  }
  return repeated;
}

function appConnection({ address, root }: DatabaseNode) {
  return createConnection({
    ...{ host: address, user: "shop", password: cluster.password(), database: "shop" },
    stream: () => connect(DATABASE_PORTS.client, address),
    ssl: { ca: readFileSync(join(root, "etc/database/tls/ca.pem"), "utf8"), rejectUnauthorized: true },
  });
}

/** Once the node has all that any node has acknowledged. */
function amountOf(node: DatabaseNode, row: number): Promise<string> {
  return node.query(`SET SESSION wsrep_sync_wait = 1; SELECT amount FROM shop.stock WHERE id = ${row}`);
}
