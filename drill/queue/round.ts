import { sleepMs } from "../time";
import { drain } from "./consumer";
import type { Fault } from "./faults";
import { figuresOf, type Moments } from "./figures";
import { Meter } from "./meter";
import type { JudgedRound } from "./promises";
import { type MessageRecord, Publisher } from "./publisher";
import { type Stage, untilWhole } from "./stage";
import type { SynthesizedBroker } from "./synthesized-broker";

/** One fault under load, from steady state through failure to recovery, and the content of the queue afterwards. */
export interface Round extends JudgedRound {
  readonly fault: Fault;
  readonly struck: readonly string[];
  readonly moments: Moments;
  readonly records: readonly MessageRecord[];
}

const STEADY_MS = 3_000;
const RECOVERY_MS = 3_000;
const WHOLE_LIMIT_MS = 180_000;
/** Two refreshes of the management database. */
const SETTLED_MS = 11_000;
const DRAIN_QUIET_MS = 20_000;

export async function playRound(
  stage: Stage,
  fault: Fault,
  perSecond: number,
  { queue, returnedQueue, fallbackSeconds }: SynthesizedBroker,
): Promise<Round> {
  const startMs = performance.now();
  const publishers = stage.brokers.map((broker) => new Publisher(broker, queue, perSecond, fault.name));
  const meter = new Meter(stage.brokers);
  await sleepMs(STEADY_MS);

  const strikeMs = performance.now();
  const struck = await fault.strike(stage);
  await sleepMs(Math.max(0, strikeMs + fault.seconds * 1000 - performance.now()));
  const healMs = performance.now();
  await fault.heal(stage, struck);
  const isWhole = await untilWhole(stage, WHOLE_LIMIT_MS).then(
    () => true,
    () => false,
  );
  const wholeMs = isWhole ? performance.now() : undefined;
  await sleepMs(RECOVERY_MS);

  const endMs = performance.now();
  const records = (await Promise.all(publishers.map((publisher) => publisher.stop()))).flat();
  await sleepMs(SETTLED_MS);
  const readings = await meter.stop();
  const confirmed = records.filter(({ outcome }) => outcome === "confirmed").length;
  const [first] = stage.brokers.filter(({ isOn }) => isOn);
  const none = new Map<string, number>();
  const returned = first && isWhole ? await drain(first, returnedQueue, 0, DRAIN_QUIET_MS) : none;
  const found = first && isWhole ? await drain(first, queue, confirmed - returned.size, DRAIN_QUIET_MS) : none;
  const moments = { startMs, strikeMs, healMs, wholeMs, endMs };
  const names = struck.map(({ name }) => name);
  const figures = figuresOf(records, { found, returned }, readings, moments, names);
  return { fault, struck: names, moments, records, figures, isWhole, fallbackSeconds };
}
