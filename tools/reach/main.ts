import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { command, EXIT, SYNTH, start } from "../cli";
import { SynthesizedEstate } from "../synthesized/estate";
import { brokenInvariants } from "./invariants";
import { differences, matrices, renderMatrices } from "./matrices";

export const reach = command({
  name: "reach",
  summary:
    "Prints who reaches what and who may do what, from the synthesized JSON of all stacks, and refuses what the design forbids or was never reviewed.",
  options: {
    ...SYNTH,
    expected: {
      type: "string",
      value: "DIR",
      default: join("docs", "reach"),
      says: "the reviewed pages, one per environment",
    },
    update: { type: "boolean", says: "writes the page; what the design forbids is still refused" },
  },
  exits: { fine: "as expected", refused: "not as expected" },
  run: ({ synth, expected, update }) => {
    const estate = SynthesizedEstate.read(synth);
    const found = matrices(estate);
    const text = renderMatrices(estate.environment, found, Number.POSITIVE_INFINITY);
    const file = join(expected, `${estate.environment}.md`);
    console.log(renderMatrices(estate.environment, found));
    if (update) {
      mkdirSync(expected, { recursive: true });
      writeFileSync(file, text);
    }
    return judge(brokenInvariants(estate), changesSince(file, estate.environment, text));
  },
});

function changesSince(file: string, environment: string, text: string): readonly string[] {
  if (existsSync(file)) return differences(readFileSync(file, "utf8"), text);
  return [`${environment} has no reviewed page yet: review the tables above, then run npm run reach -- --update`];
}

function judge(broken: readonly string[], changes: readonly string[]): number {
  for (const problem of broken) console.error(`never allowed: ${problem}`);
  for (const change of changes) console.error(change);
  if (changes.length > 0) console.error("\nIf this is intended, review it and run npm run reach -- --update");
  return broken.length + changes.length > 0 ? EXIT.refused : EXIT.fine;
}

if (require.main === module) void start(reach);
