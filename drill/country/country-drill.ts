import { getOrThrow } from "../../config/get-or-throw";
import type { Topology } from "../../config/topology";
import type { Breach } from "../breach";
import { seconds } from "../data/seconds";
import type { StageProps } from "../data/stage";
import { untilSynced } from "../data/stage";
import type { DrillOptions } from "../options";
import type { Progress } from "../progress";
import { epochMs, waitUntil } from "../time";
import { FAULTS, type Fault } from "./faults";
import { closeLedger, type Ledger } from "./ledger";
import { breachesOf, ledgerBreaches } from "./promises";
import { playRound, type Round } from "./round";
import { makeTables, openShop, type Stage, setStage } from "./stage";

export interface CountryDrillProps extends StageProps {
  readonly options: DrillOptions;
  readonly topology: Topology;
  readonly progress: Progress;
  /** A planted mistake of the app. */
  readonly acknowledgesEarly: boolean;
}

export interface CountryDrill {
  /** From empty disks to a shop that takes orders in every country. */
  readonly openingMs: number;
  readonly rounds: readonly Round[];
  /** Not played because one before did not heal. */
  readonly notRun: readonly Fault[];
  readonly ledger: Ledger;
  readonly breaches: readonly Breach[];
  readonly seconds: number;
}

const START_LIMIT_MS = 300_000;

/** Opens the shop in every country, walks the chosen faults while people shop, and closes the books. */
export async function runCountryDrill(props: CountryDrillProps): Promise<CountryDrill> {
  const { options, topology, progress } = props;
  const startedMs = performance.now();
  progress.running("booting every country");
  const stage = await setStage(props);
  await openDatabasesAndBrokers(stage);
  await makeTables(stage);
  for (const { shop } of stage.countries.values()) await shop.start();
  const { users, dns } = await openShop(stage, props, options.rate);
  for (const each of users) each.tell({ run: "opening" });
  const beganMs = epochMs();
  await waitUntil("every country's users have ordered at home", START_LIMIT_MS, async () =>
    users.every(({ country, deeds }) => deeds.some((deed) => deed.kind === "order" && deed.servedBy === country)),
  );
  const openingMs = performance.now() - startedMs;
  progress.done("kept", `the shop is open in ${stage.countries.size} countries after ${seconds(openingMs)}`);

  const orderOf = (country: string) => [country, ...getOrThrow(topology.countries, country).failover];
  const order = orderOf(options.firstCountry);
  const chosen = FAULTS.filter(({ name, short }) =>
    options.faults.length > 0 ? options.faults.includes(name) : short || !options.short,
  );
  const rounds: Round[] = [];
  const breaches: Breach[] = [];
  for (const fault of chosen) {
    progress.running(fault.title);
    const struck = order.slice(0, fault.strikes).map((name) => getOrThrow(Object.fromEntries(stage.countries), name));
    const round = await playRound({ stage, users, dns, fault, struck });
    rounds.push(round);
    const found = breachesOf(round, orderOf, options.ignoreTimes);
    breaches.push(...found);
    progress.done(found.length === 0 ? "kept" : "broken", `${fault.title}: ${tell(round)}`);
    if (!round.isWhole) break;
  }
  progress.running("closing the books");
  await Promise.all(users.map((each) => each.leave()));
  dns.stop();
  const ledger = await closeLedger(
    stage,
    users.flatMap(({ deeds }) => deeds.filter(({ endMs }) => endMs > beganMs)),
  );
  return {
    openingMs,
    rounds,
    notRun: chosen.slice(rounds.length),
    ledger,
    breaches: [...breaches, ...ledgerBreaches(ledger)],
    seconds: (performance.now() - startedMs) / 1000,
  };
}

async function openDatabasesAndBrokers({ data, countries }: Stage): Promise<void> {
  for (const { broker } of countries.values()) broker.powerOn();
  for (const { machine } of data.nodes) machine.powerOn();
  await untilSynced(data.nodes, START_LIMIT_MS);
  await waitUntil("the app has an account", START_LIMIT_MS, async () => data.isInitialized());
  await waitUntil("every broker has its queue", START_LIMIT_MS, async () => {
    const views = [...countries.values()].map(({ broker }) => broker.queue("admin", 3_000).catch(() => undefined));
    return (await Promise.all(views)).every((view) => view?.leader !== undefined);
  });
}

function tell({ figures }: Round): string {
  return figures
    .map(({ country, readGapMs, orderGapMs, failed }) => {
      return `${country} pages ${seconds(readGapMs)}, orders ${seconds(orderGapMs)}, ${failed} failed`;
    })
    .join("; ");
}
