import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { left, renderTable, right } from "../tools/table";
import { planOfHostileTexts, planOfUpdates } from "./plans";

const HELP = `Measures synthesis and the review of plans: seconds, how many times the floor, and peak memory, in one run.

  npm run bench -- [--runs N]

  --runs N  runs of each, of which the median counts (default: 5)
  --help    this text

The floor is a bare process that loads cdktf. Exit code: 0 measured, 1 something measured failed, 2 the call is wrong.`;

const TYPESCRIPT = ["--require", "sucrase/register/ts"];

interface Case {
  readonly name: string;
  /** Arguments of node that synthesize into a folder, or review a plan that lies there. */
  readonly args: (outdir: string) => readonly string[];
  readonly countries?: number;
  /** The text of `plan.json`. */
  readonly plan?: () => string;
}

interface Measurement {
  readonly seconds: number;
  /** Peak of the measured process alone: of `cdktf synth`, that is the CLI without the program it starts. */
  readonly megabytes: number;
  readonly resources: number;
}

const FLOOR: Case = { name: "floor: require('cdktf')", args: () => ["-e", "require('cdktf')"] };

const CASES: readonly Case[] = [
  FLOOR,
  { name: "production, main.ts", args: () => [...TYPESCRIPT, "main.ts"], countries: 3 },
  {
    name: "production, cdktf synth",
    args: (outdir) => ["node_modules/.bin/cdktf", "synth", "--output", outdir],
    countries: 3,
  },
  ...[3, 10, 30, 40].map((countries) => ({
    name: `${countries} countries`,
    args: () => [...TYPESCRIPT, "bench/synth-countries.ts", String(countries)],
    countries,
  })),
  ...[1000, 5000].map((changes) => review(`${changes} changes`, () => planOfUpdates(changes))),
  review("texts that are hard to mask", planOfHostileTexts),
];

function review(what: string, plan: () => string): Case {
  return {
    name: `plan-review, ${what}`,
    args: (outdir) => [...TYPESCRIPT, "tools/plan-review.ts", `region-india=${join(outdir, "plan.json")}`],
    plan,
  };
}

function measure(measured: Case, outdir: string): Measurement {
  rmSync(outdir, { recursive: true, force: true });
  if (measured.plan) {
    mkdirSync(outdir);
    writeFileSync(join(outdir, "plan.json"), measured.plan());
  }
  const args = measured.args(outdir);
  const start = performance.now();
  const run = spawnSync("node", ["--require", "./bench/report-usage.js", ...args], {
    env: { ...process.env, CDKTF_OUTDIR: outdir, CHECKPOINT_DISABLE: "1", CI: "1" },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const seconds = (performance.now() - start) / 1000;
  if (run.status !== 0) throw new Error(`node ${args.join(" ")} failed:\n${run.stderr}${run.stdout}`);
  return { seconds, megabytes: Number(run.output[3]) / 1024, resources: countResources(outdir) };
}

function countResources(outdir: string): number {
  const stacks = join(outdir, "stacks");
  if (!existsSync(stacks)) return 0;
  return readdirSync(stacks)
    .map((stack) => JSON.parse(readFileSync(join(stacks, stack, "cdk.tf.json"), "utf8")))
    .flatMap(({ resource }) => Object.values<object>(resource))
    .reduce((count, byName) => count + Object.keys(byName).length, 0);
}

/** The run of median duration: robust against a machine that is busy now and then. */
function median(runs: readonly Measurement[]): Measurement {
  return [...runs].sort((a, b) => a.seconds - b.seconds)[Math.floor(runs.length / 2)] as Measurement;
}

function report(results: readonly (Case & Measurement)[]): string {
  const floor = (results[0] as Measurement).seconds;
  return renderTable(
    [...left("what"), ...right("resources", "seconds", "x floor", "peak MB", "seconds per country")],
    results.map(({ name, countries, seconds, megabytes, resources }) => [
      name,
      resources,
      seconds.toFixed(2),
      (seconds / floor).toFixed(1),
      megabytes.toFixed(0),
      countries ? ((seconds - floor) / countries).toFixed(3) : "",
    ]),
  );
}

function main(): number {
  const { values } = parseArgs({ options: { runs: { type: "string", default: "5" }, help: { type: "boolean" } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1 || runs > 50) {
    console.error(`--runs ${values.runs} is refused: use 1 to 50`);
    return 2;
  }
  const outdir = mkdtempSync(join(tmpdir(), "matchwatch-bench-"));
  try {
    const results = CASES.map((measured) => {
      console.error(`${measured.name} ...`);
      return { ...measured, ...median(Array.from({ length: runs }, () => measure(measured, outdir))) };
    });
    console.log(report(results));
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

process.exitCode = main();
