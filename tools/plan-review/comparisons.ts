import { contains, parseCidr, rangeOf } from "../../config/cidr";
import { HEALTH_CHECK_RANGES, IAP_RANGES, PRIVATE_RANGES } from "../../config/google-ranges";
import { isAlike } from "./change";
import { isRecord } from "./plan-file";

/** Whether a value may become another one without anybody being asked. */
export type Comparison = (before: unknown, after: unknown) => boolean;

export const anything: Comparison = () => true;

/** Only what is known after apply: it follows from another change of the run, which is judged itself. */
export const follows: Comparison = () => false;

/** A number that becomes larger, also with a unit: `90d`, `7776000s`, `500m`, `2Gi`. */
export const grows: Comparison = (before, after) => unit(after) === unit(before) && amount(after) > amount(before);

/** Amounts of which some grow and none shrinks or goes. */
export const allGrow: Comparison = (before, after) =>
  isRecord(before) &&
  isRecord(after) &&
  Object.entries(before).every(([key, value]) => isAlike(value, after[key]) || grows(value, after[key]));

export const shrinks: Comparison = (before, after) => amount(after) < amount(before) && amount(after) > 0;

/** A guard that is raised. */
export const raised: Comparison = (before, after) => before !== true && after === true;

/** A config or a script that becomes another one; a switch such as `TRUE` is neither. */
export const rewritten: Comparison = (before, after) => isText(before) && isText(after);

/** Another tag or digest of the same image. */
export const sameImage: Comparison = (before, after) => {
  const name = (image: unknown) => String(image).replace(/(@sha256:[0-9a-f]+|:[\w.-]+)+$/, "");
  return typeof after === "string" && name(before) === name(after);
};

/** A later version of the same major one. */
export const forward: Comparison = (before, after) => {
  const [[from = 0, ...old], [to = 0, ...next]] = [version(before), version(after)];
  const step = next.map((part, index) => part - (old[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return from === to && step > 0;
};

/** A list in which everything stays, and that gains only what `isFine`. */
export function gains(isFine: (item: unknown) => boolean): Comparison {
  return (before, after) => {
    if (!Array.isArray(before) || !Array.isArray(after)) return false;
    const added = after.filter((item) => !before.some((old) => isAlike(old, item)));
    return before.every((old) => after.some((item) => isAlike(old, item))) && added.every(isFine);
  };
}

/** Ranges that are inside: the estate's own, and those of Google's that its rules name. */
const INSIDE = [...PRIVATE_RANGES, ...HEALTH_CHECK_RANGES, ...IAP_RANGES].map(rangeOf);

/** Whether a range has no address of the internet but those that Google asks and tunnels from. */
export function inside(cidr: unknown): boolean {
  const text = String(cidr);
  const range = parseCidr(text.includes("/") ? text : `${text}/32`);
  if (typeof range === "string") return /^f[cd][0-9a-f]{2}:/i.test(text);
  return INSIDE.some((known) => contains(known, range));
}

/** Kubernetes' suffixes, of which one quantity may have another than the next. */
const FACTORS: Readonly<Record<string, number>> = {
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function amount(value: unknown): number {
  const suffix = suffixOf(value);
  return Number.parseFloat(String(value)) * (Object.hasOwn(FACTORS, suffix) ? (FACTORS[suffix] ?? 1) : 1);
}

/** What is compared with itself alone, such as `s`. */
function unit(value: unknown): string {
  const suffix = suffixOf(value);
  return Object.hasOwn(FACTORS, suffix) ? "" : suffix;
}

function suffixOf(value: unknown): string {
  return String(value).replace(/^[\d.]+/, "");
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.includes("\n");
}

function version(value: unknown): number[] {
  return String(value).replace(/^v/, "").split(".").map(Number);
}
