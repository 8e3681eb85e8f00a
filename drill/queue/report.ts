import { escapeHtml, renderHtmlTable, renderPage } from "../html";
import { colourOf, FAILED, renderTimeline } from "../timeline";
import { PROMISES } from "./promises";
import type { QueueDrill } from "./queue-drill";
import type { Round } from "./round";
import { COLUMNS, LEGEND, rows, verdict } from "./summary";

const BUCKET_MS = 250;
const UNKNOWN = "var(--soft)";

/** The drill as one HTML file: verdict, promises, table and a timeline per fault. */
export function renderReport(drill: QueueDrill, _countries: readonly string[], date: Date): string {
  const nodes = [...new Set(drill.rounds.flatMap(({ records }) => records.map(({ node }) => node)))].sort();
  return renderPage({
    title: "Confirmed messages while brokers failed",
    body: [
      `<p class="soft">${date.toISOString().slice(0, 16).replace("T", " ")} UTC. The synthesized broker of ${escapeHtml(drill.country)}: real RabbitMQ nodes with its configuration and definitions, one per zone.</p>`,
      `<pre class="${drill.breaches.length > 0 ? "bad" : "good"}">${escapeHtml(verdict(drill))}</pre>`,
      promises(drill),
      "<h2>Figures</h2>",
      `<p>${escapeHtml(LEGEND)}</p>`,
      renderHtmlTable(COLUMNS, rows(drill)),
      "<h2>Timelines</h2>",
      `<p>Messages per ${BUCKET_MS} ms by the node that they were sent to, when their outcome was known.</p>${key(nodes)}`,
      ...drill.rounds.map((round) => timeline(round, nodes)),
    ].join("\n"),
  });
}

function promises({ breaches }: QueueDrill): string {
  const items = PROMISES.map(({ name, says }) => {
    const broken = breaches.filter(({ promise }) => promise === name).length;
    const state = broken === 0 ? '<b class="good">kept</b>' : `<b class="bad">broken ${broken} times</b>`;
    return `<li>${state} ${escapeHtml(says)} <span class="soft">(${name})</span></li>`;
  });
  return `<h2>Promises</h2><ul>\n${items.join("\n")}\n</ul>`;
}

function key(nodes: readonly string[]): string {
  const entries = nodes.map((node) => `<i style="background:${colourOf(node, nodes)}"></i>${escapeHtml(node)}`);
  const failures = `<i style="background:${FAILED}"></i>not taken<i style="background:${UNKNOWN}"></i>unknown`;
  return `<p class="key">${entries.join("")}${failures}</p>`;
}

function timeline({ fault, struck, moments, records }: Round, nodes: readonly string[]): string {
  const title = `${fault.title}: ${struck.join(", ")}`;
  const whole = moments.wholeMs === undefined ? [] : [{ atMs: moments.wholeMs, text: "whole" }];
  const chart = renderTimeline({
    title,
    startMs: moments.startMs,
    endMs: Math.max(moments.endMs, ...records.map(({ endMs }) => endMs)),
    bucketMs: BUCKET_MS,
    marks: [{ atMs: moments.strikeMs, text: "strike" }, { atMs: moments.healMs, text: "healed" }, ...whole],
    colours: [...nodes.map((node) => colourOf(node, nodes)), FAILED, UNKNOWN],
    events: records.map(({ endMs, node, outcome }) => ({
      atMs: endMs,
      kind: { confirmed: nodes.indexOf(node), refused: nodes.length, unknown: nodes.length + 1 }[outcome],
    })),
  });
  return `<h2>${escapeHtml(title)}</h2>\n${chart}`;
}
