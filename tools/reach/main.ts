import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Estate, Unable } from "./estate";
import { lawProblems } from "./laws";
import { differences, matrices, renderMatrices } from "./matrices";

const HELP = `Prints who reaches what and who may do what, as the synthesized JSON of all stacks says, and refuses what the
design does not allow or nobody expected.

  npm run reach -- [--out DIR] [--expected DIR] [--update]

  --out DIR       where cdktf synth wrote to (default: cdktf.out)
  --expected DIR  where the expectation of each environment is checked in (default: docs/reach)
  --update        writes the expectation; what the design never allows stays refused
  --help          this text

Exit code: 0 as expected, 1 not, 2 it cannot be told (a wrong call, nothing synthesized).`;

function reach(outdir: string, folder: string, update: boolean): number {
  const estate = Estate.read(outdir);
  const text = renderMatrices(estate.environment, matrices(estate));
  const file = join(folder, `${estate.environment}.md`);
  console.log(text);
  const laws = lawProblems(estate);
  if (update) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
  const changes = existsSync(file)
    ? differences(readFileSync(file, "utf8"), text)
    : [`nothing is expected yet of ${estate.environment}: review the tables above, then npm run reach -- --update`];
  for (const problem of laws) console.error(`never allowed: ${problem}`);
  for (const change of changes) console.error(change);
  if (changes.length > 0) console.error("\nIf that is wanted, review it and run npm run reach -- --update");
  return laws.length + changes.length > 0 ? 1 : 0;
}

function main(): number {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: "string", default: "cdktf.out" },
        expected: { type: "string", default: join("docs", "reach") },
        update: { type: "boolean", default: false },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    return reach(values.out, values.expected, values.update);
  } catch (error) {
    const isCall = String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
    if (!(error instanceof Unable) && !isCall) throw error;
    console.error(isCall ? `${(error as Error).message}\n\n${HELP}` : (error as Error).message);
    return 2;
  }
}

process.exitCode = main();
