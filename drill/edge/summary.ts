import { type Column, left, renderTable, right } from "../../tools/table";
import type { EdgeDrill } from "./edge-drill";
import { type Figures, writesFailed } from "./figures";
import type { OrderAnswer } from "./order";
import { orderBreaches } from "./promises";
import type { Round } from "./round";

/** One line per fault and edge that it touches, the plain configuration's among them. */
export const FAULT_COLUMNS: readonly Column[] = [
  ...left("fault", "users of"),
  ...right("requests"),
  ...left("reads failed", "writes failed"),
  ...right("twice", "asked", "gap", "noise", "slowest", "back after"),
  ...left("served by"),
];

export function faultRows({ rounds, notRun }: EdgeDrill): string[][] {
  return [
    ...rounds.flatMap((round) =>
      round.edges
        .filter((edge) => isTouched(round, edge.country) || hasFailures(edge.figures))
        .map(({ country, figures }) => row(round, country, figures)),
    ),
    ...notRun.map(({ fault, reason }) => [fault.title, reason]),
  ];
}

export const ORDER_COLUMNS: readonly Column[] = left("users of", "up", "expected", "served by");

export function orderRows(order: readonly OrderAnswer[]): string[][] {
  return [...order]
    .sort((a, b) => a.country.localeCompare(b.country) || b.up.length - a.up.length)
    .map(({ country, up, expected, seen }) => [country, up.join(" ") || "-", expected, [...new Set(seen)].join(", ")]);
}

export function renderSummary(drill: EdgeDrill): string {
  return [
    renderTable(FAULT_COLUMNS, faultRows(drill)),
    ...(drill.order.length > 0 ? [renderTable(ORDER_COLUMNS, orderRows(drill.order))] : []),
    LEGEND,
    verdict(drill),
  ].join("\n\n");
}

export const LEGEND = [
  "Gap: longest time between two successful answers from the strike on. Noise: the longest gap at edges that the fault",
  "does not touch, meanwhile; it is taken off before a gap is judged. Slowest: of all requests, those that waited out a",
  "fault among them. Twice: writes that were executed twice. Ran: executed, although the client was told that it failed.",
  "Asked: how often countries were asked for each request, and for one at most. Cut: ended in the middle of its answer.",
  "Broke: the connection broke after the request was sent, so nobody may send it again. Plain: HAProxy's defaults.",
].join("\n");

/** The last word, and every broken promise with its figures. */
export function verdict({ breaches, notRun, rounds, order, seconds }: EdgeDrill): string {
  const skipped = notRun.length > 0 ? `, ${notRun.length} fault not run` : "";
  const scope = `${rounds.length} rounds, ${order.length} orders, ${Math.round(seconds)} s${skipped}`;
  const lines = breaches.map(({ promise, detail }) => `  ${promise}: ${detail}`);
  const judged = breaches.length === 0 ? [`Every promise kept (${scope}).`] : [`BROKEN (${scope}):`, ...lines];
  return [...judged, ...rounds.filter(isTooNoisy).map(tooNoisy)].join("\n");
}

/** The machine alone took longer than the promise allows: a kept promise then says nothing. */
function isTooNoisy({ fault, noiseMs, isPlain }: Round): boolean {
  return !isPlain && fault.maxGapMs !== undefined && noiseMs > fault.maxGapMs;
}

function tooNoisy({ fault, country, noiseMs }: Round): string {
  return `Gap not measurable, the machine was too busy: ${fault.title}, ${country} (noise ${duration(noiseMs)}).`;
}

/** The same for programs: figures in full, requests left out. */
export function toJson({ rounds, notRun, order, breaches, seconds }: EdgeDrill): string {
  const result = {
    kept: breaches.length === 0,
    seconds,
    breaches,
    rounds: rounds.map(({ fault, country, struck, isPlain, noiseMs, timesDown, edges }) => ({
      fault: fault.name,
      title: fault.title,
      country,
      struck,
      isPlain,
      noiseMs,
      timesDown,
      edges,
    })),
    notRun: notRun.map(({ fault, reason }) => ({ fault: fault.name, reason })),
    order: order.map((answer) => ({ ...answer, isRight: orderBreaches([answer]).length === 0 })),
  };
  return JSON.stringify(result, undefined, 2);
}

export function isTouched({ country, struck }: Round, edge: string): boolean {
  return edge === country || struck.includes(edge);
}

function hasFailures(figures: Figures): boolean {
  return figures.failedReads > 0 || writesFailed(figures) > 0;
}

function row({ fault, isPlain, noiseMs }: Round, country: string, figures: Figures): string[] {
  const { requests, repeatedWrites, asked, mostAsked, longestGapMs, slowestMs, backMs, servedBy } = figures;
  return [
    fault.title,
    isPlain ? `${country}, plain` : country,
    String(requests),
    reads(figures),
    writes(figures),
    String(repeatedWrites.length),
    `${(asked / requests).toFixed(2)} (${mostAsked})`,
    duration(longestGapMs),
    isPlain ? "" : duration(noiseMs),
    duration(slowestMs),
    backMs === undefined ? "never" : duration(backMs),
    Object.entries(servedBy)
      .map(([country, count]) => `${country} ${count}`)
      .join(", "),
  ];
}

/** "3: 3 cut" */
function reads({ failedReads, failedReadKinds }: Figures): string {
  const kinds = Object.entries(failedReadKinds).map(([kind, count]) => `${count} ${kind}`);
  return failedReads === 0 ? "0" : `${failedReads}: ${kinds.join(", ")}`;
}

/** "3: 2 broke (1 ran), 1 timeout (0 ran)" */
function writes(figures: Figures): string {
  const total = writesFailed(figures);
  if (total === 0) return "0";
  const kinds = Object.entries(figures.failedWrites).map(
    ([kind, { count, executed }]) => `${count} ${kind} (${executed} ran)`,
  );
  return `${total}: ${kinds.join(", ")}`;
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
