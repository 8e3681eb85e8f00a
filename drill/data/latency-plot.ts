import type { Latency } from "./latency";

const SIZE = { width: 520, height: 300 };
const MARGIN = { left: 40, top: 12, right: 16, bottom: 34 };
const FLOOR = SIZE.height - MARGIN.bottom;
const STEP_MS = 20;
const COLOURS = ["#0072b2", "#e69f00"];

/**
 * Commit time against the farthest round trip, shown as the dashed line; bars are the limit set by Galera's ordering.
 */
export function renderLatencyPlot(all: readonly Latency[]): string {
  // What one country's clients see with a row at a time: the others are in the table.
  const latencies = all
    .filter(({ countries, rows }) => countries === "one" && rows === 1)
    .flatMap(({ p50Ms, p99Ms, ...rest }) =>
      p50Ms === undefined || p99Ms === undefined ? [] : [{ ...rest, p50Ms, p99Ms }],
    );
  const highest = Math.max(STEP_MS, ...latencies.flatMap(({ limitMs, p99Ms }) => [limitMs, p99Ms]));
  const mostMs = Math.ceil(highest / STEP_MS) * STEP_MS;
  const farthest = Math.max(STEP_MS, ...latencies.map(({ roundTripMs }) => roundTripMs)) * 1.1;
  const x = (ms: number) => round(MARGIN.left + (ms / farthest) * (SIZE.width - MARGIN.left - MARGIN.right));
  const y = (ms: number) => round(FLOOR - (ms / mostMs) * (FLOOR - MARGIN.top));
  const clients = [...new Set(latencies.map((latency) => latency.clients))];
  const ticks = Array.from({ length: mostMs / STEP_MS + 1 }, (_, index) => index * STEP_MS);
  const title = "Commit time against the farthest round trip";
  const svg = [
    `<svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" style="max-width:${SIZE.width}px" role="img" aria-label="${title}">`,
    ...ticks.map((ms) => `<text x="0" y="${y(ms) + 4}">${ms} ms</text>`),
    ...ticks.filter((ms) => ms <= farthest).map((ms) => `<text x="${x(ms)}" y="${FLOOR + 14}">${ms} ms</text>`),
    `<path d="M${MARGIN.left} ${MARGIN.top}V${FLOOR}H${SIZE.width - MARGIN.right}" stroke="var(--line)" fill="none"/>`,
    `<path d="M${x(0)} ${y(0)}L${x(farthest)} ${y(farthest)}" stroke="currentColor" stroke-dasharray="4 3" fill="none"/>`,
    `<text x="${x(farthest / 2)}" y="${y(farthest / 2) + 22}">one round trip</text>`,
    ...latencies.map(({ roundTripMs, limitMs }) => {
      return `<path d="M${x(roundTripMs) - 12} ${y(limitMs)}h30" stroke="currentColor" fill="none"/>`;
    }),
    ...latencies.map(({ clients: count, roundTripMs, p50Ms, p99Ms }) => {
      const index = clients.indexOf(count);
      const [at, colour] = [x(roundTripMs) + 6 * index, COLOURS[index % COLOURS.length]];
      const whisker = `<path d="M${at} ${y(p50Ms)}V${y(p99Ms)}" stroke="${colour}" fill="none"/>`;
      return `${whisker}<circle cx="${at}" cy="${y(p50Ms)}" r="4" fill="${colour}"/>`;
    }),
    "</svg>",
  ];
  const key = clients.map((count, index) => {
    const colour = COLOURS[index % COLOURS.length];
    return `<i style="background:${colour}"></i>${count} ${count === 1 ? "client" : "clients at once"}`;
  });
  return `<p class="key">${key.join("")} &nbsp; — limit by order</p>${svg.join("")}`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
