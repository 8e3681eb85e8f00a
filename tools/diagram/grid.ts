import type { Item } from "./picture";
import { cardHeight, SIZES } from "./sheet";
import { wrap } from "./text-width";

/** Within a country, from its left border. Three columns of cards, as in the seed's picture. */
export const X = {
  width: 440,
  left: 26,
  middle: 162,
  right: 298,
  /** Between the left and the middle column, where lines pass. */
  aisle: 152,
} as const;

export const CARD = 116;
/** Room between a country's border and what it holds. */
export const INSET = 14;
export const INNER_WIDTH = X.width - 2 * INSET;
/** Between two things one above the other. */
export const GAP = 10;
/** Between two lanes of lines that run side by side. */
export const LANE = 12;

/** Where a line meets a card of a column: its middle. */
export function middleOf(column: number): number {
  return column + CARD / 2;
}

/** Height for whichever of these cards is the tallest. */
export function tallest(width: number, items: readonly (Item | undefined)[]): number {
  return Math.max(0, ...items.map((item) => (item ? cardHeight(item, width) : 0)));
}

/** Names of what the things of a group need, as small print. */
export function needsLines(names: readonly string[], width: number): string[] {
  return names.length > 0 ? wrap(`with ${names.join(", ")}`, width, SIZES.line) : [];
}
