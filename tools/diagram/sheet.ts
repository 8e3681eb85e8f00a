import type { Item } from "./picture";
import { textWidth, wrap } from "./text-width";

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** `country` and `group` hold others, a `card` is one thing, a `store` and a `database` keep data. */
export type BoxKind = "country" | "group" | "card" | "store" | "database";

export interface Box extends Rectangle {
  /** What it stands for, as a path: `indonesia/edge` lies within `indonesia`. */
  readonly id: string;
  readonly kind: BoxKind;
  readonly colour: string;
}

export interface Label {
  readonly text: string;
  readonly x: number;
  /** Of the line that letters stand on. */
  readonly y: number;
  readonly size: number;
  readonly isBold: boolean;
  readonly anchor: "start" | "middle" | "end";
  /** Id of the box that it must not leave. @default free */
  readonly box?: string;
  /** @default ink */
  readonly colour?: string;
}

export type Point = readonly [x: number, y: number];

/** `own` is the way of users, `backup` the next one, `replication` between databases, `plain` any connection. */
export type Stroke = "own" | "backup" | "replication" | "plain";

export interface Line {
  readonly points: readonly Point[];
  readonly stroke: Stroke;
  readonly colour: string;
  /** Whether its last point has a head. */
  readonly hasArrow: boolean;
}

/** A number in a circle on a line. */
export interface Badge {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly colour: string;
}

export interface Person {
  readonly x: number;
  readonly y: number;
}

/** Large enough to be read where a README shows the sheet at half its size. */
export const SIZES = { title: 18, line: 17 } as const;
export const LINE_HEIGHT = 21;
/** From the top of a line of text to what its letters stand on. */
export const BASELINE = 16;
/** Of lines and words that stand back. */
export const GREY = "#475569";
/** How far above a line's end its badge stands. */
const BADGE_RISE = 20;
export const BADGE_RADIUS = 10;
/** Room that the upper side of a cylinder takes from its text. */
const LID = 3;
/** Around a card's text. */
const PADDING = { x: 3, y: 8 } as const;

/** Height of a card that holds a title and lines. */
export function cardHeight({ title, lines }: Item, width: number): number {
  return cardLines({ title, lines }, width).length * LINE_HEIGHT + 2 * PADDING.y;
}

function cardLines({ title, lines }: Item, width: number): { text: string; isTitle: boolean }[] {
  const room = width - 2 * PADDING.x;
  return [
    ...wrap(title, room, SIZES.title, true).map((text) => ({ text, isTitle: true })),
    ...lines.flatMap((line) => wrap(line, room, SIZES.line)).map((text) => ({ text, isTitle: false })),
  ];
}

/** Everything that is drawn, with where it stands. */
export class Sheet {
  readonly boxes: Box[] = [];
  readonly labels: Label[] = [];
  readonly lines: Line[] = [];
  readonly badges: Badge[] = [];
  readonly people: Person[] = [];

  constructor(
    readonly width: number,
    readonly height: number,
  ) {}

  box(id: string, kind: BoxKind, colour: string, place: Rectangle): void {
    this.boxes.push({ id, kind, colour, ...place });
  }

  /** A box with its text in the middle. */
  card(id: string, kind: BoxKind, colour: string, place: Rectangle, item: Item): void {
    this.box(id, kind, colour, place);
    const lines = cardLines(item, place.width);
    const lid = kind === "database" ? LID : 0;
    const top = place.y + lid + (place.height - lines.length * LINE_HEIGHT) / 2;
    lines.forEach(({ text, isTitle }, index) => {
      const y = top + index * LINE_HEIGHT + BASELINE;
      this.label(text, place.x + place.width / 2, y, { isBold: isTitle, box: id });
    });
  }

  /** Lines of text from `y` down. */
  paragraph(texts: readonly string[], x: number, y: number, options: LabelOptions): void {
    texts.forEach((text, index) => {
      this.label(text, x, y + index * LINE_HEIGHT, options);
    });
  }

  label(text: string, x: number, y: number, { isBold = false, ...options }: LabelOptions): void {
    const size = isBold ? SIZES.title : SIZES.line;
    this.labels.push({ text, x, y, size, isBold, anchor: "middle", ...options });
  }

  line(stroke: Stroke, colour: string, points: readonly Point[], hasArrow = true): void {
    this.lines.push({ points, stroke, colour, hasArrow });
  }

  /** An arrow between two things that stand side by side. */
  connect(from: Point, to: Point, ...more: readonly Point[]): void {
    this.line("plain", GREY, [from, to, ...more]);
  }

  /** A number on the line that ends here. */
  badge(x: number, y: number, place: number, colour: string): void {
    this.badges.push({ x, y: y - BADGE_RISE, text: String(place), colour });
  }
}

/** What a label may say of itself; its size follows from whether it is bold, and it stands in the middle. */
export type LabelOptions = Partial<Omit<Label, "text" | "x" | "y">>;

/** The room that a label takes. */
export function extentOf({ text, x, y, size, isBold, anchor }: Label): Rectangle {
  const width = textWidth(text, size, isBold);
  const left = { start: x, middle: x - width / 2, end: x - width }[anchor];
  return { x: left, y: y - size * 0.8, width, height: size };
}
