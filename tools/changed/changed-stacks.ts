import { compareSynth } from "../synthesized/compare-synth";
import { stackNames } from "../synthesized/stacks";

/** The network before the regions, which read its state; monitoring last. */
const ORDER = ["network", "region-", "monitoring"];

/** Changed stacks that still exist, and those that no longer do. */
export function changedStacks(before: string, after: string): { planned: string[]; removed: string[] } {
  const changed = compareSynth(before, after).map(({ stack }) => stack);
  const there = stackNames(after);
  const rank = (stack: string) => ORDER.findIndex((prefix) => stack.startsWith(prefix));
  return {
    planned: changed.filter((stack) => there.includes(stack)).sort((a, b) => rank(a) - rank(b)),
    removed: changed.filter((stack) => !there.includes(stack)),
  };
}
