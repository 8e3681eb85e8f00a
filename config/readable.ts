import type { Flaw } from "./schema";

/**
 * A copy of `value` in which reading a refused field ends the rule that reads it: {@link judge}. So rules are plain
 * functions of a whole topology, and one flaw silences only the rules that depend on it.
 */
export function readable<T>(value: T, flaws: readonly Flaw[]): T {
  const refused = new Set(flaws.map(({ path }) => key(path)));
  // A refused field may be missing, but must still be found among the keys.
  const refusedOf = new Map<string, string[]>();
  for (const { path } of flaws) {
    const holder = key(path.slice(0, -1));
    refusedOf.set(holder, [...(refusedOf.get(holder) ?? []), path.at(-1) ?? ""]);
  }
  const copy = (own: unknown, path: readonly string[]): unknown => {
    if (typeof own !== "object" || own === null) return own;
    const names = new Set([...Object.keys(own), ...(refusedOf.get(key(path)) ?? [])]);
    const copied: object = Array.isArray(own) ? [] : {};
    for (const name of names) {
      const at = [...path, name];
      const isRefused = refused.has(key(at));
      const field = isRefused ? undefined : copy((own as Record<string, unknown>)[name], at);
      Object.defineProperty(copied, name, { get: () => (isRefused ? stop() : field), enumerable: true });
    }
    return copied;
  };
  return copy(value, []) as T;
}

/** A rule's problems; none if it read a refused field. */
export function judge<T>(rule: () => T[]): T[] {
  try {
    return rule();
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}

class Refused extends Error {}

function stop(): never {
  throw new Refused("a refused field was read");
}

function key(path: readonly string[]): string {
  return JSON.stringify(path);
}
