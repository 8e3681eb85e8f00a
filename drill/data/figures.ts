import type { WriteRecord } from "./client";
import type { Return } from "./faults";
import type { Sample } from "./sampler";

/** Moments of a round, on the clock of its records. */
export interface Moments {
  readonly startMs: number;
  /** When the fault was about to strike. */
  readonly strikeMs: number;
  /** When it had struck. */
  readonly struckMs: number;
  /** When the cure began; the strike itself when nobody cures it. */
  readonly healMs: number;
  /** When all nodes were synced again, or were given up. */
  readonly wholeMs: number;
  readonly endMs: number;
}

/** What the clients of one country saw in a round. */
export interface ClientFigures {
  readonly country: string;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  /** Of the unknown ones, how many were found afterwards. */
  readonly unknownFound: number;
  /** Failures by the code that the client was given. */
  readonly errors: Readonly<Record<string, number>>;
  /** Longest time between two acknowledged writes from the strike on, and from the last one to the round's end. */
  readonly gapMs: number;
  /** Longest that a client waited for an answer. */
  readonly slowestMs: number;
  /** Writes that were begun and acknowledged while the fault lasted. */
  readonly acknowledgedMeanwhile: number;
  /** Whether a write was begun and acknowledged once all nodes were synced again. */
  readonly wroteInTheEnd: boolean;
}

/** How a struck node came back. */
export interface NodeFigures {
  readonly node: string;
  /** From the cure, or from the strike when nobody cures it, until it was synced for good; undefined when it was not. */
  readonly backMs: number | undefined;
  readonly how: Return;
  /** How its last start was decided; empty when it was not started. */
  readonly decision: string;
}

/** Writes that were under way at the strike may still be committed with the group as it was. */
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
 * Longest time without the end of an acknowledged write, from the last one before the strike to the end of the round: a
 * client that never writes again has a gap to the end.
 */
export function longestGapMs(acknowledged: readonly WriteRecord[], { strikeMs, endMs }: Moments): number {
  const ends = acknowledged.map((record) => record.endMs).sort((a, b) => a - b);
  const before = ends.filter((end) => end < strikeMs).at(-1) ?? strikeMs;
  const moments = [before, ...ends.filter((end) => end >= strikeMs), endMs];
  return Math.max(0, ...moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0)));
}

/**
 * @param samples of the round
 * @param journal what the machine's units wrote since the strike
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

/** From the words of Galera in the node's log. A full copy is followed by the write sets that came meanwhile. */
export function returnOf(journal: string): Return {
  if (/Proceeding with SST/.test(journal)) return "SST";
  return /Receiving IST|IST received/.test(journal) ? "IST" : "nothing missed";
}

function countBy(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}
