import { structuredPatch } from "diff";
import { type PlacedChange, placeName } from "./finding";
import { isRecord } from "./plan-file";

/** A rendered text that changes, in every place where it changes alike. */
export interface TextDiff {
  /** Such as "haproxy-cfg". */
  readonly title: string;
  readonly places: readonly string[];
  /** Lines of a unified diff. */
  readonly lines: readonly string[];
}

/** Differing lines above which finding the shortest diff takes long: the time grows with their square. */
const MAX_EDITS = 500;
const CONTEXT_LINES = 2;
/** A text in one line that is worth being told as lines. */
const LONG_JSON = 100;

interface TextChange {
  readonly title: string;
  readonly before: string;
  readonly after: string;
}

export interface TextDiffs {
  readonly diffs: readonly TextDiff[];
  /** Changed texts that were not looked at any more. */
  readonly uncompared: number;
}

/**
 * The rendered texts that change, an equal change of several places once.
 *
 * @param enough characters after which no more are compared: nobody would see them
 */
export function textDiffs(changes: readonly PlacedChange[], enough: number): TextDiffs {
  const diffs = new Map<string, { title: string; places: Set<string>; lines: string[] }>();
  // Machines alike get the same scripts, and the shortest difference takes long to find.
  const compared = new Map<string, string[]>();
  let length = 0;
  let uncompared = 0;
  for (const change of changes) {
    if (change.kind !== "update" && change.kind !== "replace") continue;
    for (const { title, before, after } of textChanges(change.before, change.after, [])) {
      if (length > enough) {
        uncompared += 1;
        continue;
      }
      const texts = JSON.stringify([before, after]);
      const lines = compared.get(texts) ?? diffLines(before, after);
      compared.set(texts, lines);
      const key = `${title}\n${lines.join("\n")}`;
      const known = diffs.get(key) ?? { title, places: new Set<string>(), lines };
      if (known.places.size === 0) length += key.length;
      known.places.add(placeName(change));
      diffs.set(key, known);
    }
  }
  return { diffs: [...diffs.values()].map(({ places, ...rest }) => ({ ...rest, places: [...places] })), uncompared };
}

function textChanges(before: unknown, after: unknown, path: readonly string[]): TextChange[] {
  if (before === after) return [];
  if (typeof before === "string" && typeof after === "string") {
    const [old, next] = [asLines(before), asLines(after)];
    return old !== next && (old.includes("\n") || next.includes("\n"))
      ? [{ title: titleOf(path), before: old, after: next }]
      : [];
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.flatMap((item, index) => textChanges(item, after[index], [...path, String(index)]));
  }
  if (!isRecord(before) || !isRecord(after)) return [];
  return Object.keys(before).flatMap((key) => textChanges(before[key], after[key], [...path, key]));
}

/** JSON in one long line, such as a dashboard, is told as lines too. */
function asLines(text: string): string {
  if (text.length < LONG_JSON || !/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** "haproxy-cfg" of metadata, "values" of a Helm release. */
function titleOf(path: readonly string[]): string {
  return path.filter((part) => part !== "metadata" && !/^\d+$/.test(part)).join(".");
}

function diffLines(before: string, after: string): string[] {
  const patch = structuredPatch("", "", before, after, "", "", { context: CONTEXT_LINES, maxEditLength: MAX_EDITS });
  if (!patch) return [...before.split("\n").map((line) => `-${line}`), ...after.split("\n").map((line) => `+${line}`)];
  return patch.hunks.flatMap(({ oldStart, newStart, lines }) => [`@@ line ${oldStart} -> ${newStart} @@`, ...lines]);
}
