import type { Deed } from "./users-process";

/** Times of the wall clock, in milliseconds. */
export interface Moments {
  readonly startMs: number;
  readonly strikeMs: number;
  readonly healMs: number;
  /** Everything runs again, and everybody is back home. */
  readonly wholeMs: number;
  readonly endMs: number;
}

/** What a country's users saw of a fault. Those whose resolver keeps to no TTL are counted apart. */
export interface UserFigures {
  readonly country: string;
  readonly asked: number;
  /** Answered with anything but a success, or not at all. */
  readonly failed: number;
  readonly failedStubborn: number;
  /** Longest time without a successful page or basket, in milliseconds, from the strike on. */
  readonly readGapMs: number;
  /** The same of orders. */
  readonly orderGapMs: number;
  /** Failures after everything was whole again. */
  readonly failedAfter: number;
  /** How old the newest lost thing of any basket was. */
  readonly lostMs: number;
  readonly ordersTold: number;
  /** Whose shop answered pages while the fault was there, with how many. */
  readonly servedBy: Readonly<Record<string, number>>;
}

export const isGood = ({ status }: Deed) => status === 200;
const isRead = ({ kind }: Deed) => kind === "page" || kind === "basket";

export function figuresOf(country: string, all: readonly Deed[], moments: Moments): UserFigures {
  const every = all.filter((deed) => deed.country === country);
  const deeds = every.filter(({ isStubborn }) => !isStubborn);
  const failed = deeds.filter((deed) => !isGood(deed));
  const struck = deeds.filter(({ startMs }) => startMs > moments.strikeMs && startMs < moments.healMs);
  return {
    country,
    asked: deeds.length,
    failed: failed.length,
    failedStubborn: every.filter((deed) => deed.isStubborn && !isGood(deed)).length,
    readGapMs: gapMs(deeds.filter(isRead), moments),
    orderGapMs: gapMs(
      deeds.filter(({ kind }) => kind === "order"),
      moments,
    ),
    failedAfter: failed.filter(({ startMs }) => startMs > moments.wholeMs).length,
    lostMs: Math.max(0, ...every.map(({ lostMs = 0 }) => lostMs)),
    ordersTold: deeds.filter((deed) => deed.kind === "order" && isGood(deed)).length,
    servedBy: countBy(struck.filter((deed) => isRead(deed) && isGood(deed)).map(({ servedBy = "?" }) => servedBy)),
  };
}

/** From the last success before the strike to the end, the longest time between two; a success that never comes ends there. */
function gapMs(deeds: readonly Deed[], { strikeMs, endMs }: Moments): number {
  const successes = deeds
    .filter(isGood)
    .map((deed) => deed.endMs)
    .sort((a, b) => a - b);
  const before = successes.filter((atMs) => atMs < strikeMs).at(-1) ?? strikeMs;
  const points = [before, ...successes.filter((atMs) => atMs >= strikeMs && atMs <= endMs), endMs];
  return Math.max(...points.slice(1).map((atMs, index) => atMs - (points[index] ?? atMs)));
}

export function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
