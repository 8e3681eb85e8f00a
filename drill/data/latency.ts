import { sleepMs } from "../time";
import { Client, type WriteRecord } from "./client";
import { equalRoundTrips, farthestMs, measureAll, orderMs, realRoundTrips } from "./round-trips";
import type { Stage } from "./stage";
import type { RoundTrip } from "./wan";

/** Selects the measurement of commits, like the name of a fault. */
export const LATENCY = "latency";

/** Who commits at once, each client one transaction after the other. */
interface Load {
  /** The first country alone, or so many clients in each. */
  readonly countries: "one" | "every";
  readonly clients: number;
  /** Of each transaction. */
  readonly rows: number;
}

export interface Latency extends Load {
  /** What lies between the countries. */
  readonly distance: string;
  /** Round trip to the farthest node, measured: no commit that another country has can be faster. */
  readonly roundTripMs: number;
  /** Minimum cost of Galera's ordering, from measured round trips: see `orderMs`. */
  readonly limitMs: number;
  /** Rows of all clients. */
  readonly perSecond: number;
  /** Of a transaction. Undefined, like the next two, when nothing was committed. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

const EQUAL_MS = [0, 20, 60] as const;
const EQUAL_LOADS: readonly Load[] = [1, 16].map((clients) => ({ countries: "one", clients, rows: 1 }));
const REAL_LOADS: readonly Load[] = [
  ...EQUAL_LOADS,
  { countries: "one", clients: 1, rows: 10 },
  ...[1, 10, 100].map((clients): Load => ({ countries: "every", clients, rows: 1 })),
];
const SECONDS = 4;
/** Until connections and send windows have settled. */
const SETTLE_MS = 1_500;

/** Measures at each latency in turn, and restores the real one. Adds its writes to the ledger. */
export async function measureLatency(stage: Stage, country: string, ledger: WriteRecord[]): Promise<Latency[]> {
  const result: Latency[] = [];
  const distances: [string, RoundTrip[], readonly Load[]][] = [
    ...EQUAL_MS.map((ms): [string, RoundTrip[], readonly Load[]] => [
      `${ms} ms each`,
      equalRoundTrips(stage.countries, ms),
      EQUAL_LOADS,
    ]),
    ["as it is", realRoundTrips(stage.countries), REAL_LOADS],
  ];
  for (const [distance, roundTrips, loads] of distances) {
    stage.wan.setRoundTrips(roundTrips);
    await sleepMs(SETTLE_MS);
    const measured = await measureAll(stage);
    const farthest = { roundTripMs: farthestMs(measured, country), limitMs: orderMs(measured, country) };
    for (const load of loads) {
      const run = `latency-${result.length}`;
      const countries = load.countries === "one" ? [country] : stage.countries;
      const records = await Promise.all(
        countries.map((from) => commit(new Client(stage.entrance(from), load.clients), load, run)),
      );
      ledger.push(...records.flat());
      result.push({ distance, ...load, ...farthest, ...latencyOf(records.flat()) });
    }
  }
  return result;
}

async function commit(client: Client, { clients, rows }: Load, run: string): Promise<readonly WriteRecord[]> {
  // The first write of each connection pays for its making.
  const warm = await Promise.all(Array.from({ length: clients }, () => client.write(`${run}-warm`)));
  const records = warm.map((record) => ({ ...record, startMs: Number.NaN }));
  const endMs = performance.now() + SECONDS * 1000;
  const commitOneAfterTheOther = async () => {
    while (performance.now() < endMs) {
      records.push(...(rows === 1 ? [await client.write(run)] : await client.writeTogether(run, rows)));
    }
  };
  await Promise.all(Array.from({ length: clients }, commitOneAfterTheOther));
  await client.close();
  return records;
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
