/** One refused value: where it stands, what it is and what to do. */
export type Problem = `${string}: ${string}`;

export function isWhole(value: number, minimum: number, maximum: number): boolean {
  return Number.isInteger(value) && value >= minimum && value <= maximum;
}

/** The problem of a value that is refused; nothing otherwise. */
export function when(refused: boolean, path: string, value: unknown, remedy: string): Problem[] {
  return refused ? [problem(path, value, remedy)] : [];
}

export function problem(path: string, value: unknown, remedy: string): Problem {
  return `${path}: ${typeof value === "string" ? `"${value}"` : JSON.stringify(value)} is refused: ${remedy}`;
}
