import { left, renderTable, right } from "../../tools/table";
import { seconds } from "../data/seconds";
import type { CountryDrill } from "./country-drill";

export const COLUMNS = [
  ...left("fault", "users of"),
  ...right("no page for", "no order for", "asked", "failed", "old DNS", "told"),
  ...left("pages from"),
];

export function rows({ rounds }: Pick<CountryDrill, "rounds">): string[][] {
  return rounds.flatMap(({ fault, struck, figures }) =>
    figures.map((own, index) => [
      index === 0 ? fault.name : "",
      struck.includes(own.country) ? `${own.country}, struck` : own.country,
      seconds(own.readGapMs),
      seconds(own.orderGapMs),
      String(own.asked),
      String(own.failed),
      String(own.failedStubborn),
      String(own.ordersTold),
      Object.entries(own.servedBy)
        .map(([country, count]) => `${country} ${count}`)
        .join(", "),
    ]),
  );
}

export const LEGEND =
  "no page, no order for: the longest time without a success from the strike on. old DNS: failures of users whose resolver keeps to no TTL, who are in no other column. told: orders that were confirmed. pages from: whose shop answered while the fault was there.";

export function renderSummary(drill: CountryDrill): string {
  const { rounds, notRun, ledger, breaches } = drill;
  const faults = `${rounds.length} faults, ${drill.seconds.toFixed(0)} s`;
  return [
    renderTable(COLUMNS, rows(drill)),
    LEGEND,
    ledgerLine(drill),
    ...(notRun.length > 0 ? [`Not played: ${notRun.map(({ title }) => title).join(", ")}`] : []),
    ...(ledger.untold > 0
      ? [`${ledger.untold} orders are in the databases although their answer was lost on its way.`]
      : []),
    breaches.length === 0
      ? `Every promise kept (${faults}).`
      : [`Broken (${faults}):`, ...breaches.map(({ promise, detail }) => `  ${promise}: ${detail}`)].join("\n"),
  ].join("\n\n");
}

export function ledgerLine({ ledger }: Pick<CountryDrill, "ledger">): string {
  const { told, missing, unfulfilled } = ledger;
  return `Orders that were told: ${told}. Not in every database: ${missing.length}. Whose message nobody took: ${unfulfilled.length}.`;
}

export function toJson({ rounds, ...drill }: CountryDrill): string {
  return JSON.stringify(
    { ...drill, rounds: rounds.map(({ deeds: _, fault, ...round }) => ({ fault: fault.name, ...round })) },
    undefined,
    2,
  );
}
