import { escapeHtml, renderHtmlTable, renderPage } from "../../drill/html";
import { left, right } from "../../tools/table";
import type { DeployTimeline, Made } from "./critical-path";
import { COLUMNS, lineOf, rowsOf, type Summary, seconds } from "./summary";

/** The whole report, as one HTML file. */
export function renderReport(summary: Summary, timeline: DeployTimeline | undefined): string {
  const { environment, startMs, endMs, steps, calls, leftOut, caveats, deprecated, problems } = summary;
  const verdict =
    problems.length > 0
      ? `<p class="bad">Failed:</p><ul class="bad">${problems.map((one) => `<li>${escapeHtml(one)}</li>`).join("")}</ul>`
      : `<p class="good">Every step went as expected, and every second plan is empty.</p>`;
  return renderPage({
    title: `Rehearsal of ${environment}`,
    body: [
      `<p class="soft">${new Date(startMs).toISOString().slice(0, 16).replace("T", " ")} UTC, ${seconds(endMs - startMs)} s, ${steps.length} steps, ${calls.length} calls to the stand-in. Left out: ${escapeHtml(leftOut)}.</p>`,
      verdict,
      `<p>${escapeHtml(caveats)}</p>`,
      "<h2>Acts</h2>",
      renderHtmlTable(COLUMNS, rowsOf(steps)),
      ...(deprecated.length > 0 ? renderDeprecated(deprecated) : []),
      ...(timeline && timeline.made.length > 0 ? renderDeploy(timeline) : []),
      "<h2>Steps</h2>",
      renderHtmlTable(
        left("", "step"),
        steps.map((step) => [step.problems.length > 0 ? "✗" : "✓", lineOf(step)]),
      ),
    ].join("\n"),
  });
}

function renderDeprecated(fields: readonly string[]): string[] {
  return [
    "<h2>Deprecated fields</h2>",
    `<p class="soft">Sent by Terraform's provider, and still taken by Google. Some it sends by itself; the others are the estate's.</p>`,
    renderHtmlTable(
      left("method", "field"),
      fields.map((one) => one.split(" ")),
    ),
  ];
}

/** Seconds between two marks of the axis. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const WIDTH = 1100;
const LEFT = 260;
const ROW = 15;
/** Names of stacks stand in two rows, because a short deploy leaves no room beside its neighbour. */
const TOP = 32;

function renderDeploy({ made, critical }: DeployTimeline): string[] {
  const first = Math.min(...made.map(({ startMs }) => startMs));
  return [
    "<h2>First deploy: what was made when</h2>",
    `<p class="soft">One line per type of resource, one bar per resource, seconds on this machine and not at Google. Red: the critical path, what each stack's last resource waited for.</p>`,
    renderLanes(made, new Set(critical), first),
    "<h2>Critical path</h2>",
    renderHtmlTable(
      [...left("stack", "resource"), ...right("from", "until")],
      critical.map(({ stack, address, startMs, endMs }) => [
        stack,
        address,
        tenths(startMs - first),
        tenths(endMs - first),
      ]),
    ),
  ];
}

function renderLanes(made: readonly Made[], critical: ReadonlySet<Made>, first: number): string {
  const lanes = [...new Set(made.map(laneOf))];
  const last = Math.max(...made.map(({ endMs }) => endMs));
  const x = (ms: number) => round(LEFT + ((ms - first) / (last - first || 1)) * (WIDTH - LEFT));
  // The critical path is drawn last, on top of what ran beside it.
  const inOrder = [...made.filter((one) => !critical.has(one)), ...critical];
  const bars = inOrder.map((one) => {
    const y = TOP + lanes.indexOf(laneOf(one)) * ROW;
    const width = Math.max(2, round(x(one.endMs) - x(one.startMs)));
    const colour = critical.has(one) ? "var(--bad)" : "#0072b2";
    const opacity = critical.has(one) ? "1" : ".45";
    const title = `${one.stack}: ${one.address}, ${tenths(one.endMs - one.startMs)} s`;
    return `<rect x="${x(one.startMs)}" y="${y}" width="${width}" height="${ROW - 4}" fill="${colour}" opacity="${opacity}"><title>${escapeHtml(title)}</title></rect>`;
  });
  const labels = lanes.map((lane, index) => `<text x="0" y="${TOP + 10 + index * ROW}">${escapeHtml(lane)}</text>`);
  const stacks = [...new Set(made.map(({ stack }) => stack))].map((stack, index) => {
    const start = x(Math.min(...made.filter((one) => one.stack === stack).map(({ startMs }) => startMs)));
    return `<path d="M${start} 4V${TOP + lanes.length * ROW}" stroke="currentColor" stroke-dasharray="3 2"/><text x="${start + 3}" y="${index % 2 === 0 ? 10 : 24}">${escapeHtml(stack)}</text>`;
  });
  const height = TOP + 20 + lanes.length * ROW;
  const step = STEPS.find((one) => (last - first) / 1000 / one <= 15) ?? last - first;
  const axis = Array.from(
    { length: Math.floor((last - first) / 1000 / step) + 1 },
    (_, index) => `<text x="${x(first + index * step * 1000)}" y="${height - 4}">${index * step} s</text>`,
  );
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="What was made when">${[...labels, ...bars, ...stacks, ...axis].join("")}</svg>`;
}

function laneOf({ address }: Made): string {
  return (address.split(".")[0] ?? "").replace(/^google_/, "").replaceAll("_", " ");
}

function tenths(ms: number): string {
  return (ms / 1000).toFixed(1);
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
