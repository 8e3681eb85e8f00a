import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotTell, command, commandGroup, EXIT, progress, start, UsageError } from "../tools/cli";
import { isInside, runInside } from "../tools/engines/engines";
import { SynthesizedEstate } from "../tools/synthesized/estate";
import { readStacks } from "../tools/synthesized/stacks";
import { left, renderTable, right } from "../tools/table";
import { edgeBench } from "./edge/command";
import { planOfHostileTexts, planOfUpdates } from "./plans";
import { appendRecord } from "./record";

const TYPESCRIPT = ["--require", "./tools/typescript.js"];

interface Case {
  readonly name: string;
  /** Node arguments that synthesize into a folder, or review a plan in it. */
  readonly args: (outdir: string) => readonly string[];
  readonly countries?: number;
  /** The text of `plan.json`. */
  readonly plan?: () => string;
}

interface Measurement {
  readonly seconds: number;
  /** Peak of the measured process alone: for `cdktf synth`, that is the CLI without the program it starts. */
  readonly megabytes: number;
  readonly resources: number;
}

const HISTORY = join("docs", "benchmarks.md");

const FLOOR: Case = { name: "floor: require('cdktf')", args: () => ["-e", "require('cdktf')"] };

const CASES: readonly Case[] = [
  FLOOR,
  { name: "production, main.ts", args: () => [...TYPESCRIPT, "main.ts"], countries: 3 },
  {
    name: "production, cdktf synth",
    args: (outdir) => ["node_modules/.bin/cdktf", "synth", "--output", outdir],
    countries: 3,
  },
  {
    name: "production, npm run synth",
    args: (outdir) => [npmProgram(), "run", "--silent", "synth", "--", "--output", outdir],
    countries: 3,
  },
  ...[3, 10, 30, 40].map((countries) => ({
    name: `${countries} countries`,
    args: () => [...TYPESCRIPT, "bench/synth-countries.ts", String(countries)],
    countries,
  })),
  ...[1000, 5000].map((changes) => review(`${changes} changes`, () => planOfUpdates(changes))),
  review("text that is hard to mask", planOfHostileTexts),
];

function npmProgram(): string {
  const program = process.env.npm_execpath;
  if (!program) throw new CannotTell("npm could not be found: call this as npm run bench");
  return program;
}

function review(what: string, plan: () => string): Case {
  return {
    name: `plan-review, ${what}`,
    args: (outdir) => [...TYPESCRIPT, "tools/plan-review/main.ts", `region-india=${join(outdir, "plan.json")}`],
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
  if (run.status !== 0) throw new CannotTell(`node ${args.join(" ")} failed:\n${run.stderr}${run.stdout}`);
  return { seconds, megabytes: Number(run.output[3]) / 1024, resources: countResources(outdir) };
}

function countResources(synth: string): number {
  if (!existsSync(join(synth, "stacks"))) return 0;
  return new SynthesizedEstate(readStacks(synth)).resources.length;
}

/** The run with the median duration: robust against occasional load on the machine. */
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

const synth = command({
  name: "bench -- synth",
  summary:
    "Measures synthesis and plan review: seconds, multiples of the floor, and peak memory, all in one run. The floor is a bare process that loads cdktf.",
  options: {
    record: { type: "boolean", says: `appends the medians to ${HISTORY}, which is committed` },
    runs: { type: "string", value: "N", default: "5", says: "runs of each; the median counts" },
  },
  exits: { fine: "measured" },
  run: (options) => {
    const runs = Number(options.runs);
    if (!Number.isInteger(runs) || runs < 1 || runs > 50) {
      throw new UsageError(`--runs ${options.runs} is refused: use 1 to 50`);
    }
    const outdir = mkdtempSync(join(tmpdir(), "matchwatch-bench-"));
    try {
      const results = CASES.map((measured) => {
        progress(measured.name);
        return { ...measured, ...median(Array.from({ length: runs }, () => measure(measured, outdir))) };
      });
      console.log(report(results));
      if (options.record) appendRecord(HISTORY, results, new Date());
      return EXIT.fine;
    } finally {
      rmSync(outdir, { recursive: true, force: true });
    }
  },
});

const again = () => runInside(process.env, [process.execPath, ...process.execArgv, ...process.argv.slice(1)]);
export const bench = commandGroup("bench", "Measures what is slow to notice when it becomes slow.", {
  synth,
  edge: edgeBench(process.env.PATH ?? "", isInside(process.env) ? undefined : again),
});

if (require.main === module) void start(bench).then(() => process.exit());
