import type { Badge, Box, Label, Point, Rectangle, Sheet } from "../../tools/diagram/sheet";
import { BADGE_RADIUS, extentOf } from "../../tools/diagram/sheet";

/** Why a drawing cannot be read: texts outside their boxes or over each other, boxes over boxes, lines over either. */
export function legibilityProblems(sheet: Sheet): string[] {
  const boxes = new Map(sheet.boxes.map((box) => [box.id, box]));
  return [
    ...sheet.labels.flatMap((label) => textProblems(label, boxes, sheet)),
    ...pairs(sheet.labels)
      .filter(([a, b]) => overlap(extentOf(a), extentOf(b)))
      .map(([a, b]) => `"${a.text}" and "${b.text}" overlap`),
    ...pairs(sheet.boxes)
      .filter(([a, b]) => (isWithin(a, b) || isWithin(b, a) ? !isNested(a, b) : overlap(a, b)))
      .map(([a, b]) => `${b.id} and ${a.id} overlap`),
    ...sheet.badges.flatMap((badge) => badgeProblems(badge, sheet)),
    ...sheet.lines.flatMap(({ points }) => segments(points).flatMap((segment) => lineProblems(segment, sheet))),
  ];
}

function textProblems(label: Label, boxes: ReadonlyMap<string, Box>, { width, height }: Sheet): string[] {
  const box = label.box === undefined ? { id: "the sheet", x: 0, y: 0, width, height } : boxes.get(label.box);
  if (!box) return [`"${label.text}" belongs to ${label.box}, which is not there`];
  return contains(box, extentOf(label)) ? [] : [`"${label.text}" leaves ${box.id}`];
}

function badgeProblems({ x, y, text }: Badge, { labels, boxes, badges }: Sheet): string[] {
  const circle = { x: x - BADGE_RADIUS, y: y - BADGE_RADIUS, width: 2 * BADGE_RADIUS, height: 2 * BADGE_RADIUS };
  const close = badges.filter((other) => Math.hypot(other.x - x, other.y - y) < 2 * BADGE_RADIUS);
  return [
    ...labels.filter((label) => overlap(circle, extentOf(label))).map((label) => `${text} covers "${label.text}"`),
    ...boxes.filter((box) => !holds(box) && overlap(circle, box)).map(({ id }) => `${text} covers ${id}`),
    // Itself is one.
    ...close.slice(1).map((other) => `${text} and ${other.text} overlap`),
  ];
}

function lineProblems(line: Rectangle, { labels, boxes }: Sheet): string[] {
  return [
    ...labels.filter((label) => overlap(line, extentOf(label))).map(({ text }) => `a line crosses "${text}"`),
    ...boxes.filter((box) => !holds(box) && overlap(line, box)).map(({ id }) => `a line passes through ${id}`),
  ];
}

/** Lines run level or upright, so that each piece is a rectangle without width or height. */
function segments(points: readonly Point[]): Rectangle[] {
  return points.slice(1).map(([x, y], index) => {
    const [fromX, fromY] = points[index] ?? [x, y];
    return { x: Math.min(x, fromX), y: Math.min(y, fromY), width: Math.abs(x - fromX), height: Math.abs(y - fromY) };
  });
}

function holds({ kind }: Box): boolean {
  return kind === "country" || kind === "group";
}

function isWithin(inner: Box, outer: Box): boolean {
  return inner.id.startsWith(`${outer.id}/`);
}

function isNested(a: Box, b: Box): boolean {
  return contains(a, b) || contains(b, a);
}

function contains(outer: Rectangle, inner: Rectangle): boolean {
  const isAside = inner.x < outer.x || inner.x + inner.width > outer.x + outer.width;
  return !isAside && inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height;
}

/** Sharing a side is no overlap: that is where lines end. */
function overlap(a: Rectangle, b: Rectangle): boolean {
  const isApart = a.x + a.width <= b.x || b.x + b.width <= a.x;
  return !isApart && a.y + a.height > b.y && b.y + b.height > a.y;
}

function pairs<T>(all: readonly T[]): [T, T][] {
  return all.flatMap((a, index) => all.slice(index + 1).map((b): [T, T] => [a, b]));
}
