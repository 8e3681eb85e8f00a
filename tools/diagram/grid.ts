import type { Item } from "./picture";
import { cardHeight, SIZES } from "./sheet";
import { wrap } from "./text-width";

/** Within a country, from its left border. Three columns of cards, as in the seed's picture. */
export const X = {
  width: 452,
  left: 18,
  middle: 161,
  right: 304,
  /** Between the left and the middle column, where lines pass. */
  aisle: 154,
} as const;

export const CARD = 130;
/** Room between a country's border and what it holds. */
export const INSET = 10;
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
