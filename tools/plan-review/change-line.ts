import type { PlacedChange } from "./finding";

/** Characters of a value that is shown; longer ones are told by their name alone. */
const MAX_VALUE = 100;

/** One line on a change: where, what is done, and which attributes, short ones with their values. */
export function changeLine(change: PlacedChange): string {
  const { stack, address, kind, changed, previousAddress, isLeftover } = change;
  const attributes = kind === "update" || kind === "replace" ? changed.map((name) => attributeText(name, change)) : [];
  return [
    `${stack} ${address}: ${kind}`,
    ...(isLeftover ? ["of what an earlier replacement left"] : []),
    ...(attributes.length > 0 ? [attributes.join("; ")] : []),
    ...(previousAddress ? [`was ${previousAddress}`] : []),
  ].join(", ");
}

function attributeText(name: string, { before, after, unknown }: PlacedChange): string {
  const old = valueText(before[name]);
  const next = unknown.has(name) ? "known after apply" : valueText(after[name]);
  return old === undefined || next === undefined ? name : `${name} ${old} -> ${next}`;
}

/** A scalar or a list of them; undefined for what a line cannot hold. */
function valueText(value: unknown): string | undefined {
  const isFlat = (part: unknown) => typeof part !== "object" || part === null;
  if (!(Array.isArray(value) ? value.every(isFlat) : isFlat(value))) return undefined;
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > MAX_VALUE ? undefined : text;
}
