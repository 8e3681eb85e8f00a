import { loadAll } from "js-yaml";
import type { Finding, Subject } from "./finding";
import { isRecord } from "./plan-file";
import { REFUSALS } from "./refusals";

/** A reviewed permission to do, for a while, what is refused. */
export interface Exception extends Subject {
  readonly rule: string;
  readonly reason: string;
  /** Last day on which it holds, in UTC: 2026-12-31. */
  readonly expires: string;
}

export interface Exceptions {
  readonly entries: readonly Exception[];
  /** Entries that allow nothing, each with what is wrong. */
  readonly problems: readonly string[];
}

/** Days that an exception may last: longer, it is a decision and belongs into the rules. */
const MAX_DAYS = 30;

const FIELDS = ["rule", "stack", "address", "reason", "expires"] as const;

/**
 * Reads the file's text. A wrong entry allows nothing, and says so.
 *
 * @throws Error without the text when it is not a list of entries
 */
export function parseExceptions(text: string, today: Date): Exceptions {
  let documents: unknown[];
  try {
    documents = loadAll(text);
  } catch {
    throw new Error("is not YAML");
  }
  const [list = [], ...rest] = documents.filter((document) => document !== null);
  if (rest.length > 0) throw new Error("holds several YAML documents: put all entries into one list");
  if (!Array.isArray(list)) throw new Error(`is not a list of entries with ${FIELDS.join(", ")}`);
  const entries: Exception[] = [];
  const problems: string[] = [];
  list.forEach((entry: unknown, index) => {
    const problem = entryProblem(entry, today);
    if (problem === undefined) entries.push(entry as Exception);
    else problems.push(`entry ${index + 1}${titleOf(entry)} allows nothing: ${problem}`);
  });
  return { entries, problems };
}

function entryProblem(entry: unknown, today: Date): string | undefined {
  if (!isRecord(entry)) return `it must have ${FIELDS.join(", ")}`;
  const missing = FIELDS.filter((field) => typeof entry[field] !== "string" || String(entry[field]).trim() === "");
  if (missing.length > 0) return `${missing.join(", ")} must be given as text`;
  const strange = Object.keys(entry).filter((field) => !(FIELDS as readonly string[]).includes(field));
  if (strange.length > 0) return `unknown field ${strange.join(", ")}: use ${FIELDS.join(", ")}`;
  if (!REFUSALS.some(({ name }) => name === entry.rule)) {
    return `rule ${entry.rule} does not exist: use ${REFUSALS.map(({ name }) => name).join(", ")}`;
  }
  return expiryProblem(String(entry.expires), today);
}

function expiryProblem(expires: string, today: Date): string | undefined {
  const end = new Date(`${expires}T23:59:59.999Z`);
  // Some dates that do not exist, such as 2026-02-31, are read as another day.
  if (!/^\d{4}-\d\d-\d\d$/.test(expires) || Number.isNaN(end.getTime()) || end.toISOString().slice(0, 10) !== expires) {
    return `expires ${expires} is not a date: write it as 2026-12-31`;
  }
  const days = (end.getTime() - today.getTime()) / 86_400_000;
  if (days < 0) return `it expired on ${expires}: remove it, or have it reviewed again`;
  return days > MAX_DAYS + 1
    ? `expires ${expires} is more than ${MAX_DAYS} days away: choose an earlier date`
    : undefined;
}

function titleOf(entry: unknown): string {
  return isRecord(entry) && typeof entry.address === "string" ? ` (${entry.address})` : "";
}

/** The entries that allow a finding: one for each of its subjects, or it stays refused. */
export function allowing(
  rule: string,
  { subjects }: Finding,
  { entries }: Exceptions,
): readonly Exception[] | undefined {
  const found = subjects.map(({ stack, address }) =>
    entries.find((entry) => entry.rule === rule && entry.stack === stack && entry.address === address),
  );
  return found.every((entry) => entry !== undefined) ? [...new Set(found)] : undefined;
}
