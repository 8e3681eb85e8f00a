import { availableParallelism, loadavg } from "node:os";
import { getOrThrow } from "../../config/get-or-throw";
import type { Topology } from "../../config/topology";
import type { Breach } from "../breach";
import type { DrillOptions } from "../options";
import type { Progress } from "../progress";
import type { Supervisor } from "../supervisor";
import { waitUntil } from "../time";
import { Client, type WriteRecord } from "./client";
import { FAULTS, type Fault } from "./faults";
import { LATENCY, type Latency, measureLatency } from "./latency";
import { breachesOf, breachesOfLatency } from "./promises";
import { playRound, type Round } from "./round";
import { measureAll, realRoundTrips } from "./round-trips";
import { randomFault, seededRandom } from "./schedule";
import { seconds } from "./seconds";
import { type Stage, type StageProps, setStage, untilSynced } from "./stage";
import type { RoundTrip } from "./wan";

export interface DataDrillProps {
  readonly options: DrillOptions;
  readonly topology: Topology;
  readonly supervisor: Supervisor;
  readonly progress: Progress;
  readonly programs: StageProps["programs"];
  readonly searchPath: string;
}

export interface DataDrill {
  /** From three empty disks to a cluster that takes writes. */
  readonly initializationMs: number;
  /** As measured. */
  readonly roundTrips: readonly RoundTrip[];
  readonly rounds: readonly Round[];
  /** Faults that were skipped because the cluster did not recover from an earlier one. */
  readonly notRun: readonly Fault[];
  readonly latencies: readonly Latency[];
  readonly breaches: readonly Breach[];
  readonly seconds: number;
  /** Highest load average over a minute that was seen after a round, and the processors that it is to be compared with. */
  readonly load: number;
  readonly processors: number;
}

const INITIALIZATION_LIMIT_MS = 120_000;

/** Initializes the cluster, plays every chosen fault in turn, and judges the results. */
export async function runDataDrill(props: DataDrillProps): Promise<DataDrill> {
  const { options, topology, progress } = props;
  const startedMs = performance.now();
  progress.running("booting machines");
  const stage = await setStage({ ...props, synth: options.synth });
  stage.wan.setRoundTrips(realRoundTrips(stage.countries));
  const roundTrips = await measureAll(stage);
  const initializationMs = await initializeCluster(stage, progress);

  const ledger: WriteRecord[] = [];
  const first = options.firstCountry;
  const order = [first, ...getOrThrow(topology.countries, first).failover];
  const rounds: Round[] = [];
  const loads = [loadOverAMinute()];
  const faults = options.seed === undefined ? chooseFaults(options) : schedules(stage, options, options.seed);
  let notRun: Fault[] = [];
  for (const fault of faults) {
    progress.running(fault.title);
    const struck = order.slice(0, { own: 1, "own and next": 2, all: order.length }[fault.strikes]);
    const round = await playRound(stage, { fault, struck, perSecond: options.rate, ledger, schema: stage.schema });
    rounds.push(round);
    loads.push(loadOverAMinute());
    tell(progress, round, options.ignoreTimes);
    if (round.isWhole) continue;
    notRun = Array.isArray(faults) ? faults.slice(rounds.length) : [];
    break;
  }
  const latencies =
    notRun.length === 0 && withLatency(options) ? await tellLatency(stage, first, ledger, progress) : [];
  return {
    initializationMs,
    roundTrips,
    rounds,
    notRun,
    latencies,
    breaches: [...rounds.flatMap((round) => breachesOf(round, options.ignoreTimes)), ...breachesOfLatency(latencies)],
    seconds: (performance.now() - startedMs) / 1000,
    load: Math.max(...loads, loadOverAMinute()),
    processors: availableParallelism(),
  };
}

function loadOverAMinute(): number {
  return loadavg()[0] ?? 0;
}

function chooseFaults({ faults, short }: DrillOptions): Fault[] {
  return FAULTS.filter(({ name, short: isShort }) => (faults.length > 0 ? faults.includes(name) : isShort || !short));
}

/** Random faults until the time is up. */
function* schedules(stage: Stage, { minutes }: DrillOptions, seed: number): Generator<Fault> {
  const random = seededRandom(seed);
  const endMs = performance.now() + minutes * 60_000;
  for (let round = 1; performance.now() < endMs; round += 1) {
    yield randomFault(random, `seed-${seed}-round-${round}`, stage.countries);
  }
}

function withLatency({ faults, short, seed }: DrillOptions): boolean {
  if (seed !== undefined) return false;
  return faults.length > 0 ? faults.includes(LATENCY) : !short;
}

/** Starts every node at once on empty disks, and waits until the app can write. */
async function initializeCluster(stage: Stage, progress: Progress): Promise<number> {
  progress.running("initialization of the cluster");
  const startMs = performance.now();
  for (const { machine } of stage.nodes) machine.powerOn();
  await untilSynced(stage.nodes, INITIALIZATION_LIMIT_MS);
  await waitUntil("the app has an account", INITIALIZATION_LIMIT_MS, async () => stage.isInitialized());
  const clients = stage.countries.map((country) => new Client(stage.entrance(country), 1));
  await waitUntil("every app can write", INITIALIZATION_LIMIT_MS, () =>
    Promise.all(clients.map((client) => client.createTable())).then(
      () => true,
      () => false,
    ),
  );
  await Promise.all(clients.map((client) => client.close()));
  const initializationMs = performance.now() - startMs;
  const how = stage.nodes.map(({ machine }) => machine.decision()).join(", ");
  progress.done("kept", `initialized in ${seconds(initializationMs)}: ${how}`);
  return initializationMs;
}

function tell(progress: Progress, round: Round, ignoreTimes: boolean): void {
  const acknowledged = round.clients.reduce((sum, client) => sum + client.acknowledged, 0);
  const gaps = round.clients.map(({ country, gapMs }) => `${country} ${seconds(gapMs)}`).join(", ");
  const back = round.nodes.map(({ backMs, how }) => `${seconds(backMs)} ${how}`).join(", ");
  const text = `${acknowledged} acknowledged, ${round.findings?.missing.length ?? "?"} missing, gaps ${gaps}, back ${back}`;
  const outcome = breachesOf(round, ignoreTimes).length > 0 ? "broken" : "kept";
  progress.done(outcome, `${round.fault.title}: ${text}`);
}

async function tellLatency(
  stage: Stage,
  country: string,
  ledger: WriteRecord[],
  progress: Progress,
): Promise<Latency[]> {
  progress.running("commit latency");
  const latencies = await measureLatency(stage, country, ledger);
  const alone = latencies.filter(({ countries, clients, rows }) => countries === "one" && clients === 1 && rows === 1);
  const figures = alone
    .map(({ p50Ms, roundTripMs }) => `${p50Ms?.toFixed(1) ?? "?"} ms over ${roundTripMs.toFixed(1)}`)
    .join(", ");
  progress.done("kept", `commit latency: ${figures}`);
  return latencies;
}
