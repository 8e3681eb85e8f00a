import { type Column, left, renderTable, right } from "../../tools/table";
import { seconds } from "../data/seconds";
import type { QueueDrill } from "./queue-drill";

export const COLUMNS: readonly Column[] = [
  ...left("fault", "struck"),
  ...right("confirmed", "missing", "unknown", "gap", "back", "blind", "length"),
];

export function rows({ rounds, notRun }: QueueDrill): string[][] {
  return [
    ...rounds.map(({ fault, struck, moments: { healMs, wholeMs }, figures }) => [
      fault.name,
      struck.map((name) => name.replace("zone-", "")).join(" "),
      String(figures.confirmed),
      String(figures.missing.length),
      figures.unknown === 0 ? "0" : `${figures.unknown} (${figures.unknownFound})`,
      seconds(figures.gapMs),
      seconds(wholeMs === undefined ? undefined : wholeMs - healMs),
      seconds(figures.blindMs),
      figures.lastLength === figures.trueLength ? "right" : `${figures.lastLength} of ${figures.trueLength}`,
    ]),
    ...notRun.map(({ name }) => [name, "not run: the cluster did not come back"]),
  ];
}

export const LEGEND = [
  "Confirmed: the broker said that it has the message. Unknown: it said nothing in",
  "20 s, or the connection broke (in brackets, how many were there). Gap: longest",
  "time without a confirmation. Back: from the cure until the queue has a member in",
  "every node. Blind: longest time without a right length by the management API,",
  "which KEDA asks.",
].join("\n");

export function renderSummary(drill: QueueDrill): string {
  return [
    renderTable(COLUMNS, rows(drill)),
    LEGEND,
    `The brokers of ${drill.country} formed a cluster from empty disks in ${seconds(drill.formationMs)}.`,
    verdict(drill),
  ].join("\n\n");
}

/** The verdict, and every broken promise with its figures. */
export function verdict({ breaches, rounds, notRun, seconds: duration }: QueueDrill): string {
  const skipped = notRun.length > 0 ? `, ${notRun.length} not run` : "";
  const scope = `${rounds.length} faults, ${Math.round(duration)} s${skipped}`;
  if (breaches.length === 0) return `Every promise kept (${scope}).`;
  return [`BROKEN (${scope}):`, ...breaches.map(({ promise, detail }) => `  ${promise}: ${detail}`)].join("\n");
}

/** The same for programs: figures in full, without the messages. */
export function toJson({ rounds, notRun, breaches, ...rest }: QueueDrill): string {
  const result = {
    kept: breaches.length === 0,
    ...rest,
    breaches,
    rounds: rounds.map(({ fault, struck, figures, isWhole, moments }) => ({
      fault: fault.name,
      title: fault.title,
      struck,
      isWhole,
      moments,
      ...figures,
    })),
    notRun: notRun.map(({ name }) => name),
  };
  return JSON.stringify(result, undefined, 2);
}
