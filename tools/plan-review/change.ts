import { isDeepStrictEqual } from "node:util";
import { maskAttributes } from "./mask";
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
  return {
    stack,
    address,
    type,
    name,
    kind,
    before,
    // The same object, by which others tell that nothing changes.
    after: isSame ? before : maskAttributes(change.after, marksOf(type, change.after_sensitive)),
    // Of the raw values: a changed secret is a change too.
    changed: kind === "none" ? [] : changedAttributes(kind, change),
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

function attributes(value: unknown): Attributes {
  return isRecord(value) ? value : {};
}

function changedAttributes(kind: Kind, change: ResourceChangeJson["change"]): string[] {
  const forcing = (change.replace_paths ?? []).flatMap(([head]) => (typeof head === "string" ? [head] : []));
  if (kind === "replace" && forcing.length > 0) return [...new Set(forcing)].sort();
  const before = attributes(change.before);
  const after = attributes(change.after);
  const unknown = attributes(change.after_unknown);
  const keys = new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)]);
  return [...keys].filter((key) => hasMark(unknown[key]) || !isAlike(before[key], after[key])).sort();
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

function hasMark(marks: unknown): boolean {
  if (Array.isArray(marks)) return marks.some(hasMark);
  return marks === true || (isRecord(marks) && Object.values(marks).some(hasMark));
}
