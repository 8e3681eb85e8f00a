/** Samples before and after the fault, one in 15 s: more than an hour and a half. */
export const TIMES = { before: 20, after: 400 } as const;

/** A value that is another one from the fault on, as promtool writes series. */
export const steady = (value: number, then = value) => `${value}x${TIMES.before} ${then}x${TIMES.after}`;

/** A counter that grows by so much in 15 s, and by another amount from the fault on. */
export const counter = (each: number, then = each, from = each * TIMES.before) =>
  `0+${each}x${TIMES.before} ${from + then}+${then}x${TIMES.after}`;
