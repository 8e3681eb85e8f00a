import { escapeHtml } from "./html";

const WIDTH = 1100;
const HEIGHT = 120;
const MARGIN = { left: 34, top: 16, bottom: 20 };
const FLOOR = MARGIN.top + HEIGHT;
/** Axis labels that fit side by side. */
const MAX_LABELS = 30;
/** Colour of failures. */
export const FAILED = "var(--bad)";
/** Colour-blind safe: https://jfly.uni-koeln.de/color/ */
const PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#999999"];

export function colourOf(name: string, names: readonly string[]): string {
  return PALETTE[names.indexOf(name) % PALETTE.length] ?? "#999999";
}

export interface Timeline {
  readonly title: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly bucketMs: number;
  /** Moments to mark. */
  readonly marks: readonly { readonly atMs: number; readonly text: string }[];
  /** One per kind of event, from the bottom up. */
  readonly colours: readonly string[];
  /** Kind is an index of `colours`. */
  readonly events: readonly { readonly atMs: number; readonly kind: number }[];
}

/** Events per time bucket, stacked by kind. */
export function renderTimeline(timeline: Timeline): string {
  const { title, startMs, endMs, bucketMs, marks, colours } = timeline;
  const buckets = stack(timeline);
  const highest = Math.max(1, ...buckets.map((counts) => counts.reduce((sum, count) => sum + count, 0)));
  const pixelsPerMs = (WIDTH - MARGIN.left) / (endMs - startMs);
  const x = (ms: number) => round(MARGIN.left + (ms - startMs) * pixelsPerMs);
  const seconds = Math.floor((endMs - startMs) / 1000) + 1;
  const step = Math.ceil(seconds / MAX_LABELS);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${FLOOR + MARGIN.bottom}" role="img" aria-label="${escapeHtml(title)}">`,
    `<text x="0" y="${MARGIN.top + 8}">${highest}</text><text x="0" y="${FLOOR}">0</text>`,
    ...buckets.map((counts, index) =>
      renderBar(counts, colours, HEIGHT / highest, x(startMs + index * bucketMs), bucketMs * pixelsPerMs),
    ),
    ...marks.map(({ atMs, text }) => renderMark(x(atMs), text)),
    ...Array.from({ length: Math.ceil(seconds / step) }, (_, index) => {
      return `<text x="${x(startMs + index * step * 1000)}" y="${FLOOR + 14}">${index * step} s</text>`;
    }),
    "</svg>",
  ].join("");
}

/** One bucket: a rectangle per kind of event, from the bottom up. */
function renderBar(
  counts: readonly number[],
  colours: readonly string[],
  pixelsPerEvent: number,
  left: number,
  width: number,
): string {
  let top = FLOOR;
  const rectangles = counts.map((count, kind) => {
    const height = count * pixelsPerEvent;
    top -= height;
    const place = `x="${left}" y="${round(top)}" width="${round(Math.max(0.5, width - 0.4))}" height="${round(height)}"`;
    return count === 0 ? "" : `<rect ${place} fill="${colours[kind]}"/>`;
  });
  return rectangles.join("");
}

function renderMark(x: number, text: string): string {
  const line = `<path d="M${x} ${MARGIN.top - 4}V${FLOOR}" stroke="currentColor" stroke-dasharray="3 2" fill="none"/>`;
  return `${line}<text x="${x + 3}" y="${MARGIN.top - 5}">${text}</text>`;
}

/** Per bucket: number of events of each kind. */
function stack({ startMs, endMs, bucketMs, colours, events }: Timeline): number[][] {
  const buckets = Array.from({ length: Math.ceil((endMs - startMs) / bucketMs) + 1 }, () =>
    new Array<number>(colours.length).fill(0),
  );
  for (const { atMs, kind } of events) {
    const bucket = buckets[Math.floor((atMs - startMs) / bucketMs)];
    if (bucket) bucket[kind] = (bucket[kind] ?? 0) + 1;
  }
  return buckets;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
