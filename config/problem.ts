/** One refused value: where it stands, what it is and what to do. */
export type Problem = `${string}: ${string}`;

/** The problem of a value that is refused; nothing otherwise. */
export function when(refused: boolean, path: string, value: unknown, remedy: string): Problem[] {
  return refused ? [problem(path, value, remedy)] : [];
}

export function problem(path: string, value: unknown, remedy: string): Problem {
  return `${path}: ${shown(value)} is refused: ${remedy}`;
}

/** A longer value is cut: who wrote it knows it by its start, and a report is for reading. */
const SHOWN_CHARACTERS = 120;

function shown(value: unknown): string {
  const written = typeof value === "string" ? `"${value}"` : (jsonOf(value) ?? String(value));
  return written.length > SHOWN_CHARACTERS ? `${written.slice(0, SHOWN_CHARACTERS)}…` : written;
}

/** As JSON, but for what JSON has no word for: NaN is not null. */
function jsonOf(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return typeof value;
  }
}
