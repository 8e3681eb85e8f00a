import { setTimeout } from "node:timers/promises";

export function sleepMs(milliseconds: number): Promise<void> {
  return setTimeout(milliseconds);
}

/** Polls until `isTrue` returns true. An answer that doesn't come ends too. @throws Error that names `what` after `limitMs` */
export async function waitUntil(what: string, limitMs: number, isTrue: () => Promise<boolean>): Promise<void> {
  const waiting = new AbortController();
  const { signal } = waiting;
  const poll = async () => {
    for (let pauseMs = 25; !(await isTrue()); pauseMs = Math.min(1.2 * pauseMs, 200))
      await setTimeout(pauseMs, undefined, { signal });
  };
  const limit = async () => {
    await setTimeout(limitMs, undefined, { signal });
    throw new Error(`timed out after ${limitMs / 1000} s waiting until ${what}`);
  };
  try {
    await Promise.race([poll(), limit()]);
  } finally {
    waiting.abort();
  }
}

/** Milliseconds of the wall clock, finer than `Date.now`: the same for all processes of a machine. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}
