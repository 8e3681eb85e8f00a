export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

/** Left-aligned columns, for words. */
export function left(...titles: readonly string[]): Column[] {
  return titles.map((title) => ({ title, align: "left" }));
}

/** Right-aligned columns, for numbers. */
export function right(...titles: readonly string[]): Column[] {
  return titles.map((title) => ({ title, align: "right" }));
}

/** Width of a terminal in characters. */
export const TERMINAL_WIDTH = 80;

const GAP = "  ";

/**
 * Rows aligned under their titles, two spaces between columns.
 * @param width maximum line length in characters: word columns wrap to fit, widest first; where that is not enough,
 * also within words, after punctuation.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly (string | number | undefined)[])[],
  width = TERMINAL_WIDTH,
): string {
  const cells = rows.map((row) => columns.map((_, index) => String(row[index] ?? "")));
  const titles = columns.map(({ title }) => title);
  const widths = fitWidths(columns, [titles, ...cells], width);
  const lines = (row: readonly string[]) => {
    const broken = row.map((cell, index) => breakLine(cell, widths[index] ?? 0));
    return Array.from({ length: Math.max(...broken.map(({ length }) => length)) }, (_, number) =>
      columns
        .map(({ align }, index) => {
          const text = broken[index]?.[number] ?? "";
          return text[align === "right" ? "padStart" : "padEnd"](widths[index] ?? 0);
        })
        .join(GAP)
        .trimEnd(),
    );
  };
  const rule = widths.map((each) => "-".repeat(each)).join(GAP);
  return [...lines(titles), rule, ...cells.flatMap(lines)].join("\n");
}

/** Column widths; the widest column that still can shrinks until all fit. */
function fitWidths(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): readonly number[] {
  const longest = (parts: (cell: string) => readonly string[]) =>
    columns.map((_, index) => Math.max(...rows.flatMap((row) => parts(row[index] ?? "").map(({ length }) => length))));
  const full = longest((cell) => [cell]);
  const least = (parts: (cell: string) => readonly string[]) =>
    longest(parts).map((each, index) => (columns[index]?.align === "right" ? (full[index] ?? 0) : each));
  const betweenWords = narrow(full, least(words), width);
  return narrow(
    betweenWords,
    least((cell) => words(cell).flatMap(pieces)),
    width,
  );
}

function narrow(widths: readonly number[], least: readonly number[], width: number): readonly number[] {
  const narrowed = [...widths];
  while (narrowed.reduce((sum, each) => sum + each + GAP.length, -GAP.length) > width) {
    const spare = narrowed.map((each, index) => (each > (least[index] ?? 0) ? each : 0));
    const widest = Math.max(...spare);
    if (widest === 0) break;
    narrowed[spare.indexOf(widest)] = widest - 1;
  }
  return narrowed;
}

function words(text: string): string[] {
  return text.split(" ");
}

/** Where a word may be broken: after its punctuation. */
function pieces(word: string): string[] {
  return word.split(/(?<=[-_,@])/);
}

/** Wraps lines between words. Lines that begin with a space are left as they are. */
export function wrap(text: string, width = TERMINAL_WIDTH): string {
  return text
    .split("\n")
    .flatMap((line) => (line.startsWith(" ") ? [line] : breakLine(line, width)))
    .join("\n");
}

function breakLine(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const lines = [""];
  const add = (text: string, gap: string) => {
    const last = lines.at(-1) ?? "";
    if (last === "") lines[lines.length - 1] = text;
    else if (last.length + gap.length + text.length <= width) lines[lines.length - 1] = `${last}${gap}${text}`;
    else lines.push(text);
  };
  for (const word of words(line)) {
    const [first = "", ...others] = word.length <= width ? [word] : pieces(word);
    add(first, " ");
    for (const piece of others) add(piece, "");
  }
  return lines;
}
