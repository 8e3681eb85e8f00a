import { rmSync } from "node:fs";
import { broken, runDrill } from "./drill-run";
import { writeSynthesized } from "./synthesized-input";

let out: string;
afterEach(() => rmSync(out, { recursive: true, force: true }));

test("the drill names lost writes when commits are not on disk before they are acknowledged", async () => {
  // A minute, so that no node writes its log just before the kill, however few commits a busy machine makes.
  const later = "innodb_flush_log_at_trx_commit = 0\ninnodb_flush_log_at_timeout = 60";
  out = writeSynthesized("mariadb-cnf", (config) => config.replace("innodb_flush_log_at_trx_commit = 1", later));
  const run = await runDrill("data", out, "--fault", "cold-start");
  expect(broken(run)).toEqual(["no-acknowledged-write-lost"]);
  expect(run.status).toBe(1);
});

test("the drill names the minority that takes writes when a quorum is not asked for", async () => {
  out = writeSynthesized("mariadb-cnf", (config) => config.replace("pc.recovery=true", "$&;pc.ignore_quorum=true"));
  const run = await runDrill("data", out, "--fault", "two-down");
  expect(broken(run)).toEqual(["minority-refuses"]);
  expect(run.status).toBe(1);
});
