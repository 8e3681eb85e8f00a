import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { stackFile } from "../../tools/synthesized/stacks";
import { broken, runDrill } from "./drill-run";
import { writeSynthesized } from "./synthesized-input";

let out: string;
beforeEach(() => {
  out = writeSynthesized("haproxy-cfg");
});
afterEach(() => rmSync(out, { recursive: true, force: true }));

test("a node that is killed while another rejoins is started again, and costs no confirmed message", async () => {
  const run = await runDrill("queue", out, "--fault", "killed-again");
  expect({ broken: broken(run), status: run.status }).toEqual({ broken: [], status: 0 });
});

test("the drill names messages that are dropped when workers return them too often", async () => {
  const file = stackFile(out, "region-indonesia");
  const synthesized = readFileSync(file, "utf8");
  const dropping = synthesized.replace(/\\n *\\"x-dead-letter-[a-z-]+\\": \\"[a-z-]*\\",/g, "");
  expect(dropping.length).toBeLessThan(synthesized.length);
  writeFileSync(file, dropping);
  const run = await runDrill("queue", out, "--country", "indonesia", "--fault", "returned");
  expect(broken(run)).toEqual(expect.arrayContaining(["no-confirmed-message-lost", "returned-set-aside"]));
  expect(run.status).toBe(1);
});
