import type { Breach } from "../breach";
import { seconds } from "../data/seconds";
import type { DrillOptions } from "../options";
import type { Progress } from "../progress";
import type { Supervisor } from "../supervisor";
import { FAULTS, type Fault } from "./faults";
import { breachesOf } from "./promises";
import { playRound, type Round } from "./round";
import { formCluster, setStage } from "./stage";
import { readBroker } from "./synthesized-broker";

export interface QueueDrillProps {
  readonly options: DrillOptions;
  /** The broker's country. */
  readonly country: string;
  readonly supervisor: Supervisor;
  readonly progress: Progress;
  /** Path of `ip`. */
  readonly ip: string;
  readonly searchPath: string;
}

export interface QueueDrill {
  readonly country: string;
  /** From empty disks to a queue with a member on every node. */
  readonly formationMs: number;
  readonly rounds: readonly Round[];
  /** Faults that were skipped because the cluster did not recover from an earlier one. */
  readonly notRun: readonly Fault[];
  readonly breaches: readonly Breach[];
  readonly seconds: number;
}

/** Forms a cluster of brokers, plays every chosen fault in turn, and judges the results. */
export async function runQueueDrill(props: QueueDrillProps): Promise<QueueDrill> {
  const { options, country, progress } = props;
  const startedMs = performance.now();
  const synthesized = readBroker(options.synth, country);
  progress.running("three brokers form a cluster");
  const stage = setStage({ ...props, synthesized });
  const formationMs = await formCluster(stage);
  progress.done("kept", `a queue with a member in every node after ${seconds(formationMs)}`);
  const rounds: Round[] = [];
  const chosen = FAULTS.filter(({ name, short }) =>
    options.faults.length > 0 ? options.faults.includes(name) : short || !options.short,
  );
  for (const fault of chosen) {
    progress.running(fault.title);
    const round = await playRound(stage, fault, options.rate, synthesized);
    rounds.push(round);
    const { confirmed, missing, gapMs, blindMs } = round.figures;
    const isKept = breachesOf(round, options.ignoreTimes).length === 0;
    const times = `gap ${seconds(gapMs)}, length unknown for ${seconds(blindMs)}`;
    progress.done(
      isKept ? "kept" : "broken",
      `${fault.title}: ${confirmed} confirmed, ${missing.length} missing, ${times}`,
    );
    if (!round.isWhole) break;
  }
  return {
    country,
    formationMs,
    rounds,
    notRun: chosen.slice(rounds.length),
    breaches: rounds.flatMap((round) => breachesOf(round, options.ignoreTimes)),
    seconds: (performance.now() - startedMs) / 1000,
  };
}
