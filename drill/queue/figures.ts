import type { Reading } from "./meter";
import type { MessageRecord } from "./publisher";

export interface Moments {
  readonly startMs: number;
  readonly strikeMs: number;
  readonly healMs: number;
  /** When the queue had a member on every node again; undefined if that took too long. */
  readonly wholeMs: number | undefined;
  /** When the last message was sent. */
  readonly endMs: number;
}

export interface Figures {
  readonly confirmed: number;
  readonly refused: number;
  readonly unknown: number;
  /** Ids that were confirmed but are missing. */
  readonly missing: readonly string[];
  /** How many unknown ones were there. */
  readonly unknownFound: number;
  readonly twice: number;
  /** Confirmed by the struck nodes while isolated. */
  readonly confirmedAlone: number;
  /** Longest time without a confirmation since the fault. */
  readonly gapMs: number;
  /** Length readings that failed or timed out. */
  readonly failedReadings: number;
  readonly readings: number;
  /** Longest time without a correct reading. */
  readonly blindMs: number;
  /** The last length reported, once nothing moved any more, and the true one. */
  readonly lastLength: number | undefined;
  readonly trueLength: number;
  /** Set aside, because workers returned them too often. */
  readonly returned: number;
}

/** How often each id was in the two queues afterwards. */
export interface Contents {
  readonly found: ReadonlyMap<string, number>;
  readonly returned: ReadonlyMap<string, number>;
}

/** The management database is refreshed every 5 s (RabbitMQ's default), and is queried through another node. */
const REFRESH_MS = 10_000;

/**
 * Longest time without a correct reading: one that matches some moment of the last seconds. A queue without consumers
 * holds what was confirmed, but for what was set aside, and may hold what is unknown.
 */
export function blindMs(
  readings: readonly Reading[],
  records: readonly MessageRecord[],
  { startMs, endMs }: Moments,
  returned = 0,
): number {
  const right = readings.filter(({ length, askedMs, atMs }) => {
    if (length === undefined) return false;
    const least = records.filter((each) => each.outcome === "confirmed" && each.endMs <= askedMs - REFRESH_MS).length;
    const most = records.filter((each) => each.outcome !== "refused" && each.sentMs <= atMs).length;
    return length >= least - returned && length <= most;
  });
  return longestMs([startMs, ...right.map(({ atMs }) => atMs), endMs]);
}

/** Since the fault; it begins at the last confirmation before it. */
export function gapMs(records: readonly MessageRecord[], { strikeMs, endMs }: Moments): number {
  const times = records
    .filter(({ outcome }) => outcome === "confirmed")
    .map((each) => each.endMs)
    .sort((a, b) => a - b);
  const before = times.filter((time) => time <= strikeMs).at(-1) ?? strikeMs;
  return longestMs([before, ...times.filter((time) => time > strikeMs), Math.max(endMs, before)]);
}

function longestMs(times: readonly number[]): number {
  return times.slice(1).reduce((longest, time, index) => Math.max(longest, time - (times[index] ?? time)), 0);
}

export function figuresOf(
  records: readonly MessageRecord[],
  { found, returned }: Contents,
  readings: readonly Reading[],
  moments: Moments,
  cutOff: readonly string[],
): Figures {
  const of = (outcome: MessageRecord["outcome"]) => records.filter((record) => record.outcome === outcome);
  const confirmed = of("confirmed");
  const alone = confirmed.filter(
    // Messages sent before the isolation may be confirmed by what was in flight; later ones may not.
    ({ node, sentMs, endMs }) => cutOff.includes(node) && sentMs > moments.strikeMs && endMs < moments.healMs,
  );
  return {
    confirmed: confirmed.length,
    refused: of("refused").length,
    unknown: of("unknown").length,
    missing: confirmed.filter(({ id }) => !found.has(id) && !returned.has(id)).map(({ id }) => id),
    unknownFound: of("unknown").filter(({ id }) => found.has(id) || returned.has(id)).length,
    twice: [...found.values()].filter((count) => count > 1).length,
    confirmedAlone: alone.length,
    gapMs: gapMs(records, moments),
    failedReadings: readings.filter(({ length }) => length === undefined).length,
    readings: readings.length,
    blindMs: blindMs(readings, records, moments, returned.size),
    lastLength: readings.at(-1)?.length,
    trueLength: [...found.values()].reduce((sum, count) => sum + count, 0),
    returned: returned.size,
  };
}
