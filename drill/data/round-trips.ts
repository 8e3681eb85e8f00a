import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Stage } from "./stage";
import type { RoundTrip } from "./wan";

/** Between the regions, measured over Google's network in 2026. */
const KNOWN: readonly RoundTrip[] = [
  { between: ["indonesia", "singapore"], milliseconds: 14 },
  { between: ["indonesia", "india"], milliseconds: 72 },
  { between: ["singapore", "india"], milliseconds: 60 },
];
/** For a new country: farther than most. */
const UNKNOWN_MS = 60;

/** Round trips between all pairs of countries. */
export function realRoundTrips(countries: readonly string[]): RoundTrip[] {
  return pairs(countries).map((between) => ({
    between,
    milliseconds:
      KNOWN.find((known) => between.every((one) => known.between.includes(one)))?.milliseconds ?? UNKNOWN_MS,
  }));
}

export function equalRoundTrips(countries: readonly string[], milliseconds: number): RoundTrip[] {
  return pairs(countries).map((between) => ({ between, milliseconds }));
}

/** The longest one that involves a country. */
export function farthestMs(roundTrips: readonly RoundTrip[], country: string): number {
  const touching = roundTrips.filter(({ between }) => between.includes(country));
  return Math.max(0, ...touching.map(({ milliseconds }) => milliseconds));
}

/**
 * Minimum time before a country's write set is ordered: every member must know that every other one has it, so the
 * write set goes to a member, that one's confirmation to another, and the other's back. Half of the longest such circle
 * of round trips.
 */
export function orderMs(roundTrips: readonly RoundTrip[], country: string): number {
  const countries = [...new Set(roundTrips.flatMap(({ between }) => between))];
  const trip = (one: string, other: string) =>
    roundTrips.find(({ between }) => one !== other && between.includes(one) && between.includes(other))?.milliseconds ??
    0;
  const circles = countries.flatMap((first) =>
    countries.map((second) => trip(country, first) + trip(first, second) + trip(second, country)),
  );
  return Math.max(0, ...circles) / 2;
}

/** Measured between every two countries with a node. */
export async function measureAll({ nodes, network }: Pick<Stage, "nodes" | "network">): Promise<RoundTrip[]> {
  const countries = [...new Set(nodes.map(({ instance }) => instance.country))];
  const nodeOf = (country: string) => nodes.find(({ instance }) => instance.country === country)?.instance;
  const measured: RoundTrip[] = [];
  for (const between of pairs(countries)) {
    const [from, to] = between.map(nodeOf);
    if (!from || !to) continue;
    measured.push({ between, milliseconds: await measureRoundTrip(network.within(from.name), to.address) });
  }
  return measured;
}

/**
 * Time until a connection to another machine is refused: one round trip.
 * @param within command that runs another one on the machine's network
 * @returns the median of several, in ms
 */
async function measureRoundTrip(within: readonly string[], address: string): Promise<number> {
  const [file = "", ...args] = [...within, process.execPath, ...process.execArgv];
  const child = spawn(file, [...args, join(__dirname, "round-trip-process.ts"), address], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  for await (const data of child.stdout) text += data;
  return Number(text);
}

function pairs(countries: readonly string[]): [string, string][] {
  return countries.flatMap((one, index) => countries.slice(index + 1).map((other): [string, string] => [one, other]));
}
