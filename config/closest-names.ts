/** The known names closest to what was written, closest first, at most two. */
export function closestNames(name: string, known: readonly string[]): string[] {
  const written = name.toLowerCase();
  return known
    .map((candidate) => ({ candidate, distance: distanceTo(written, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= 2)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 2)
    .map(({ candidate }) => candidate);
}

/** 1 if `known` contains it (`replicas` in `minReplicas`), else the edit distance. */
function distanceTo(written: string, known: string): number {
  if (written.length >= 4 && (known.includes(written) || written.includes(known))) return 1;
  // A much longer name is not a typo, and comparing it costs the product of both lengths.
  if (Math.abs(written.length - known.length) > 2 || Math.min(written.length, known.length) < 3) return Infinity;
  let row = Array.from({ length: known.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...written].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...known].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? Infinity;
}
