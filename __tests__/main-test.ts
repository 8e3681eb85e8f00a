import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, normalize, relative } from "node:path";
import { production } from "../config/production";
import { staging } from "../config/staging";
import type { Topology } from "../config/topology";
import { SOURCES } from "./support/sources-hash";

/** The network, a region for each country, the monitoring. */
const stacksOf = ({ countries }: Topology) =>
  ["monitoring", "network", ...Object.keys(countries).map((country) => `region-${country}`)].sort();

describe("a run", () => {
  const outdir = mkdtempSync(join(tmpdir(), "matchwatch-main-"));
  afterEach(() => rmSync(outdir, { recursive: true, force: true }));

  const run = (args: string[], environment: Record<string, string> = {}) =>
    spawnSync(process.execPath, args, {
      encoding: "utf8",
      env: { ...process.env, CHECKPOINT_DISABLE: "1", CI: "1", CDKTF_OUTDIR: outdir, ...environment },
    });

  test("of main.ts with an unknown environment says which there are, exits with 1 and writes nothing", () => {
    const { status, stderr } = run(["--require", "./tools/typescript.js", "main.ts"], {
      MATCHWATCH_ENVIRONMENT: "prod",
    });
    expect(stderr.trim()).toBe(
      'environment "prod" is refused:\n  - no such environment: use production or staging, or add it to config/environments.ts',
    );
    expect(status).toBe(1);
    expect(existsSync(join(outdir, "stacks"))).toBe(false);
  });

  test("of main.ts for staging writes staging's stacks, and needs no program and no file but what tests know of", () => {
    const preloaded = ["./tools/typescript.js", "./__tests__/support/report-reads.js"];
    const { status, stdout, stderr } = run([...preloaded.flatMap((file) => ["--require", file]), "main.ts"], {
      MATCHWATCH_ENVIRONMENT: "staging",
      PATH: outdir,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    // Else tests would go on with what they synthesized before a change of it.
    const read = (JSON.parse(stdout) as string[]).map((file) => relative(process.cwd(), file));
    const known = ["main.ts", "tools/code-cache.js", ...preloaded.map((file) => normalize(file))];
    const others = read.filter((file) => !/^(node_modules|\.\.)\//.test(file) && !known.includes(file));
    expect(others.filter((file) => !SOURCES.includes(file.split("/")[0] ?? ""))).toEqual([]);
    expect(others.length).toBeGreaterThan(100);
    expect(read.filter((file) => /\/(archiver|semver)\//.test(file))).toEqual([]);
    expect(readdirSync(join(outdir, "stacks")).sort()).toEqual(stacksOf(staging));
  });

  test("of cdktf synth writes exactly the stacks of production", () => {
    const { status } = run(["node_modules/.bin/cdktf", "synth", "--output", outdir]);
    expect(status).toBe(0);
    expect(readdirSync(join(outdir, "stacks")).sort()).toEqual(stacksOf(production));
  });
});
