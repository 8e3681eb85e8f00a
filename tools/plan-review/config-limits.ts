import { isAlike } from "./change";
import { type Comparison, grows } from "./comparisons";
import type { PlacedChange } from "./finding";
import { isRecord } from "./plan-file";

/**
 * Numbers within machines' configuration, and which others harm nobody. Synth refuses what does not fit a machine.
 */
const LIMITS: readonly { readonly number: RegExp; readonly fits: Comparison }[] = [
  // How often a client may ask.
  { number: /(?<=\bsc_gpc0_rate\(\d\) gt )\d+/g, fits: grows },
  // Write sets that a database keeps for nodes that are away.
  { number: /(?<=\bgcache\.size=)\d+M/g, fits: grows },
  // An edge machine's share of the databases' connections: one machine or country more leaves each a little less.
  { number: /(?<=\brise \d+ maxconn )\d+/g, fits: (before, after) => isNear(Number(before), Number(after)) },
];

/** Three machines after two, or two after three. */
function isNear(before: number, after: number): boolean {
  return 3 * after >= 2 * before && 2 * after <= 3 * before;
}

/** A text that stays the same but for such numbers. */
const changesLimits: Comparison = (before, after) => {
  if (typeof before !== "string" || typeof after !== "string") return false;
  const rest = (text: string) => LIMITS.reduce((left, { number }) => left.replace(number, "\0"), text);
  const fit = LIMITS.every(({ number, fits }) => {
    const next = after.match(number) ?? [];
    return (before.match(number) ?? []).every((limit, index) => limit === next[index] || fits(limit, next[index]));
  });
  return fit && rest(before) === rest(after);
};

/** Whether a machine's configuration is all that a change touches, and nothing of it but limits that may change. */
export function onlyChangesLimits({ before, after, changed }: PlacedChange): boolean {
  if (changed.join() !== "metadata" || !isRecord(before.metadata) || !isRecord(after.metadata)) return false;
  const { metadata: old } = before;
  const { metadata: next } = after;
  return [...new Set([...Object.keys(old), ...Object.keys(next)])].every(
    (key) => isAlike(old[key], next[key]) || changesLimits(old[key], next[key]),
  );
}
