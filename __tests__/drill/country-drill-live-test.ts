import { rmSync } from "node:fs";
import { broken, runDrill } from "./drill-run";
import { writeSynthesized } from "./synthesized-input";

let out: string;
afterEach(() => rmSync(out, { recursive: true, force: true }));

test("an app that is killed costs its users nothing that they were told", async () => {
  out = writeSynthesized("haproxy-cfg");
  const run = await runDrill("country", out, "--fault", "app");
  expect({ broken: broken(run), status: run.status }).toEqual({ broken: [], status: 0 });
});

test("the drill names an edge that asks countries in another order than the topology says", async () => {
  const swap: Readonly<Record<string, string>> = { india: "singapore", singapore: "india" };
  const name = /(?<=str\(|reads\/|,)(india|singapore)(?=[):])|(?<=srv_is_up\(reads\/)(india|singapore)/g;
  out = writeSynthesized("haproxy-cfg", (config) =>
    config.startsWith("# indonesia:") ? config.replace(name, (country) => swap[country] ?? country) : config,
  );
  const run = await runDrill("country", out, "--fault", "app");
  expect(broken(run)).toEqual(["countries-in-order"]);
  expect(run.status).toBe(1);
});

test("the drill names orders that a node without a quorum took", async () => {
  out = writeSynthesized("mariadb-cnf", (config) => config.replace("pc.recovery=true", "$&;pc.ignore_quorum=true"));
  const run = await runDrill("country", out, "--fault", "split");
  expect(broken(run)).toEqual(expect.arrayContaining(["told-order-kept"]));
  expect(run.status).toBe(1);
});

test("the drill names messages that a worker took off the queue before their work was done", async () => {
  out = writeSynthesized("haproxy-cfg");
  const run = await runDrill("country", out, "--fault", "app", "--rate", "30", "--plant", "acknowledges-early");
  expect(broken(run)).toEqual(["message-worked-on"]);
  expect(run.status).toBe(1);
});
