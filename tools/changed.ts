import { parseArgs } from "node:util";
import { compareSynth, stacksOf } from "./compare-synth";

const HELP = `Says which stacks a change changes: compares what was synthesized before and after it.

  npm run changed -- BEFORE AFTER

  BEFORE, AFTER  two output folders of cdktf synth
  --help         this text

Prints the stacks to plan on one line, in the order in which they are deployed; nothing when none changed. A stack that is
gone is told on standard error: its resources stay until somebody destroys them (docs/runbooks/delivery.md).
Exit code: 0 compared, 1 it cannot be told.`;

/** The network before the regions, which read it, and what watches them last. */
const ORDER = ["network", "region-", "monitoring"];

/** The changed stacks that are still there, and those that are not. */
export function changedStacks(before: string, after: string): { planned: string[]; removed: string[] } {
  const changed = compareSynth(before, after).map(({ stack }) => stack);
  const there = stacksOf(after);
  const rank = (stack: string) => ORDER.findIndex((prefix) => stack.startsWith(prefix));
  return {
    planned: changed.filter((stack) => there.includes(stack)).sort((a, b) => rank(a) - rank(b)),
    removed: changed.filter((stack) => !there.includes(stack)),
  };
}

function main(): number {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: "boolean" } } });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    const [before, after] = positionals;
    if (!before || !after || positionals.length > 2) throw new Error(`give two folders\n\n${HELP}`);
    const { planned, removed } = changedStacks(before, after);
    for (const stack of removed) console.error(`${stack} is gone: nothing plans its end`);
    console.log(planned.join(" "));
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

if (require.main === module) process.exitCode = main();
