export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** Columns of words. */
export function left(...titles: readonly string[]): Column[] {
  return titles.map((title) => ({ title, align: "left" }));
}

/** Columns of numbers. */
export function right(...titles: readonly string[]): Column[] {
  return titles.map((title) => ({ title, align: "right" }));
}

/** Rows lined up under their titles, two spaces between columns. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  const cells = rows.map((row) => columns.map((_, index) => String(row[index] ?? "")));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    columns
      .map(({ align }, index) => row[index]?.[align === "right" ? "padStart" : "padEnd"](widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [line(columns.map(({ title }) => title)), rule, ...cells.map(line)].join("\n");
}
