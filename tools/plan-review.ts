import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type Exceptions, parseExceptions } from "./plan-review/exceptions";
import { readPlans } from "./plan-review/plan-file";
import { renderReview } from "./plan-review/report";
import { type Review, review } from "./plan-review/review";
import { MAX_CHARACTERS } from "./plan-review/shorten";

const DEFAULT_EXCEPTIONS = "plan-exceptions.yaml";

const HELP = `Reviews the plans of one or more stacks as one run: what changes per country and layer, and what must not happen.

  npm run plan-review -- [STACK=]PLAN.json ... [--out FILE] [--exceptions FILE]

  PLAN.json          from \`terraform show -json\`; the stack is told by its name, or its folder's when it is called
                     plan.json, or before an equals sign: region-india=a.json
  --out FILE         where to write the Markdown (default: standard output)
  --exceptions FILE  what is allowed for a while although it is refused (default: ${DEFAULT_EXCEPTIONS}, if there is one)
  --help             this text

Give all plans that are to be applied together: quorum and edges are judged over all of them.
Exit code: 0 nothing is refused, 1 it cannot be reviewed, 2 something is refused.`;

/** It cannot be reviewed, for one or more reasons. */
class Unable extends Error {}

function parseCall() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { out: { type: "string" }, exceptions: { type: "string" }, help: { type: "boolean" } },
    });
  } catch (error) {
    throw new Unable(`${(error as Error).message}\n\n${HELP}`);
  }
}

function readExceptions(file: string | undefined, today: Date): Exceptions {
  if (file === undefined && !existsSync(DEFAULT_EXCEPTIONS)) return { entries: [], problems: [] };
  const path = file ?? DEFAULT_EXCEPTIONS;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new Unable(`${path} cannot be read: give the path of the exceptions`);
  }
  try {
    return parseExceptions(text, today);
  } catch (error) {
    throw new Unable(`${path} ${(error as Error).message}`);
  }
}

function reviewFiles(files: readonly string[], exceptionsFile: string | undefined): Review {
  if (files.length === 0) throw new Unable(`give at least one plan\n\n${HELP}`);
  const { plans, problems } = readPlans(files);
  let exceptions: Exceptions | undefined;
  try {
    exceptions = readExceptions(exceptionsFile, new Date());
  } catch (error) {
    problems.push((error as Error).message);
  }
  if (problems.length > 0 || !exceptions) throw new Unable(problems.join("\n"));
  return review(plans, exceptions);
}

function main(): number {
  try {
    const { values, positionals } = parseCall();
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    const found = reviewFiles(positionals, values.exceptions);
    const markdown = renderReview(found);
    if (markdown.length > MAX_CHARACTERS) {
      console.error(`verdicts are never cut: this review has ${markdown.length} characters, more than a comment takes`);
    }
    if (values.out === undefined) process.stdout.write(markdown);
    else writeFileSync(values.out, markdown);
    return found.refused.length > 0 ? 2 : 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

if (require.main === module) process.exitCode = main();
