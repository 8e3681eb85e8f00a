import { escapeHtml, renderHtmlTable, renderPage } from "../html";
import { colourOf, FAILED, renderTimeline } from "../timeline";
import type { CountryDrill } from "./country-drill";
import { isGood } from "./figures";
import type { Round } from "./round";
import { COLUMNS, LEGEND, ledgerLine, rows } from "./summary";

const BUCKET_MS = 1_000;

/** Who served whom in each second, a page that a manager reads. */
export function renderReport(drill: CountryDrill, countries: readonly string[], date: Date): string {
  const { breaches, rounds } = drill;
  const verdict = breaches.length === 0 ? "Every promise kept." : `${breaches.length} promises broken.`;
  const key = countries
    .map((country) => `<i style="background:${colourOf(country, countries)}"></i>served by ${escapeHtml(country)}`)
    .join("");
  return renderPage({
    title: "A country is lost, end to end",
    body: [
      `<p class="soft">${date.toISOString().slice(0, 16).replace("T", " ")} UTC, one machine, real HAProxy, MariaDB and RabbitMQ</p>`,
      `<p class="${breaches.length === 0 ? "good" : "bad"}">${verdict} ${escapeHtml(ledgerLine(drill))}</p>`,
      ...breaches.map(({ promise, detail }) => `<p class="bad">${escapeHtml(`${promise}: ${detail}`)}</p>`),
      renderHtmlTable(COLUMNS, rows(drill)),
      `<p class="soft">${escapeHtml(LEGEND)}</p>`,
      `<p class="key">${key}<i style="background:${FAILED}"></i>failed, or told to come back</p>`,
      ...rounds.map((round) => section(round, countries)),
      `<p class="soft">${escapeHtml(NOT_SHOWN)}</p>`,
    ].join("\n"),
  });
}

export const NOT_SHOWN =
  "Not shown, because one machine cannot: Cloud DNS itself (a stand-in answers as its documentation says, at the synthesized intervals), Google's load balancers, GKE and ingress-nginx, more than one machine of an edge and one broker of a country, and disks and networks of real size.";

function section({ fault, struck, moments, deeds }: Round, countries: readonly string[]): string {
  const names = struck.map((country) => escapeHtml(country)).join(" and ");
  const timelines = countries.map((country) => {
    const own = deeds.filter((deed) => deed.country === country && !deed.isStubborn);
    return `<p class="soft">users of ${escapeHtml(country)}, requests per second</p>${renderTimeline({
      ...{ title: `users of ${country}`, startMs: moments.startMs, bucketMs: BUCKET_MS },
      endMs: Math.max(moments.endMs, ...own.map(({ endMs }) => endMs)),
      marks: [
        { atMs: moments.strikeMs, text: "strike" },
        { atMs: moments.healMs, text: "back" },
        { atMs: moments.wholeMs, text: "whole" },
      ],
      colours: [...countries.map((each) => colourOf(each, countries)), FAILED],
      events: own.map((deed) => {
        const by = countries.indexOf(deed.servedBy ?? "");
        return { atMs: deed.endMs, kind: isGood(deed) && by >= 0 ? by : countries.length };
      }),
    })}`;
  });
  return `<h2>${escapeHtml(fault.title)}: ${names}</h2>\n${timelines.join("\n")}`;
}
