import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { environments } from "../config/environments";
import { compareSynth, stacksOf } from "./compare-synth";
import { left, renderTable, right } from "./table";

/** The living fork of cdktf, CDK Terrain, and the oldest Node that it takes. */
const FORK = { library: "cdktn", cli: "cdktn-cli", version: "0.24.0", node: [22, 19] } as const;

const HELP = `Shows whether this project could leave cdktf: swaps it for its fork ${FORK.library} ${FORK.version} in a copy, by npm aliases and
without a changed line of code, synthesizes every environment with both, and compares the JSON.

  npm run fork [-- --help]

Needs npm. On a Node older than ${FORK.node.join(".")} the copy gets a newer one from npm.
Exit code: 0 the same but for the version, 1 it differs, 2 it cannot be told.`;

const COPIED = ["main.ts", "cdktf.json", "config", "constructs", "stacks", "charts"];
const SYNTH = ["--require", "sucrase/register/ts", "main.ts"];
const run = promisify(execFile);

/** The project's package.json with the fork in cdktf's place, for whatever asks for it, and nothing that only tests need. */
export function withFork(text: string, oldNode: boolean): string {
  const { dependencies, devDependencies: _tests, scripts: _scripts, ...rest } = JSON.parse(text);
  const alias = `npm:${FORK.library}@${FORK.version}`;
  return JSON.stringify({
    ...rest,
    dependencies: {
      ...dependencies,
      cdktf: alias,
      "cdktf-cli": `npm:${FORK.cli}@${FORK.version}`,
      ...(oldNode && { node: String(FORK.node[0]) }),
    },
    // Provider packages name cdktf as their peer.
    overrides: { cdktf: "$cdktf" },
  });
}

async function swap(copy: string, oldNode: boolean): Promise<void> {
  for (const path of COPIED) cpSync(path, join(copy, path), { recursive: true });
  writeFileSync(join(copy, "package.json"), withFork(readFileSync("package.json", "utf8"), oldNode));
  progress(`installing ${FORK.library} ${FORK.version} in a copy`);
  await run("npm", ["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], { cwd: copy });
}

/** Synthesizes an environment into a folder, as `npm run synth` does but for the command line. */
async function synth(node: string, project: string, environment: string, outdir: string): Promise<void> {
  const settings = [`MATCHWATCH_ENVIRONMENT=${environment}`, `CDKTF_OUTDIR=${outdir}`, "CHECKPOINT_DISABLE=1"];
  await run("env", [...settings, node, ...SYNTH], { cwd: project });
}

/** The same for production by the fork's command line, which deploys as well. */
async function commandLine(node: string, copy: string, outdir: string): Promise<void> {
  const cli = [join("node_modules", ".bin", FORK.library), "synth", "--output", outdir];
  await run(
    "env",
    [
      "MATCHWATCH_ENVIRONMENT=production",
      "CHECKPOINT_DISABLE=1",
      "CI=1",
      node,
      ...cli,
      "--app",
      [node, ...SYNTH].join(" "),
    ],
    { cwd: copy },
  );
}

interface Row {
  readonly what: string;
  /** Of the library, as each JSON notes it. */
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
    stacks: stacksOf(outdir(after)).length,
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

function libraryVersion(outdir: string): string {
  const [stack] = stacksOf(outdir);
  return JSON.parse(readFileSync(join(outdir, "stacks", stack as string, "cdk.tf.json"), "utf8"))["//"].metadata
    .version;
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < FORK.node[0] || (major === FORK.node[0] && minor < FORK.node[1]);
}

function report(rows: readonly Row[]): void {
  console.log(
    renderTable(
      [...left("what", "versions"), ...right("stacks"), ...left("the same but for the version")],
      rows.map(({ what, versions, stacks, places }) => [what, versions, stacks, places.length > 0 ? "NO" : "yes"]),
    ),
  );
  for (const { what, places } of rows) for (const place of places) console.error(`${what}: ${place}`);
}

function progress(text: string): void {
  console.error(`${text} ...`);
}

async function main(): Promise<number> {
  let scratch: string | undefined;
  try {
    const { values } = parseArgs({ options: { help: { type: "boolean" } } });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    scratch = mkdtempSync(join(tmpdir(), "matchwatch-fork-"));
    const rows = await compare(scratch);
    report(rows);
    // The same library twice would be the same for sure.
    const unswapped = rows.filter(({ versions }) => !versions.endsWith(` and ${FORK.version}`));
    if (unswapped.length > 0)
      throw new Error(`not synthesized by ${FORK.library} ${FORK.version}, but ${unswapped[0]?.versions}`);
    return rows.some(({ places }) => places.length > 0) ? 1 : 0;
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  } finally {
    if (scratch) rmSync(scratch, { recursive: true, force: true });
  }
}

if (require.main === module) {
  main().then((code) => {
    process.exitCode = code;
  });
}
