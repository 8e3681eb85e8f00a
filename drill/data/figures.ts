import type { WriteRecord } from "./client";
import type { Return } from "./faults";
import type { Sample } from "./sampler";

/** Moments of a round, on the clock of its records. */
export interface Moments {
  readonly startMs: number;
  /** Just before the fault. */
  readonly strikeMs: number;
  /** Once it was in effect. */
  readonly struckMs: number;
  /** Start of the repair; without one, the fault itself. */
  readonly healMs: number;
  /** When all nodes were synced again, or the wait timed out. */
  readonly wholeMs: number;
  readonly endMs: number;
}

/** What the clients of one country saw in a round. */
export interface ClientFigures {
  readonly country: string;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  /** How many of the unknown ones were found afterwards. */
  readonly unknownFound: number;
  /** Failures by error code at the client. */
  readonly errors: Readonly<Record<string, number>>;
  /** Longest time between two acknowledged writes since the fault, or from the last one to the round's end. */
  readonly gapMs: number;
  /** Longest time that a client waited for a result. */
  readonly slowestMs: number;
  /** Writes begun and acknowledged during the fault. */
  readonly acknowledgedMeanwhile: number;
  /** Whether a write was begun and acknowledged after all nodes were synced again. */
  readonly wroteInTheEnd: boolean;
}

/** How a failed node came back. */
export interface NodeFigures {
  readonly node: string;
  /** From the repair, or without one from the fault, until it stayed synced; undefined if it never did. */
  readonly backMs: number | undefined;
  readonly how: Return;
  /** What its last start decided; empty if it was not started. */
  readonly decision: string;
}

/** Writes in flight when the fault strikes may still be committed by the old group. */
const UNDER_WAY_MS = 500;

export function clientFigures(
  country: string,
  records: readonly WriteRecord[],
  found: ReadonlySet<string>,
  moments: Moments,
): ClientFigures {
  const of = (outcome: WriteRecord["outcome"]) => records.filter((record) => record.outcome === outcome);
  const acknowledged = of("acknowledged");
  const failed = [...of("refused"), ...of("unknown")];
  return {
    country,
    acknowledged: acknowledged.length,
    refused: of("refused").length,
    unknown: of("unknown").length,
    unknownFound: of("unknown").filter(({ id }) => found.has(id)).length,
    errors: countBy(failed.map(({ error = "?" }) => error)),
    gapMs: longestGapMs(acknowledged, moments),
    slowestMs: Math.max(0, ...records.map(({ startMs, endMs }) => endMs - startMs)),
    acknowledgedMeanwhile: acknowledged.filter(
      ({ startMs, endMs }) => startMs > moments.struckMs + UNDER_WAY_MS && endMs < moments.healMs,
    ).length,
    wroteInTheEnd: acknowledged.some(({ startMs }) => startMs >= moments.wholeMs),
  };
}

/**
 * Longest time without a completed acknowledged write, from the last one before the fault to the end of the round: for
 * a client that never writes again, the gap lasts until the end.
 */
export function longestGapMs(acknowledged: readonly WriteRecord[], { strikeMs, endMs }: Moments): number {
  const ends = acknowledged.map((record) => record.endMs).sort((a, b) => a - b);
  const before = ends.filter((end) => end < strikeMs).at(-1) ?? strikeMs;
  const moments = [before, ...ends.filter((end) => end >= strikeMs), endMs];
  return Math.max(0, ...moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0)));
}

/**
 * @param samples of the round
 * @param journal output of the machine's units since the fault
 */
export function nodeFigures(
  node: string,
  samples: readonly Sample[],
  journal: string,
  { healMs }: Moments,
): NodeFigures {
  const isBack = ({ views }: Sample) => views[node]?.status === "Primary" && views[node]?.state === "Synced";
  const late = samples.filter(({ atMs }) => atMs >= healMs);
  const since = late.slice(late.findLastIndex((sample) => !isBack(sample)) + 1)[0];
  return {
    node,
    backMs: since ? since.atMs - healMs : undefined,
    how: returnOf(journal),
    decision: [...journal.matchAll(/^(join|rejoin|begin|wait)[-a-z]*(?=: )/gm)].at(-1)?.[0] ?? "",
  };
}

/** From Galera's messages in the node's log. A full copy is followed by the write sets that arrived meanwhile. */
export function returnOf(journal: string): Return {
  if (/Proceeding with SST/.test(journal)) return "SST";
  return /Receiving IST|IST received/.test(journal) ? "IST" : "nothing missed";
}

function countBy(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
