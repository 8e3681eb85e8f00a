import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseCluster } from "../support/database-machine";

test("machines that boot at the same time each become themselves", async () => {
  const cluster = await DatabaseCluster.create();
  try {
    await Promise.all(cluster.nodes.map((node) => node.boot()));
    const settings = cluster.nodes.map(({ root }) => readFileSync(join(root, "etc/default/database"), "utf8"));
    const became = settings.map((text) => /^DATABASE_NODE=["']?([^"'\n]+)/m.exec(text)?.[1]);
    expect(became).toEqual(cluster.nodes.map(({ name }) => name));
  } finally {
    await cluster.remove();
  }
});
