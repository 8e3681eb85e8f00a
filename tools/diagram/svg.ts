import {
  BADGE_RADIUS,
  type Badge,
  type Box,
  type BoxKind,
  extentOf,
  type Label,
  type Line,
  type Person,
  type Point,
  type Rectangle,
  type Sheet,
  type Stroke,
} from "./sheet";
import { textWidth } from "./text-width";

const INK = "#1e293b";
const FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif";
const FILLS: Readonly<Record<BoxKind, string>> = {
  country: "#ffffff",
  group: "#f1f5f9",
  card: "#ffffff",
  store: "#ecfdf5",
  database: "#ecfdf5",
};
const STROKES: Readonly<Record<Stroke, { width: number; dashes?: string }>> = {
  own: { width: 2.6 },
  backup: { width: 1.6, dashes: "7 4" },
  replication: { width: 1.6, dashes: "2 4" },
  plain: { width: 1.2 },
};
const ARROW = { length: 9, halfWidth: 4 } as const;

/** The sheet as an SVG: one element per line, so that a change shows as what it is. */
export function renderSvg(sheet: Sheet, title: string): string {
  const { width, height } = sheet;
  const [w, h] = [number(width), number(height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${w}" height="${h}" fill="#ffffff"/>`,
    `<g font-family="${FONT}">`,
    ...sheet.boxes.filter(isHolder).map(renderBox),
    ...sheet.lines.map(renderLine),
    ...sheet.boxes.filter((box) => !isHolder(box)).map(renderBox),
    ...sheet.people.map(renderPerson),
    ...sheet.badges.map(renderBadge),
    ...sheet.labels.map((label) => renderLabel(label, isTight(label, sheet))),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** Lines pass over what holds others and end at what does not. */
function isHolder({ kind }: Box): boolean {
  return kind === "country" || kind === "group";
}

function renderBox({ kind, colour, x, y, width, height }: Box): string {
  if (kind === "database") return renderCylinder({ x, y, width, height });
  const place = `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}"`;
  const border = kind === "country" ? `stroke="${colour}" stroke-width="2"` : `stroke="#94a3b8"`;
  return `<rect ${place} rx="${kind === "store" ? 14 : 6}" fill="${FILLS[kind]}" ${border}/>`;
}

/** As databases are drawn everywhere, flat enough for its text. */
function renderCylinder({ x, y, width, height }: Rectangle): string {
  const [rx, ry] = [width / 2, 4];
  const arc = (sweep: number, dx: number) => `a${number(rx)} ${ry} 0 0 ${sweep} ${number(dx)} 0`;
  const [left, top, side] = [number(x), number(y + ry), number(height - 2 * ry)];
  const body = `M${left} ${top}${arc(1, width)}v${side}${arc(1, -width)}z`;
  const lid = `M${left} ${top}${arc(0, width)}`;
  return `<path d="${body}${lid}" fill="${FILLS.database}" stroke="#94a3b8"/>`;
}

function renderLine({ points, stroke, colour, hasArrow }: Line): string {
  const { width, dashes } = STROKES[stroke];
  const drawn = hasArrow ? shortened(points) : points;
  const dash = dashes ? ` stroke-dasharray="${dashes}"` : "";
  const path = `<polyline points="${drawn.map(pair).join(" ")}" fill="none" stroke="${colour}" stroke-width="${width}"${dash}/>`;
  return hasArrow ? `${path}${arrowHead(points, colour)}` : path;
}

/** Without the last bit, which is the arrow's head. */
function shortened(points: readonly Point[]): Point[] {
  const [tip, back] = tipOf(points);
  return [...points.slice(0, -1), [tip[0] - back[0] * ARROW.length, tip[1] - back[1] * ARROW.length]];
}

function arrowHead(points: readonly Point[], colour: string): string {
  const [[x, y], [dx, dy]] = tipOf(points);
  const [baseX, baseY] = [x - dx * ARROW.length, y - dy * ARROW.length];
  const side = (sign: number): Point => [baseX - sign * dy * ARROW.halfWidth, baseY + sign * dx * ARROW.halfWidth];
  return `<polygon points="${[[x, y] as Point, side(1), side(-1)].map(pair).join(" ")}" fill="${colour}"/>`;
}

/** The last point, and the direction of one pixel that leads there. */
function tipOf(points: readonly Point[]): readonly [Point, Point] {
  const [before = [0, 0], tip = [0, 0]] = points.slice(-2);
  const length = Math.hypot(tip[0] - before[0], tip[1] - before[1]) || 1;
  return [tip, [(tip[0] - before[0]) / length, (tip[1] - before[1]) / length]];
}

function renderBadge({ x, y, text, colour }: Badge): string {
  const circle = `<circle cx="${number(x)}" cy="${number(y)}" r="${BADGE_RADIUS}" fill="#ffffff" stroke="${colour}" stroke-width="1.6"/>`;
  const style = `font-size="15" font-weight="bold" text-anchor="middle" fill="${colour}"`;
  return `${circle}<text x="${number(x)}" y="${number(y + 5)}" ${style}>${escaped(text)}</text>`;
}

function renderPerson({ x, y }: Person): string {
  const head = `<circle cx="${number(x)}" cy="${number(y - 8)}" r="7" fill="${INK}"/>`;
  return `${head}<path d="M${number(x - 13)} ${number(y + 18)}a13 16 0 0 1 26 0z" fill="${INK}"/>`;
}

/** What would leave its box in a wider font is squeezed to the width that is there: not everybody has Arial. */
function renderLabel({ text, x, y, size, isBold, anchor, colour = INK }: Label, isTight: boolean): string {
  const style = `font-size="${size}"${isBold ? ' font-weight="bold"' : ""} text-anchor="${anchor}" fill="${colour}"`;
  const length = isTight
    ? ` textLength="${number(textWidth(text, size, isBold))}" lengthAdjust="spacingAndGlyphs"`
    : "";
  return `<text x="${number(x)}" y="${number(y)}" ${style}${length}>${escaped(text)}</text>`;
}

/** By how much DejaVu Sans, the widest of the usual fonts, is wider than Arial. */
const WIDER = 1.3;

function isTight(label: Label, { boxes, width, height }: Sheet): boolean {
  const box = boxes.find(({ id }) => id === label.box) ?? { x: 0, y: 0, width, height };
  const { x, width: own } = extentOf(label);
  const more = own * (WIDER - 1);
  const [left, right] = { start: [0, more], middle: [more / 2, more / 2], end: [more, 0] }[label.anchor];
  return x - (left ?? 0) < box.x || x + own + (right ?? 0) > box.x + box.width;
}

function pair([x, y]: Point): string {
  return `${number(x)},${number(y)}`;
}

/** Rounded, so that the same drawing is the same text everywhere. */
function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
