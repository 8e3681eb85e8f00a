import { hasMark, isAlike } from "./change";
import { isRecord } from "./plan-file";

/** Two values of one path, which a change makes of each other. */
export interface Difference {
  /** Without positions in lists: `spec.template.spec.container.image`. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** The next value is known after apply only. */
  readonly isUnknown: boolean;
}

/**
 * Where two values differ, each place as deep as both have the same shape.
 *
 * @param marks `true`, or the value's shape with `true` where the next value is not known yet
 * @param isWhole of paths that are not looked into, because the value is judged as a whole
 */
export function differences(
  before: unknown,
  after: unknown,
  marks: unknown,
  isWhole: (path: string) => boolean,
  path = "",
): readonly Difference[] {
  if (marks === true) return [{ path, before, after, isUnknown: true }];
  if (before === after && !hasMark(marks)) return [];
  // A block that stands once is an object in the configuration, and a list of one in a plan.
  // That it stands at all may be what it says: an empty `ingress` of a network policy lets everybody in.
  const isWithout = isMissing(before) !== isMissing(after);
  const [old, next, mark] = isWithout ? [before, after, marks] : [single(before), single(after), single(marks)];
  const within = path !== "" && isWhole(path) ? undefined : children(old, next, mark);
  if (!within) {
    const isSame = isAlike(old, next) && !isSwitchedBack(old, next) && !isSwitchedOff(path, old, next);
    return isSame ? [] : [{ path, before, after, isUnknown: false }];
  }
  return within.flatMap(([key, before, after, mark]) =>
    differences(before, after, mark, isWhole, [path, key].filter(Boolean).join(".")),
  );
}

/** Something switched off, or set to nought, that is given back to the provider's default, which may be another. */
function isSwitchedBack(before: unknown, after: unknown): boolean {
  if (after !== null && after !== undefined && !(Array.isArray(after) && after.length === 0)) return false;
  if (Array.isArray(before) || isRecord(before))
    return Object.values(before).some((part) => isSwitchedBack(part, null));
  return before === false || before === 0;
}

/** Whatever says nothing of whether it is enabled is. */
function isSwitchedOff(path: string, before: unknown, after: unknown): boolean {
  return /(^|\.)enabled$/.test(path) && after === false && before !== false;
}

/** The parts of two values, with an empty key in lists; undefined unless both are lists or both are objects. */
function children(old: unknown, next: unknown, marks: unknown): [string, unknown, unknown, unknown][] | undefined {
  if (Array.isArray(old) && Array.isArray(next)) {
    const longest = old.length > next.length ? old : next;
    return longest.map((_, index) => ["", old[index], next[index], Array.isArray(marks) ? marks[index] : undefined]);
  }
  if (!isRecord(old) || !isRecord(next)) return undefined;
  const unknown = isRecord(marks) ? marks : {};
  const keys = new Set([...Object.keys(old), ...Object.keys(next), ...Object.keys(unknown)]);
  return [...keys].sort().map((key) => [key, old[key], next[key], unknown[key]]);
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

function single(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 && isRecord(value[0]) ? value[0] : value;
}
