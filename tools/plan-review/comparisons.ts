import { COUNTRY_BITS } from "../../config/address-plan";
import { blockAround, contains, parseCidr, type Range, rangeOf } from "../../config/cidr";
import {
  ESTATE_RANGE,
  HEALTH_CHECK_RANGES,
  HEALTH_CHECK_RANGES_IPV6,
  IAP_RANGES,
  PRIVATE_RANGES,
} from "../../config/google-ranges";
import { isAlike } from "./change";
import { isRecord } from "./plan-file";

/** Whether a value may become another one without anybody being asked. */
export type Comparison = (before: unknown, after: unknown) => boolean;

export const anything: Comparison = () => true;

/** Only what is known after apply: it follows from another change of the run, which is judged itself. */
export const follows: Comparison = () => false;

/** Beyond that many times, a number is mistyped as a rule: 3000 nodes for 3. */
const AT_MOST_TIMES = 10;

/** A number that becomes larger, also with a unit: `90d`, `7776000s`, `500m`, `2Gi`. */
export const grows: Comparison = (before, after) =>
  unit(after) === unit(before) && amount(after) > amount(before) && amount(after) <= AT_MOST_TIMES * amount(before);

/** As above, and at most twice as much. */
export const growsToTwice: Comparison = (before, after) => grows(before, after) && amount(after) <= 2 * amount(before);

/** A text that becomes another one, and not nothing. */
export const worded: Comparison = (_before, after) => typeof after === "string" && after !== "";

/** Amounts of which some grow and none shrinks, goes or is new: a new limit is one that there was not before. */
export const allGrow: Comparison = (before, after) =>
  isRecord(before) &&
  isRecord(after) &&
  Object.keys(after).every((key) => Object.hasOwn(before, key)) &&
  Object.entries(before).every(([key, value]) => isAlike(value, after[key]) || grows(value, after[key]));

/** A number that becomes smaller, and not nearly nothing. */
export const shrinks: Comparison = (before, after) => grows(after, before);

/** A guard that is raised. */
export const raised: Comparison = (before, after) => before !== true && after === true;

/** A config or a script that becomes another one; a switch such as `TRUE` is neither. */
export const rewritten: Comparison = (before, after) => isText(before) && isText(after);

const VERSION_OF_IMAGE = /(@sha256:[0-9a-f]+|:[\w.-]+)+$/;

/** Another tag or digest of the same image, which says as exactly as before which one it is. */
export const sameImage: Comparison = (before, after) => {
  const name = (image: unknown) => String(image).replace(VERSION_OF_IMAGE, "");
  const [given = ""] = VERSION_OF_IMAGE.exec(String(after)) ?? [];
  const isExact = given !== "" && given !== ":latest" && (given.includes("@") || !String(before).includes("@"));
  return typeof after === "string" && name(before) === name(after) && isExact;
};

/** A later version of the same major one. */
export const forward: Comparison = (before, after) => {
  const [[from = 0, ...old], [to = 0, ...next]] = [version(before), version(after)];
  const step = next.map((part, index) => part - (old[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  return from === to && step > 0;
};

/** A machine type of the same series with more processors. */
export const stronger: Comparison = (before, after) => {
  const [[series, size], [next, nextSize]] = [machineType(before), machineType(after)];
  return series !== undefined && series === next && grows(size, nextSize);
};

/** A list in which everything stays, and that gains only what `isFine` beside what it holds. */
export function gains(isFine: (item: unknown, held: readonly unknown[]) => boolean): Comparison {
  return (before, after) => {
    if (!Array.isArray(before) || !Array.isArray(after)) return false;
    const added = after.filter((item) => !before.some((old) => isAlike(old, item)));
    return (
      before.every((old) => after.some((item) => isAlike(old, item))) && added.every((item) => isFine(item, before))
    );
  };
}

/**
 * Whether a range is for another country what one of those held is for its own, such as the edge's subnet. Any other
 * private range, the whole of 10.0.0.0/8 above all, would let in who is kept out.
 */
export function isCounterpart(cidr: unknown, held: readonly unknown[]): boolean {
  const part = partOfCountry(cidr);
  return part !== undefined && held.some((other) => partOfCountry(other) === part);
}

/** Ranges that are inside: the estate's own, and those of Google's that its rules name. */
const INSIDE = [...PRIVATE_RANGES, ...HEALTH_CHECK_RANGES, ...IAP_RANGES].map(rangeOf);

/** Over IPv6: private addresses, and what Google's probes come from. */
const INSIDE_IPV6 = new RegExp(
  `^f[cd][0-9a-f]{2}:.*/([7-9]|[1-9]\\d+)$|^(${HEALTH_CHECK_RANGES_IPV6.join("|")})$`,
  "i",
);

/** Whether a range has no address of the internet but those that Google asks and tunnels from. */
export function inside(cidr: unknown): boolean {
  const range = readRange(cidr);
  if (typeof range === "string") return INSIDE_IPV6.test(String(cidr));
  return INSIDE.some((known) => contains(known, range));
}

/** Where a range lies in its country's block. */
export function partOfCountry(cidr: unknown): string | undefined {
  const range = readRange(cidr);
  if (typeof range === "string" || !contains(rangeOf(ESTATE_RANGE), range)) return undefined;
  const block = blockAround(range, COUNTRY_BITS);
  return contains(block, range) ? `${range.first - block.first}-${range.last - block.first}` : undefined;
}

function readRange(cidr: unknown): Range | string {
  const text = String(cidr);
  return parseCidr(text.includes("/") ? text : `${text}/32`);
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

/** Series and number of processors, as in `e2-standard-4`. */
function machineType(value: unknown): readonly (string | undefined)[] {
  return /^([a-z0-9]+-[a-z]+)-(\d+)$/.exec(String(value))?.slice(1) ?? [];
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.includes("\n");
}

function version(value: unknown): number[] {
  return String(value).replace(/^v/, "").split(".").map(Number);
}
