import { escapeHtml, renderHtmlTable, renderPage } from "../html";
import { colourOf, FAILED, renderTimeline } from "../timeline";
import type { DataDrill } from "./data-drill";
import { renderLatencyPlot } from "./latency-plot";
import { COMMITS_MEASURED, PROMISES } from "./promises";
import type { Round } from "./round";
import {
  CLIENT_COLUMNS,
  clientRows,
  distances,
  LATENCY_COLUMNS,
  LATENCY_LEGEND,
  LEGEND,
  latencyRows,
  NODE_COLUMNS,
  nodeRows,
  verdict,
} from "./summary";

const BUCKET_MS = 250;
const UNKNOWN = "var(--soft)";

/** The drill as one HTML file: verdict, promises, tables, a timeline per fault and country, and the latency plot. */
export function renderReport(drill: DataDrill, countries: readonly string[], date: Date): string {
  return renderPage({
    title: "Writes by apps while the database failed",
    body: [
      `<p class="soft">${date.toISOString().slice(0, 16).replace("T", " ")} UTC. The synthesized machines, booted by their own script, as far apart as the countries. ${escapeHtml(distances(drill))}</p>`,
      `<pre class="${drill.breaches.length > 0 ? "bad" : "good"}">${escapeHtml(verdict(drill))}</pre>`,
      promises(drill),
      "<h2>Figures</h2>",
      `<p>${escapeHtml(LEGEND)}</p>`,
      renderHtmlTable(NODE_COLUMNS, nodeRows(drill)),
      renderHtmlTable(CLIENT_COLUMNS, clientRows(drill)),
      ...latencies(drill),
      "<h2>Timelines</h2>",
      `<p>Writes per ${BUCKET_MS} ms by the country whose node took them.</p>${key(countries)}`,
      ...drill.rounds.map((round) => timelines(round, countries)),
    ].join("\n"),
  });
}

function promises({ breaches }: DataDrill): string {
  const items = [...PROMISES, COMMITS_MEASURED].map(({ name, says }) => {
    const broken = breaches.filter(({ promise }) => promise === name).length;
    const state = broken === 0 ? '<b class="good">kept</b>' : `<b class="bad">broken ${broken} times</b>`;
    return `<li>${state} ${escapeHtml(says)} <span class="soft">(${name})</span></li>`;
  });
  return `<h2>Promises</h2><ul>\n${items.join("\n")}\n</ul>`;
}

function latencies(drill: DataDrill): string[] {
  if (drill.latencies.length === 0) return [];
  return [
    "<h2>Commit time</h2>",
    `<p>${escapeHtml(LATENCY_LEGEND)} Dots are medians, whiskers reach p99.</p>`,
    renderLatencyPlot(drill.latencies),
    renderHtmlTable(LATENCY_COLUMNS, latencyRows(drill)),
  ];
}

function key(countries: readonly string[]): string {
  const entries = countries.map(
    (country) => `<i style="background:${colourOf(country, countries)}"></i>${escapeHtml(country)}`,
  );
  const failures = `<i style="background:${FAILED}"></i>refused<i style="background:${UNKNOWN}"></i>unknown`;
  return `<p class="key">${entries.join("")}${failures}</p>`;
}

function timelines(round: Round, countries: readonly string[]): string {
  const charts = [...round.records.keys()].map((country) => {
    const title = `apps of ${country}`;
    return `<p class="soft">${escapeHtml(title)}</p>${timeline(title, round, country, countries)}`;
  });
  return `<h2>${escapeHtml(`${round.fault.title}: ${round.struck.join(", ")}`)}</h2>\n${charts.join("\n")}`;
}

/** Acknowledged writes by country of the node that took them, with refused and unknown ones on top. */
function timeline(
  title: string,
  { moments, records, takers, fault }: Round,
  client: string,
  countries: readonly string[],
): string {
  const own = records.get(client) ?? [];
  const healed = fault.heal ? [{ atMs: moments.healMs, text: "healed" }] : [];
  return renderTimeline({
    title,
    startMs: moments.startMs,
    endMs: Math.max(moments.endMs, ...own.map(({ endMs }) => endMs)),
    bucketMs: BUCKET_MS,
    marks: [{ atMs: moments.strikeMs, text: "strike" }, ...healed],
    colours: [...countries.map((country) => colourOf(country, countries)), FAILED, UNKNOWN],
    events: own.map(({ id, endMs, outcome }) => {
      const country = countries.findIndex((name) => takers.get(id)?.startsWith(`${name}-`));
      const taken = country >= 0 ? country : countries.length + 1;
      return {
        atMs: endMs,
        kind: { acknowledged: taken, refused: countries.length, unknown: countries.length + 1 }[outcome],
      };
    }),
  });
}
