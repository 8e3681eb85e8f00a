import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CannotTell, command, EXIT, SYNTH, start } from "../cli";
import { SynthesizedEstate } from "../synthesized/estate";
import { isSynthesized } from "../synthesized/stacks";
import { type Exceptions, parseExceptions } from "./exceptions";
import { readPlans } from "./plan-file";
import { renderReview } from "./report";
import { type Review, review } from "./review";
import { MAX_CHARACTERS } from "./shorten";

const DEFAULT_EXCEPTIONS = "plan-exceptions.yaml";

export const planReview = command({
  name: "plan-review",
  summary:
    "Reviews the plans of one or more stacks as one run: what changes per country and layer, and what must not happen. Give all plans that are to be applied together: quorum and edges are judged over all of them.",
  operands: {
    usage: "[STACK=]PLAN.json ...",
    least: 1,
    says: "from terraform show -json; the stack is told by its name, or its folder's when it is called plan.json, or before an equals sign: region-india=a.json",
  },
  options: {
    out: { type: "string", value: "FILE", says: "where to write the Markdown (default: standard output)" },
    actions: {
      type: "string",
      value: "DIR",
      says: "where to write per stack what its plan does to which address, which tools/deploy.sh compares with what it is about to apply",
    },
    exceptions: {
      type: "string",
      value: "FILE",
      says: `what is allowed for a while although it is refused (default: ${DEFAULT_EXCEPTIONS}, if there is one)`,
    },
    synth: {
      type: "string",
      value: "DIR",
      says: "what npm run synth wrote; constructs in it tell countries and layers (default: cdktf.out, if it is there)",
    },
  },
  exits: { fine: "nothing is refused", refused: "something is refused" },
  run: ({ out, actions, exceptions, synth }, files) => {
    const found = reviewFiles(files, exceptions, readEstate(synth));
    const markdown = renderReview(found);
    if (markdown.length > MAX_CHARACTERS) {
      console.error(`verdicts are never cut: this review has ${markdown.length} characters, more than a comment takes`);
    }
    if (out === undefined) process.stdout.write(markdown);
    else writeFileSync(out, markdown);
    if (actions !== undefined) writeActions(found, actions);
    return found.refused.length > 0 ? EXIT.refused : EXIT.fine;
  },
});

/** Addresses and actions alone: what is not known before an apply says nothing in them. */
function writeActions({ stacks, changes }: Review, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const stack of stacks) {
    const lines = changes.filter((change) => change.stack === stack).map(({ kind, address }) => `${kind} ${address}\n`);
    writeFileSync(join(folder, `${stack}.actions`), lines.sort().join(""));
  }
}

function readEstate(synth: string | undefined): SynthesizedEstate | undefined {
  if (synth === undefined && !isSynthesized(SYNTH.synth.default)) return undefined;
  return SynthesizedEstate.read(synth ?? SYNTH.synth.default);
}

/** @throws CannotTell with everything that is wrong with the files */
function reviewFiles(files: readonly string[], exceptionsFile: string | undefined, estate?: SynthesizedEstate): Review {
  const { plans, problems } = readPlans(files);
  let exceptions: Exceptions | undefined;
  try {
    exceptions = readExceptions(exceptionsFile, new Date());
  } catch (error) {
    problems.push((error as Error).message);
  }
  if (problems.length > 0 || !exceptions) throw new CannotTell(problems.join("\n"));
  return review(plans, exceptions, estate);
}

function readExceptions(file: string | undefined, today: Date): Exceptions {
  if (file === undefined && !existsSync(DEFAULT_EXCEPTIONS)) return { entries: [], problems: [] };
  const path = file ?? DEFAULT_EXCEPTIONS;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new CannotTell(`${path} cannot be read: give the path of the exceptions`);
  }
  try {
    return parseExceptions(text, today);
  } catch (error) {
    throw new CannotTell(`${path} ${(error as Error).message}`);
  }
}

if (require.main === module) void start(planReview);
