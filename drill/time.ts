import { setTimeout } from "node:timers/promises";

export function sleepMs(milliseconds: number): Promise<void> {
  return setTimeout(milliseconds);
}

/** Polls until `isTrue` returns true. @throws Error that names `what` after `limitMs` */
export async function waitUntil(what: string, limitMs: number, isTrue: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`timed out after ${limitMs / 1000} s waiting until ${what}`);
    await sleepMs(25);
  }
}

/** Milliseconds of the wall clock, finer than `Date.now`: the same for all processes of a machine. */
export function epochMs(): number {
  return performance.timeOrigin + performance.now();
}
