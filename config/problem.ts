/** One refused value: its path, the value and the remedy. */
export type Problem = `${string}: ${string}`;

/** A problem if the value is refused, otherwise nothing. */
export function when(refused: boolean, path: string, value: unknown, remedy: string): Problem[] {
  return refused ? [problem(path, value, remedy)] : [];
}

export function problem(path: string, value: unknown, remedy: string): Problem {
  return `${path}: ${shown(value)} is refused: ${remedy}`;
}

/** Longer values are cut: whoever wrote one recognizes its start. */
const SHOWN_CHARACTERS = 120;

function shown(value: unknown): string {
  const written = typeof value === "string" ? `"${value}"` : (jsonOf(value) ?? String(value));
  return written.length > SHOWN_CHARACTERS ? `${written.slice(0, SHOWN_CHARACTERS)}…` : written;
}

/** JSON, except for what JSON cannot express: NaN would become null. */
function jsonOf(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return typeof value;
  }
}
