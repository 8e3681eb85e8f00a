import { untilSynced } from "../data/stage";
import { epochMs, sleepMs, waitUntil } from "../time";
import type { GeoDns } from "./dns";
import type { Fault } from "./faults";
import { figuresOf, type Moments, type UserFigures } from "./figures";
import type { Country, Stage } from "./stage";
import type { Users } from "./users";
import type { Deed } from "./users-process";

/** One fault while people shop, from steady over struck to healed. */
export interface Round {
  readonly fault: Fault;
  readonly struck: readonly string[];
  readonly moments: Moments;
  readonly isWhole: boolean;
  readonly deeds: readonly Deed[];
  readonly figures: readonly UserFigures[];
}

const STEADY_MS = 5_000;
const AFTER_MS = 5_000;
const WHOLE_LIMIT_MS = 240_000;
/** Users come home when the probes see the edge and their resolver has asked again. */
const HOME_LIMIT_MS = 120_000;

export interface RoundProps {
  readonly stage: Stage;
  readonly users: readonly Users[];
  readonly dns: GeoDns;
  readonly fault: Fault;
  readonly struck: readonly Country[];
}

export async function playRound({ stage, users, dns, fault, struck }: RoundProps): Promise<Round> {
  const scene = { stage, dns, struck };
  const names = struck.map(({ name }) => name);
  const startMs = epochMs();
  for (const each of users) each.tell({ run: fault.name });
  await sleepMs(STEADY_MS);
  const strikeMs = epochMs();
  await fault.strike(scene);
  await sleepMs(Math.max(0, fault.seconds * 1000 - (epochMs() - strikeMs)));
  const healMs = epochMs();
  await fault.heal(scene);
  const isWhole = await untilWhole(stage, users, dns).then(
    () => true,
    () => false,
  );
  const wholeMs = epochMs();
  await sleepMs(AFTER_MS);
  const endMs = epochMs();
  const moments = { startMs, strikeMs, healMs, wholeMs, endMs };
  const deeds = users.flatMap((each) => each.deeds.filter((deed) => deed.endMs >= startMs));
  const figures = users.map(({ country }) => figuresOf(country, deeds, moments));
  return { fault, struck: names, moments, isWhole, deeds, figures };
}

/** Every node is synced, every edge is in DNS, and every country's users order from their own country's shop. */
async function untilWhole({ data }: Stage, users: readonly Users[], dns: GeoDns): Promise<void> {
  await untilSynced(data.nodes, WHOLE_LIMIT_MS);
  const sinceMs = epochMs();
  await waitUntil("every country's users are served at home", HOME_LIMIT_MS, async () =>
    users.every(
      ({ country, deeds }) =>
        dns.isHealthy(country) &&
        deeds.some(
          (deed) => deed.startMs > sinceMs && deed.kind === "order" && deed.status === 200 && deed.servedBy === country,
        ),
    ),
  );
}
