import { isDeepStrictEqual } from "node:util";
import { MASK, maskAttributes } from "./mask";
import { isRecord } from "./plan-file";
import { KINDS, type Kind, type ResourceChangeJson } from "./plan-json";

export type Attributes = Readonly<Record<string, unknown>>;

/** A resource that a plan touches. It holds nothing secret, so that nothing made of it can print a secret. */
export interface Change {
  readonly stack: string;
  readonly address: string;
  readonly type: string;
  /** The address's last part: the construct path with underscores, and a hash. */
  readonly name: string;
  readonly kind: Kind;
  readonly before: Attributes;
  readonly after: Attributes;
  /** Attributes that differ, of a replacement those that force it. */
  readonly changed: readonly string[];
  /** Paths, without positions in lists, of what differs though it may not be shown. */
  readonly hidden: readonly string[];
  /** Attributes that are known after apply only, wholly or in part. */
  readonly unknown: ReadonlySet<string>;
  /** The shape of `after`, with true where a value is known after apply only. */
  readonly unknownMarks: unknown;
  readonly previousAddress?: string;
  /** It takes over something that exists. */
  readonly isImported: boolean;
  /** It removes what an earlier, broken replacement left behind; the resource itself stays. */
  readonly isLeftover: boolean;
}

export function readChange(stack: string, json: ResourceChangeJson): Change {
  const { address, type, name, previous_address: previousAddress, change } = json;
  const kind = json.mode === "data" ? "none" : (KINDS[change.actions.join()] ?? "none");
  const before = maskAttributes(change.before, marksOf(type, change.before_sensitive));
  const isSame = isDeepStrictEqual([change.before, change.before_sensitive], [change.after, change.after_sensitive]);
  const kept = isSame ? new Set<string>() : keptAttributes(change);
  // The same object, by which others tell that nothing changes.
  const after = isSame ? before : maskAttributes(change.after, marksOf(type, change.after_sensitive), before, kept);
  return {
    stack,
    address,
    type,
    name,
    kind,
    before,
    after,
    // Of the raw values: a changed secret is a change too.
    changed: kind === "none" ? [] : changedAttributes(kind, change, kept),
    hidden: isSame ? [] : hiddenAttributes(change, [before, after], kept),
    unknown: new Set(
      Object.entries(attributes(change.after_unknown))
        .filter(([, marks]) => hasMark(marks))
        .map(([key]) => key),
    ),
    unknownMarks: change.after_unknown,
    ...(previousAddress && previousAddress !== address && { previousAddress }),
    isImported: isRecord(change.importing),
    isLeftover: json.deposed !== undefined,
  };
}

/** What an object of Kubernetes holds for its secrets is secret, whatever the provider's version marks. */
function marksOf(type: string, marks: unknown): unknown {
  if (marks === true || !/^kubernetes_secret(_v\d+)?(_data)?$/.test(type)) return marks;
  return { ...attributes(marks), data: true, binary_data: true };
}

type Sides = readonly [before: unknown, after: unknown];

/** Attributes that are the same on both sides, and masked alike. */
function keptAttributes({ before, after, ...marks }: ResourceChangeJson["change"]): ReadonlySet<string> {
  if (!isRecord(before) || !isRecord(after) || before.name !== after.name) return new Set();
  if (!isDeepStrictEqual(marks.before_sensitive, marks.after_sensitive)) return new Set();
  return new Set(Object.keys(before).filter((key) => isDeepStrictEqual(before[key], after[key])));
}

/** Paths at which secrets differ. Attributes that are kept are left alone: masking them takes long. */
function hiddenAttributes(
  { before, after }: ResourceChangeJson["change"],
  shown: readonly [Attributes, Attributes],
  kept: ReadonlySet<string>,
): string[] {
  if (!isRecord(before) || !isRecord(after)) return [];
  const picked = (side: Attributes) =>
    Object.fromEntries(Object.keys(side).flatMap((key) => (kept.has(key) ? [] : [[key, side[key]]])));
  return hiddenDifferences([picked(before), picked(after)], [picked(shown[0]), picked(shown[1])]);
}

/** Where secrets differ: what is shown of both sides is the same there, or the same but for other things. */
function hiddenDifferences(raw: Sides, shown: Sides, path = ""): string[] {
  if (isDeepStrictEqual(raw[0], raw[1])) return [];
  // Of attributes that are secret as a whole, what is changed tells.
  if (isDeepStrictEqual(shown[0], shown[1])) return path === "" ? [] : [path];
  const [before, after] = raw;
  if (typeof before === "string" && typeof after === "string") {
    const [old, next] = [secretsOf(before, shown[0]), secretsOf(after, shown[1])];
    return old.length === next.length && !isDeepStrictEqual(old, next) ? [path] : [];
  }
  if (Array.isArray(before) !== Array.isArray(after) || !shown.every(isHolder)) return [];
  const part = (side: unknown, key: string) => (isHolder(side) ? (side as Attributes)[key] : undefined);
  return Object.keys(isHolder(before) ? before : {}).flatMap((key) =>
    hiddenDifferences(
      [part(before, key), part(after, key)],
      [part(shown[0], key), part(shown[1], key)],
      [path, Array.isArray(before) ? "" : key].filter(Boolean).join("."),
    ),
  );
}

function isHolder(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What stands in a text where it is masked. */
function secretsOf(text: string, shown: unknown): string[] {
  const [head = "", ...visible] = String(shown).split(MASK);
  let from = head.length;
  return visible.map((part, index) => {
    const to = part === "" && index === visible.length - 1 ? text.length : text.indexOf(part, from);
    const secret = text.slice(from, to);
    from = to + part.length;
    return secret;
  });
}

function attributes(value: unknown): Attributes {
  return isRecord(value) ? value : {};
}

function changedAttributes(kind: Kind, change: ResourceChangeJson["change"], kept: ReadonlySet<string>): string[] {
  const forcing = (change.replace_paths ?? []).flatMap(([head]) => (typeof head === "string" ? [head] : []));
  if (kind === "replace" && forcing.length > 0) return [...new Set(forcing)].sort();
  const before = attributes(change.before);
  const after = attributes(change.after);
  const unknown = attributes(change.after_unknown);
  const keys = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)]);
  return [...keys]
    .filter((key) => hasMark(unknown[key]) || !(kept.has(key) || isAlike(before[key], after[key])))
    .sort();
}

/**
 * Whether two values mean the same to the provider. It writes null, "", 0, false and nothing at all for each other
 * when it updates anything else of a resource: that is noise, which would drown what somebody changed.
 */
export function isAlike(left: unknown, right: unknown): boolean {
  if (left === right || (isEmpty(left) && isEmpty(right))) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isAlike(item, right[index]));
  }
  if (!isRecord(left) || !isRecord(right)) return false;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => isAlike(left[key], right[key]));
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isRecord(value)) return Object.values(value).every(isEmpty);
  return value === null || value === undefined || value === "" || value === 0 || value === false;
}

/** Whether anything of a value is marked. */
export function hasMark(marks: unknown): boolean {
  if (Array.isArray(marks)) return marks.some(hasMark);
  return marks === true || (isRecord(marks) && Object.values(marks).some(hasMark));
}
