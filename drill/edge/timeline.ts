import { escapeHtml } from "../html";
import { isSuccess, type Moments } from "./figures";
import type { RequestRecord } from "./load";

const BUCKET_MS = 100;
const WIDTH = 1100;
const HEIGHT = 120;
const MARGIN = { left: 34, top: 16, bottom: 20 };
const FLOOR = MARGIN.top + HEIGHT;
const FAILED = "var(--bad)";
/** Told apart by people who see few colours too: https://jfly.uni-koeln.de/color/ */
const PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#999999"];

export function colourOf(country: string, countries: readonly string[]): string {
  return PALETTE[countries.indexOf(country) % PALETTE.length] ?? "#999999";
}

/** Requests per 100 ms by the moment of their answer, stacked by the country that served, failures in red on top. */
export function renderTimeline(
  title: string,
  records: readonly RequestRecord[],
  moments: Moments,
  countries: readonly string[],
): string {
  const endMs = Math.max(moments.endMs, ...records.map((record) => record.endMs));
  const buckets = stack(records, moments.startMs, endMs, countries);
  const highest = Math.max(1, ...buckets.map((counts) => counts.reduce((sum, count) => sum + count, 0)));
  const colours = [...countries.map((country) => colourOf(country, countries)), FAILED];
  const pixelsPerMs = (WIDTH - MARGIN.left) / (endMs - moments.startMs);
  const x = (ms: number) => round(MARGIN.left + (ms - moments.startMs) * pixelsPerMs);
  const bars = buckets.map((counts, index) => {
    const left = x(moments.startMs + index * BUCKET_MS);
    return renderBar(counts, colours, HEIGHT / highest, left, BUCKET_MS * pixelsPerMs);
  });
  return [
    `<svg viewBox="0 0 ${WIDTH} ${FLOOR + MARGIN.bottom}" role="img" aria-label="${escapeHtml(title)}">`,
    `<text x="0" y="${MARGIN.top + 8}">${highest}</text><text x="0" y="${FLOOR}">0</text>`,
    ...bars,
    renderMark(x(moments.strikeMs), "strike"),
    renderMark(x(moments.healedMs), "healed"),
    ...Array.from({ length: Math.floor((endMs - moments.startMs) / 1000) + 1 }, (_, second) => {
      return `<text x="${x(moments.startMs + second * 1000)}" y="${FLOOR + 14}">${second} s</text>`;
    }),
    "</svg>",
  ].join("");
}

/** One bucket: a rectangle per kind of answer, from the floor up. */
function renderBar(
  counts: readonly number[],
  colours: readonly string[],
  pixelsPerRequest: number,
  left: number,
  width: number,
): string {
  let top = FLOOR;
  const rectangles = counts.map((count, kind) => {
    const height = count * pixelsPerRequest;
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

/** Per 100 ms: successful answers of each country, and failures last. */
export function stack(
  records: readonly RequestRecord[],
  startMs: number,
  endMs: number,
  countries: readonly string[],
): number[][] {
  const buckets = Array.from({ length: Math.ceil((endMs - startMs) / BUCKET_MS) + 1 }, () =>
    new Array<number>(countries.length + 1).fill(0),
  );
  for (const record of records) {
    const bucket = buckets[Math.floor((record.endMs - startMs) / BUCKET_MS)];
    const country = countries.indexOf(record.servedBy ?? "");
    const kind = isSuccess(record) && country >= 0 ? country : countries.length;
    if (bucket) bucket[kind] = (bucket[kind] ?? 0) + 1;
  }
  return buckets;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
