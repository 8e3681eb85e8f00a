import type { Flaw } from "./schema";

/**
 * A copy of `value` in which reading a refused field ends the rule that reads it: {@link judge}. So rules are plain
 * functions of a whole topology, and one flaw silences only the rules that depend on it.
 */
export function readable<T>(value: T, flaws: readonly Flaw[]): T {
  const refused: RefusedFields = new Map();
  for (const { path } of flaws) refuse(refused, path);
  return copy(value, refused) as T;
}

/** Of each field that is refused, or that holds one, what is refused of it: nothing more when it is the field itself. */
type RefusedFields = Map<string, RefusedFields | "itself">;

function refuse(fields: RefusedFields, [name = "", ...rest]: Flaw["path"]): void {
  const known = fields.get(name);
  if (known === "itself") return;
  if (rest.length === 0) fields.set(name, "itself");
  else {
    const inner: RefusedFields = known ?? new Map();
    fields.set(name, inner);
    refuse(inner, rest);
  }
}

/** What holds nothing refused is given back as it is. */
function copy(own: unknown, refused: RefusedFields | undefined): unknown {
  if (!refused || typeof own !== "object" || own === null) return own;
  // A refused field may be missing, but must still be found among the keys.
  const names = new Set([...Object.keys(own), ...refused.keys()]);
  const copied: object = Array.isArray(own) ? [] : {};
  for (const name of names) {
    const inner = refused.get(name);
    const value = inner === "itself" ? undefined : copy((own as Record<string, unknown>)[name], inner);
    Object.defineProperty(
      copied,
      name,
      inner === "itself" ? { get: stop, enumerable: true } : { value, enumerable: true },
    );
  }
  return copied;
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
