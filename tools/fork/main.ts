import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environments } from "../../config/environments";
import { CannotTell, command, EXIT, progress, start } from "../cli";
import { type ProgramProps, runProgram } from "../program";
import { compareSynth } from "../synthesized/compare-synth";
import { readStacks, stackNames } from "../synthesized/stacks";
import { left, renderTable, right } from "../table";
import { FORK, withFork } from "./with-fork";

const COPIED = ["main.ts", "cdktf.json", "charts", "checks", "config", "constructs", "settings", "stacks"];
const SYNTH = ["--require", "./tools/typescript.js", "main.ts"];

async function swap(copy: string, oldNode: boolean): Promise<void> {
  for (const path of COPIED) cpSync(path, join(copy, path), { recursive: true });
  writeFileSync(join(copy, "package.json"), withFork(readFileSync("package.json", "utf8"), oldNode));
  progress(`installing ${FORK.library} ${FORK.version} in a copy`);
  await run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], { cwd: copy });
}

async function run(program: string, args: readonly string[], props: ProgramProps): Promise<void> {
  const { code, stdout, stderr } = await runProgram(program, args, props);
  if (code !== 0) throw new CannotTell(`${program} ${args.join(" ")} failed:\n${stderr}${stdout}`);
}

/** Synthesizes an environment into a folder, like `npm run synth` but without the command line. */
async function synth(node: string, project: string, environment: string, outdir: string): Promise<void> {
  const env = { MATCHWATCH_ENVIRONMENT: environment, CDKTF_OUTDIR: outdir, CHECKPOINT_DISABLE: "1" };
  await run(node, SYNTH, { cwd: project, env });
}

/** The same for production with the fork's command line, which is also used to deploy. */
async function commandLine(node: string, copy: string, outdir: string): Promise<void> {
  const cli = [join("node_modules", ".bin", FORK.library), "synth", "--output", outdir];
  const env = { MATCHWATCH_ENVIRONMENT: "production", CHECKPOINT_DISABLE: "1", CI: "1" };
  await run(node, [...cli, "--app", [node, ...SYNTH].join(" ")], { cwd: copy, env });
}

interface Row {
  readonly what: string;
  /** Of the library, as recorded in each JSON. */
  readonly versions: string;
  readonly stacks: number;
  readonly places: readonly string[];
}

async function compare(scratch: string): Promise<Row[]> {
  const copy = join(scratch, "copy");
  const oldNode = isOld(process.versions.node);
  await swap(copy, oldNode);
  const node = oldNode ? join(copy, "node_modules", ".bin", "node") : process.execPath;
  const outdir = (name: string) => join(scratch, name);
  const row = (what: string, before: string, after: string): Row => ({
    what,
    versions: [before, after].map((name) => libraryVersion(outdir(name))).join(" and "),
    stacks: stackNames(outdir(after)).length,
    places: compareSynth(outdir(before), outdir(after)).flatMap(({ stack, places }) =>
      places.map((place) => `${stack}: ${place}`),
    ),
  });
  const rows: Row[] = [];
  for (const environment of Object.keys(environments)) {
    progress(`synthesizing ${environment} with both`);
    await synth(process.execPath, process.cwd(), environment, outdir(environment));
    await synth(node, copy, environment, outdir(`${environment}-fork`));
    rows.push(row(`${environment}, main.ts`, environment, `${environment}-fork`));
  }
  progress("synthesizing production with the fork's command line");
  await commandLine(node, copy, outdir("command-line"));
  return [...rows, row(`production, ${FORK.cli} synth`, "production", "command-line")];
}

function libraryVersion(synth: string): string {
  return String(Object.values(readStacks(synth))[0]?.["//"]?.metadata?.version);
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < FORK.node[0] || (major === FORK.node[0] && minor < FORK.node[1]);
}

function report(rows: readonly Row[]): void {
  console.log(
    renderTable(
      [...left("what", "versions"), ...right("stacks"), ...left("the same except for the version")],
      rows.map(({ what, versions, stacks, places }) => [what, versions, stacks, places.length > 0 ? "NO" : "yes"]),
    ),
  );
  for (const { what, places } of rows) for (const place of places) console.error(`${what}: ${place}`);
}

export const fork = command({
  name: "fork",
  summary: `Shows whether this project could leave cdktf: replaces it by its fork ${FORK.library} ${FORK.version} in a copy, with npm aliases and no code change, synthesizes every environment with both, and compares the JSON.`,
  options: {},
  details: [`Needs npm. On a Node older than ${FORK.node.join(".")} the copy gets a newer one from npm.`],
  exits: { fine: "the same except for the version", refused: "it differs" },
  run: async () => {
    const scratch = mkdtempSync(join(tmpdir(), "matchwatch-fork-"));
    try {
      const rows = await compare(scratch);
      report(rows);
      assertSwapped(rows);
      return rows.some(({ places }) => places.length > 0) ? EXIT.refused : EXIT.fine;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
});

/** Comparing the library with itself would always succeed. */
function assertSwapped(rows: readonly Row[]): void {
  const unswapped = rows.find(({ versions }) => !versions.endsWith(` and ${FORK.version}`));
  if (unswapped) throw new CannotTell(`not synthesized by ${FORK.library} ${FORK.version}, but ${unswapped.versions}`);
}

if (require.main === module) void start(fork);
