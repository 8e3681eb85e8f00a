import { type Column, left, renderTable, right } from "../../tools/table";
import type { DataDrill } from "./data-drill";
import type { Round } from "./round";
import { seconds } from "./seconds";

/** One line per fault and country whose apps wrote. */
export const CLIENT_COLUMNS: readonly Column[] = [
  ...left("fault", "apps of"),
  ...right("acknowledged", "refused", "unknown", "gap", "slowest"),
  ...left("failed with"),
];

export function clientRows({ rounds }: DataDrill): string[][] {
  return rounds.flatMap(({ fault, clients }) =>
    clients.map(({ country, acknowledged, refused, unknown, unknownFound, gapMs, slowestMs, errors }, index) => [
      index === 0 ? fault.title : "",
      country,
      String(acknowledged),
      String(refused),
      unknown === 0 ? "0" : `${unknown} (${unknownFound} written)`,
      seconds(gapMs),
      seconds(slowestMs),
      Object.entries(errors)
        .map(([code, count]) => `${count} ${code}`)
        .join(", "),
    ]),
  );
}

/** Findings on the nodes after each fault, and one line per failed node: how it came back. */
export const NODE_COLUMNS: readonly Column[] = [
  ...left("fault"),
  ...right("acknowledged so far", "missing", "twice"),
  ...left("nodes", "primaries", "struck"),
  ...right("back after"),
  ...left("by", "last start"),
];

export function nodeRows({ rounds, notRun }: DataDrill): string[][] {
  return [
    ...rounds.flatMap((round) =>
      round.nodes.map(({ node, backMs, how, decision }, index) => [
        ...(index === 0 ? found(round) : ["", "", "", "", "", ""]),
        ...[node, seconds(backMs), how, decision],
      ]),
    ),
    ...notRun.map(({ title }) => [title, "not run: the cluster did not come back"]),
  ];
}

function found({ fault, findings, twoPrimaries }: Round): string[] {
  return [
    fault.title,
    String(findings?.acknowledged ?? "?"),
    String(findings?.missing.length ?? "?"),
    String(findings?.repeated.length ?? "?"),
    findings ? (findings.isEqual ? "equal" : "DIFFER") : "?",
    twoPrimaries ? "TWO" : "one",
  ];
}

export const LATENCY_COLUMNS: readonly Column[] = [
  ...left("distance"),
  ...left("countries"),
  ...right("clients", "rows", "farthest round trip", "limit by order", "p50", "p95", "p99", "p50 / limit", "rows/s"),
];

export function latencyRows({ latencies }: DataDrill): string[][] {
  return latencies.map(
    ({ distance, countries, clients, rows, roundTripMs, limitMs, p50Ms, p95Ms, p99Ms, perSecond }) => [
      distance,
      countries,
      String(clients),
      String(rows),
      `${roundTripMs.toFixed(1)} ms`,
      `${limitMs.toFixed(1)} ms`,
      ...[p50Ms, p95Ms, p99Ms].map((ms) => (ms === undefined ? "no commit" : `${ms.toFixed(1)} ms`)),
      limitMs < 5 || p50Ms === undefined ? "" : (p50Ms / limitMs).toFixed(2),
      perSecond.toFixed(0),
    ],
  );
}

export const LEGEND = [
  "Acknowledged: the server said that it is committed. Refused: certainly not written. Unknown: the connection broke or",
  "went silent after the statement was sent, so the write may be there or not. Gap: longest time between",
  "two acknowledged writes since the fault. Back: from the repair, or without one from the fault, until synced;",
  "IST transfers the missed write sets, SST is a full copy. Last start: what galera-start decided.",
].join("\n");

export const LATENCY_LEGEND = [
  "One round trip to the farthest member is the physical limit. Galera's is higher: every member must know that every",
  "other one has the write set, so it goes to one member, its confirmation to another, and the other's back.",
].join("\n");

export function renderSummary(drill: DataDrill): string {
  return [
    renderTable(CLIENT_COLUMNS, clientRows(drill)),
    renderTable(NODE_COLUMNS, nodeRows(drill)),
    ...(drill.latencies.length > 0 ? [renderTable(LATENCY_COLUMNS, latencyRows(drill)), LATENCY_LEGEND] : []),
    LEGEND,
    longestOutage(drill),
    distances(drill),
    verdict(drill),
  ].join("\n\n");
}

/** The longest time in which the apps of a country wrote nothing. */
function longestOutage({ rounds }: DataDrill): string {
  const outages = rounds.flatMap(({ fault, clients }) => clients.map((client) => ({ ...client, title: fault.title })));
  const [longest] = outages.sort((a, b) => b.gapMs - a.gapMs);
  return longest ? `Longest outage: ${seconds(longest.gapMs)}, apps of ${longest.country}, ${longest.title}.` : "";
}

export function distances({ roundTrips, initializationMs }: DataDrill): string {
  const trips = roundTrips.map(({ between, milliseconds }) => `${between.join(" to ")} ${milliseconds.toFixed(1)} ms`);
  return `Round trips as measured: ${trips.join(", ")}. Initialization from empty disks: ${seconds(initializationMs)}.`;
}

/** The last word, and every broken promise with its figures. */
export function verdict({ breaches, rounds, notRun, seconds: duration, load, processors }: DataDrill): string {
  const skipped = notRun.length > 0 ? `, ${notRun.length} not run` : "";
  const scope = `${rounds.length} faults, ${Math.round(duration)} s${skipped}, load ${load.toFixed(1)} on ${processors} processors`;
  if (breaches.length === 0) return `Every promise kept (${scope}).`;
  return [`BROKEN (${scope}):`, ...breaches.map(({ promise, detail }) => `  ${promise}: ${detail}`)].join("\n");
}

/** The same for programs: figures in full, without the writes. */
export function toJson({ rounds, notRun, breaches, ...rest }: DataDrill): string {
  const result = {
    kept: breaches.length === 0,
    ...rest,
    breaches,
    rounds: rounds.map(({ fault, struck, clients, nodes, isWhole, findings, twoPrimaries }: Round) => ({
      fault: fault.name,
      title: fault.title,
      struck,
      clients,
      nodes,
      isWhole,
      findings,
      twoPrimaries,
    })),
    notRun: notRun.map(({ name }) => name),
  };
  return JSON.stringify(result, undefined, 2);
}
