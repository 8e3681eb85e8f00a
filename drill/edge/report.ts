import { escapeHtml, renderHtmlTable, renderPage } from "../html";
import { colourOf, FAILED, renderTimeline } from "../timeline";
import type { EdgeDrill } from "./edge-drill";
import { isSuccess } from "./figures";
import { PROMISES, SEED_ORDER } from "./promises";
import type { Round } from "./round";
import { FAULT_COLUMNS, faultRows, isTouched, LEGEND, ORDER_COLUMNS, orderRows, verdict } from "./summary";

const BUCKET_MS = 100;

/** The drill as one HTML file: verdict, promises, table, and a timeline per fault and edge that it touches. */
export function renderReport(drill: EdgeDrill, countries: readonly string[], date: Date): string {
  return renderPage({
    title: "What users saw while countries failed",
    body: [
      `<p class="soft">${date.toISOString().slice(0, 16).replace("T", " ")} UTC. The synthesized HAProxy configurations, run as they stand on loopback.</p>`,
      `<pre class="${drill.breaches.length > 0 ? "bad" : "good"}">${escapeHtml(verdict(drill))}</pre>`,
      promises(drill),
      "<h2>Figures</h2>",
      `<p>${escapeHtml(LEGEND)}</p>`,
      renderHtmlTable(FAULT_COLUMNS, faultRows(drill)),
      "<h2>Timelines</h2>",
      `<p>Answers per 100 ms by the country that served.</p>${key(countries)}`,
      ...drill.rounds.map((round) => timelines(round, countries)),
      ...(drill.order.length > 0
        ? ["<h2>Who serves when only some are up</h2>", renderHtmlTable(ORDER_COLUMNS, orderRows(drill.order))]
        : []),
    ].join("\n"),
  });
}

function promises({ breaches }: EdgeDrill): string {
  const items = [...PROMISES, SEED_ORDER].map(({ name, says }) => {
    const broken = breaches.filter(({ promise }) => promise === name).length;
    const state = broken === 0 ? '<b class="good">kept</b>' : `<b class="bad">broken ${broken} times</b>`;
    return `<li>${state} ${escapeHtml(says)} <span class="soft">(${name})</span></li>`;
  });
  return `<h2>Promises</h2><ul>\n${items.join("\n")}\n</ul>`;
}

function key(countries: readonly string[]): string {
  const entries = countries.map(
    (country) => `<i style="background:${colourOf(country, countries)}"></i>${escapeHtml(country)}`,
  );
  return `<p class="key">${entries.join("")}<i style="background:${FAILED}"></i>failed</p>`;
}

function timelines(round: Round, countries: readonly string[]): string {
  const charts = round.edges
    .filter(({ country }) => isTouched(round, country))
    .map(({ country }) => {
      const title = `users of ${country}`;
      return `<p class="soft">${escapeHtml(title)}</p>${timeline(title, round, country, countries)}`;
    });
  const title = `${round.fault.title}: ${round.struck.join(", ") || round.country}${round.isPlain ? ", plain configuration" : ""}`;
  return `<h2>${escapeHtml(title)}</h2>\n${charts.join("\n")}`;
}

/** Successful answers by the country that served, failures in red on top. */
function timeline(title: string, { moments, records }: Round, edge: string, countries: readonly string[]): string {
  const own = records.get(edge) ?? [];
  return renderTimeline({
    title,
    startMs: moments.startMs,
    endMs: Math.max(moments.endMs, ...own.map(({ endMs }) => endMs)),
    bucketMs: BUCKET_MS,
    marks: [
      { atMs: moments.strikeMs, text: "strike" },
      { atMs: moments.healedMs, text: "healed" },
    ],
    colours: [...countries.map((country) => colourOf(country, countries)), FAILED],
    events: own.map((record) => {
      const country = countries.indexOf(record.servedBy ?? "");
      return { atMs: record.endMs, kind: isSuccess(record) && country >= 0 ? country : countries.length };
    }),
  });
}
