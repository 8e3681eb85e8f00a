/**
 * Widths of Helvetica's and Arial's letters in thousandths of the font size, rounded up within each group: where a
 * browser has another sans-serif, its letters are seldom wider by more than that.
 */
const GROUPS: readonly [letters: string, width: number][] = [
  ["ijl'|", 240],
  ["fIt .,:;/!()[]-r›·", 340],
  ["ckszvxyJ", 510],
  ["mMW@%w", 880],
];
const CAPITAL = 740;
const OTHER = 570;
/** A bold letter is wider by that. */
const BOLD = 1.1;

const WIDTHS = new Map(GROUPS.flatMap(([letters, width]) => [...letters].map((letter) => [letter, width] as const)));

/** How wide a text is drawn at most, in pixels. */
export function textWidth(text: string, size: number, isBold = false): number {
  const units = [...text].reduce(
    (sum, letter) => sum + (WIDTHS.get(letter) ?? (/[A-Z]/.test(letter) ? CAPITAL : OTHER)),
    0,
  );
  return (units / 1000) * size * (isBold ? BOLD : 1);
}

/** The size at which a bold text fits, `size` at most. */
export function fittingSize(text: string, size: number, width: number): number {
  return Math.min(size, Math.floor((size * width) / textWidth(text, size, true)));
}

/** Lines that fit; broken at spaces and behind hyphens, and within a word that is too long for any line. */
export function wrap(text: string, width: number, size: number, isBold = false): string[] {
  const lines: string[] = [];
  let line = "";
  const fits = (candidate: string) => textWidth(candidate.trimEnd(), size, isBold) <= width;
  for (const word of text.match(/[^\s-]*(?:-+|\s+|$)/g) ?? []) {
    if (!fits(line + word) && line) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += word;
    while (!fits(line)) {
      const end = [...line].findLastIndex((_, index) => index > 0 && fits(line.slice(0, index)));
      lines.push(line.slice(0, Math.max(end, 1)));
      line = line.slice(Math.max(end, 1));
    }
  }
  return line.trim() ? [...lines, line.trimEnd()] : lines;
}
