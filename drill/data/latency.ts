import { sleepMs } from "../time";
import { Client, type WriteRecord } from "./client";
import { equalRoundTrips, farthestMs, measureAll, orderMs, realRoundTrips } from "./round-trips";
import type { Stage } from "./stage";
import type { RoundTrip } from "./wan";
import { Writer } from "./writer";

/** Selects the measurement of commits, like the name of a fault. */
export const LATENCY = "latency";

/** Commits of several concurrent clients of one country, each writing sequentially. */
export interface Latency {
  /** Latency between the countries. */
  readonly distance: string;
  readonly clients: number;
  /** Measured round trip to the farthest node: no commit replicated to another country can be faster. */
  readonly roundTripMs: number;
  /** Minimum cost of Galera's ordering, from measured round trips: see `orderMs`. */
  readonly limitMs: number;
  readonly perSecond: number;
  /** Undefined, like the next two, if nothing was committed. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

const EQUAL_MS = [0, 20, 60] as const;
const CLIENTS = [1, 16] as const;
const SECONDS = 3;
/** Until connections and send windows have settled. */
const SETTLE_MS = 1_500;
/** More than any client can write. */
const UNBOUNDED = 5_000;

/** Measures at each latency in turn, and restores the real one. Adds its writes to the ledger. */
export async function measureLatency(stage: Stage, country: string, ledger: WriteRecord[]): Promise<Latency[]> {
  const result: Latency[] = [];
  const distances: [string, RoundTrip[]][] = [
    ...EQUAL_MS.map((ms): [string, RoundTrip[]] => [`${ms} ms each`, equalRoundTrips(stage.countries, ms)]),
    ["as it is", realRoundTrips(stage.countries)],
  ];
  for (const [distance, roundTrips] of distances) {
    stage.wan.setRoundTrips(roundTrips);
    await sleepMs(SETTLE_MS);
    const measured = await measureAll(stage);
    const farthest = { roundTripMs: farthestMs(measured, country), limitMs: orderMs(measured, country) };
    for (const clients of CLIENTS) {
      const run = `latency-${result.length}`;
      const records = await commit(new Client(stage.entrance(country), clients), clients, run);
      ledger.push(...records);
      result.push({ distance, clients, ...farthest, ...latencyOf(records) });
    }
  }
  return result;
}

async function commit(client: Client, clients: number, run: string): Promise<readonly WriteRecord[]> {
  // Each connection's first write includes connecting.
  const warm = await Promise.all(Array.from({ length: clients }, () => client.write(`${run}-warm`)));
  const writer = new Writer(client, clients, UNBOUNDED, run);
  await sleepMs(SECONDS * 1000);
  const records = await writer.stop();
  await client.close();
  return [...warm.map((record) => ({ ...record, startMs: Number.NaN })), ...records];
}

/** Warm-up writes have no start. */
export function latencyOf(records: readonly WriteRecord[]): Pick<Latency, "perSecond" | "p50Ms" | "p95Ms" | "p99Ms"> {
  const measured = records.filter(({ startMs, outcome }) => outcome === "acknowledged" && !Number.isNaN(startMs));
  const times = measured.map(({ startMs, endMs }) => endMs - startMs).sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  if (measured.length === 0) return { perSecond: 0, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
  const seconds =
    (Math.max(...measured.map(({ endMs }) => endMs)) - Math.min(...measured.map((r) => r.startMs))) / 1000;
  return { perSecond: measured.length / seconds, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) };
}
