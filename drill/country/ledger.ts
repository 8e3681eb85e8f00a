import { sleepMs } from "../time";
import { query, type Stage } from "./stage";
import type { Deed } from "./users-process";

/** What became of the orders that users were told of. */
export interface Ledger {
  readonly told: number;
  /** Not in every country's database. */
  readonly missing: readonly string[];
  /** Whose message no worker ever took. */
  readonly unfulfilled: readonly string[];
  /** In a database although nobody was told: the answer was lost. */
  readonly untold: number;
  /** Whether every country's database holds the same orders. */
  readonly isEqual: boolean;
}

/** Messages that were not confirmed are sent again every 2 s; a worker waits up to 5 s to try again, and a broker's boot takes some. */
const FULFILMENT_LIMIT_MS = 60_000;

/** Waits until every told order is fulfilled, or for a minute, and reads every country's database. */
export async function closeLedger({ data }: Stage, deeds: readonly Deed[]): Promise<Ledger> {
  const told = deeds.filter(({ kind, status }) => kind === "order" && status === 200).map(({ id }) => id);
  const read = async (country: string, table: "orders" | "fulfilments") => {
    const [, rows] = await query(data, country, ["SET SESSION wsrep_sync_wait = 7", `SELECT id FROM ${table}`]);
    return new Set((rows as { id: string }[]).map(({ id }) => id));
  };
  const [first = ""] = data.countries;
  let done = await read(first, "fulfilments");
  for (const end = performance.now() + FULFILMENT_LIMIT_MS; performance.now() < end; ) {
    if (told.every((id) => done.has(id))) break;
    await sleepMs(1_000);
    done = await read(first, "fulfilments");
  }
  const holdings = await Promise.all(data.countries.map((country) => read(country, "orders")));
  const known = new Set(told);
  const [some = new Set<string>()] = holdings;
  return {
    told: told.length,
    missing: told.filter((id) => !holdings.every((holding) => holding.has(id))),
    unfulfilled: told.filter((id) => !done.has(id)),
    untold: [...some].filter((id) => !known.has(id)).length,
    isEqual: holdings.every((holding) => holding.size === some.size && [...holding].every((id) => some.has(id))),
  };
}
