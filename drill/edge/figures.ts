import type { Execution } from "./ledger";
import type { RequestRecord } from "./load";

/** A request that reached a country. */
export interface Asked extends Execution {
  readonly country: string;
}

/** Moments of a round, on the clock of its records. */
export interface Moments {
  readonly startMs: number;
  /** When the fault was about to strike. */
  readonly strikeMs: number;
  /** When it had struck: what it kills was dead. */
  readonly struckMs: number;
  /** When the cure began. */
  readonly healMs: number;
  /** When everything stood again: a restarted app listened. */
  readonly healedMs: number;
  readonly endMs: number;
}

/**
 * How a request failed:
 * - `refused`: the edge found nobody who took it
 * - `broke`: the connection to the app broke after the request was sent; it may have been executed
 * - `timeout`: no answer in time
 * - `error`: the app itself answered with an error
 * - `dropped`: the client could not connect to the edge
 * - `cut`: the answer began, and ended too early
 */
export type FailureKind = "refused" | "broke" | "timeout" | "error" | "dropped" | "cut";

export interface Failures {
  readonly count: number;
  /** Of those, how many the app executed all the same. */
  readonly executed: number;
}

/** What users of one edge saw in one round. */
export interface Figures {
  readonly requests: number;
  readonly failedReads: number;
  readonly failedReadKinds: Readonly<Partial<Record<FailureKind, number>>>;
  /** Of the reads that broke, those that had been sent before the fault had struck. */
  readonly readsBrokenByStrike: number;
  readonly failedWrites: Readonly<Partial<Record<FailureKind, Failures>>>;
  /** Writes whose connection to the edge was closed without an answer, which invites a client to send them again. */
  readonly silentWrites: number;
  /** Ids of writes that were executed more than once. */
  readonly repeatedWrites: readonly string[];
  /** Longest time between successful answers from the strike on. */
  readonly longestGapMs: number;
  readonly slowestMs: number;
  /** From healed to the first request that the own country served again; undefined when none was. */
  readonly backMs: number | undefined;
  /** Successful answers by country, from the strike on. */
  readonly servedBy: Readonly<Record<string, number>>;
  /** Of those, the ones that were given before the cure began. */
  readonly servedWhileStruck: Readonly<Record<string, number>>;
  /** Failures that were not the edge's own page with `Retry-After`, those whose connection broke left out. */
  readonly uncleanFailures: number;
  /** Longest wait for a failure. */
  readonly slowestFailureMs: number;
  /** Answers that ended too early and that their client takes for whole. */
  readonly silentCuts: number;
  /** How often countries were asked in all. */
  readonly asked: number;
  /** For one request at most. */
  readonly mostAsked: number;
  /** Ids of requests that one country was asked for more than once. */
  readonly askedAgain: readonly string[];
  /** Requests of which an ingress was told another client address than the real one. */
  readonly wrongClients: number;
}

/** @param ledger what every country was asked since the round began */
export function figuresOf(
  records: readonly RequestRecord[],
  ledger: readonly Asked[],
  moments: Moments,
  ownCountry: string,
): Figures {
  const failed = records.filter((record) => !isSuccess(record));
  const failedReads = failed.filter(({ method }) => method !== "POST");
  const asked = byId(ledger);
  const executed = byId(ledger.filter(({ status }) => status === 200));
  const asksOf = ({ id }: RequestRecord) => asked.get(id) ?? [];
  const country = ({ servedBy }: RequestRecord) => servedBy ?? "?";
  const late = records.filter((record) => isSuccess(record) && record.endMs >= moments.strikeMs);
  const back = records.filter(
    (record) => isSuccess(record) && record.servedBy === ownCountry && record.startMs >= moments.healedMs,
  );
  return {
    requests: records.length,
    failedReads: failedReads.length,
    failedReadKinds: countBy(failedReads, failureKind),
    readsBrokenByStrike: failedReads.filter(
      (record) => failureKind(record) === "broke" && record.startMs <= moments.struckMs,
    ).length,
    failedWrites: failedWrites(failed, executed),
    silentWrites: failed.filter(
      (record) => record.method === "POST" && record.status === 0 && failureKind(record) === "broke",
    ).length,
    repeatedWrites: records
      .filter(({ method, id }) => method === "POST" && (executed.get(id)?.length ?? 0) > 1)
      .map(({ id }) => id),
    longestGapMs: longestGapMs(records, moments.strikeMs),
    slowestMs: Math.max(0, ...records.map(({ startMs, endMs }) => endMs - startMs)),
    backMs: back.length > 0 ? Math.min(...back.map(({ startMs }) => startMs)) - moments.healedMs : undefined,
    servedBy: countBy(late, country),
    servedWhileStruck: countBy(
      late.filter(({ endMs }) => endMs < moments.healMs),
      country,
    ),
    uncleanFailures: failed.filter(
      (record) => !record.isUnavailablePage && !["broke", "cut"].includes(failureKind(record)),
    ).length,
    slowestFailureMs: Math.max(0, ...failed.map(({ startMs, endMs }) => endMs - startMs)),
    silentCuts: failed.filter(({ cut }) => cut === "silent").length,
    asked: records.reduce((sum, record) => sum + asksOf(record).length, 0),
    mostAsked: Math.max(0, ...records.map((record) => asksOf(record).length)),
    askedAgain: records
      .filter((record) => new Set(asksOf(record).map(({ country }) => country)).size < asksOf(record).length)
      .map(({ id }) => id),
    wrongClients: records.filter(({ id, client }) => asked.get(id)?.some((execution) => execution.client !== client))
      .length,
  };
}

export function isSuccess({ status, cut }: Pick<RequestRecord, "status" | "cut">): boolean {
  return status === 200 && cut === undefined;
}

/**
 * HAProxy answers 502 when the server's connection broke, 504 when it was silent, 503 when it reached none. But on an
 * HTTP/1.1 connection that has served before it closes without a word instead of 502 (seen with 2.6.12), so that is
 * a break too.
 */
export function failureKind({ status, error, wasConnected, servedBy, cut }: RequestRecord): FailureKind {
  if (cut) return "cut";
  if (error === "timeout" || (status === 504 && !servedBy)) return "timeout";
  if (status === 0) return wasConnected ? "broke" : "dropped";
  if (servedBy) return "error";
  return status === 502 ? "broke" : "refused";
}

/** Longest time between the ends of successful answers, of which the later one came after `fromMs`. */
export function longestGapMs(records: readonly RequestRecord[], fromMs: number): number {
  const ends = records
    .filter(isSuccess)
    .map(({ endMs }) => endMs)
    .sort((a, b) => a - b);
  return ends.reduce((longest, end, index) => {
    const before = ends[index - 1];
    return before === undefined || end < fromMs ? longest : Math.max(longest, end - before);
  }, 0);
}

export function writesFailed({ failedWrites }: Figures): number {
  return Object.values(failedWrites).reduce((sum, { count }) => sum + count, 0);
}

function failedWrites(
  failed: readonly RequestRecord[],
  executed: ReadonlyMap<string, unknown>,
): Figures["failedWrites"] {
  const result: Partial<Record<FailureKind, Failures>> = {};
  for (const record of failed.filter(({ method }) => method === "POST")) {
    const kind = failureKind(record);
    const { count, executed: ran } = result[kind] ?? { count: 0, executed: 0 };
    result[kind] = { count: count + 1, executed: ran + (executed.has(record.id) ? 1 : 0) };
  }
  return result;
}

function byId(ledger: readonly Asked[]): ReadonlyMap<string, readonly Asked[]> {
  const found = new Map<string, Asked[]>();
  for (const line of ledger) {
    const known = found.get(line.id);
    if (known) known.push(line);
    else found.set(line.id, [line]);
  }
  return found;
}

function countBy<Item, Key extends string>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): Partial<Record<Key, number>> & Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts as Partial<Record<Key, number>> & Record<string, number>;
}
