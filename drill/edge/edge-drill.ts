import type { Topology } from "../../config/topology";
import { CannotTell } from "../../tools/cli";
import type { Breach } from "../breach";
import type { DrillOptions } from "../options";
import type { Progress } from "../progress";
import type { Supervisor } from "../supervisor";
import { BASELINE, FAULTS, type Fault } from "./faults";
import { writesFailed } from "./figures";
import { load } from "./load";
import { ORDER, type OrderAnswer, walkOrder } from "./order";
import { breachesOf, orderBreaches } from "./promises";
import { playRound, type Round } from "./round";
import { type Stage, type StageProps, setStage } from "./stage";
import { readEdgeConfig, readIngressTries } from "./synthesized-config";

export interface EdgeDrillProps {
  readonly options: DrillOptions;
  readonly topology: Topology;
  readonly supervisor: Supervisor;
  readonly progress: Progress;
  readonly programs: StageProps["programs"];
}

export interface EdgeDrill {
  readonly rounds: readonly Round[];
  /** Faults that this machine does not let us make, with the reason. */
  readonly notRun: readonly { readonly fault: Fault; readonly reason: string }[];
  readonly order: readonly OrderAnswer[];
  readonly breaches: readonly Breach[];
  readonly seconds: number;
}

/** Walks every chosen fault, one after another, and judges what users saw. */
export async function runEdgeDrill({ options, topology, ...props }: EdgeDrillProps): Promise<EdgeDrill> {
  const { progress, supervisor, programs } = props;
  const startedMs = performance.now();
  const countries = Object.keys(topology.countries);
  const orderOf = (country: string) => [country, ...(topology.countries[country]?.failover ?? [])];

  progress.running("starting HAProxies and ingresses");
  const configs = countries.map((country) => readEdgeConfig(options.synth, country));
  const plain = options.short ? {} : { plainCountry: options.firstCountry };
  const ingressTries = readIngressTries(options.synth, options.firstCountry);
  const isIsolated = options.isolated;
  const stage = await setStage({ supervisor, programs, configs, ingressTries, isIsolated, ...plain });

  const chosen = chooseFaults(options);
  const notRun = chosen.filter((fault) => isImpossible(fault, stage)).map((fault) => ({ fault, reason: NEEDS_CUT }));
  for (const { fault, reason } of notRun) progress.done("skipped", `${fault.title}: ${reason}`);
  const rounds: Round[] = [];
  for (const fault of chosen.filter((candidate) => !isImpossible(candidate, stage))) {
    for (const play of playsOf(fault, options, countries)) {
      progress.running(`${fault.title}: ${play.country}${play.isPlain ? ", plain" : ""}`);
      const round = await playRound(stage, { ...play, fault, orderOf, requestsPerSecond: options.rate });
      rounds.push(round);
      assertFast(round, options);
      tell(progress, round, options.ignoreTimes);
    }
  }
  const withOrder = options.faults.length === 0 || options.faults.includes(ORDER);
  const order = withOrder ? await tellOrder(stage, orderOf, progress) : [];
  const breaches = [...rounds.flatMap((round) => breachesOf(round, options.ignoreTimes)), ...orderBreaches(order)];
  return { rounds, notRun, order, breaches, seconds: (performance.now() - startedMs) / 1000 };
}

/** Without any fault, beyond this the machine says nothing about times. */
const MAX_QUIET_GAP_MS = 250;
/** A machine that stood still as long has broken a promise itself. */
const MAX_STALL_MS = 1000;

/** @throws CannotTell when the machine is to blame for what was seen, before anything more is played */
function assertFast(round: Round, { rate, ignoreTimes }: DrillOptions): void {
  const gapMs = Math.round(Math.max(...round.edges.map(({ figures }) => figures.longestGapMs)));
  const advice = `and the load is ${load()}; end other work, or use a smaller --rate than ${rate}`;
  if (round.fault === BASELINE && !ignoreTimes && gapMs > MAX_QUIET_GAP_MS) {
    throw new CannotTell(
      `this machine is too slow for the drill: without any fault nobody was answered for ${gapMs} ms, where ${MAX_QUIET_GAP_MS} ms are allowed, ${advice}, or --ignore-times`,
    );
  }
  if (round.stallMs > MAX_STALL_MS && breachesOf(round, ignoreTimes).length > 0) {
    throw new CannotTell(
      `this machine is too slow for the drill: it stood still for ${Math.round(round.stallMs)} ms in "${round.fault.title}", ${advice}`,
    );
  }
}

/** Where a fault is played: the plain configuration right after the one that it is compared with. */
function playsOf(fault: Fault, options: DrillOptions, countries: readonly string[]) {
  const first = options.firstCountry;
  const others = fault.isMain && !options.country && !options.short ? countries.filter((name) => name !== first) : [];
  return [
    { country: first, isPlain: false },
    ...(fault.isMain && !options.short ? [{ country: first, isPlain: true }] : []),
    ...others.map((country) => ({ country, isPlain: false })),
  ];
}

const NEEDS_CUT = "not run: needs root or user namespaces, and nft";

function isImpossible({ needs }: Fault, { network }: Stage): boolean {
  return needs === "network cut" && !network;
}

function chooseFaults({ faults, short }: DrillOptions): Fault[] {
  const isChosen = ({ name, short: isShort }: Fault) => (faults.length > 0 ? faults.includes(name) : isShort || !short);
  return [BASELINE, ...FAULTS.filter(isChosen)];
}

function tell(progress: Progress, round: Round, ignoreTimes: boolean): void {
  const { figures } = round.edges.find(({ country }) => country === round.country) ?? {};
  if (!figures) return;
  const failed = `${figures.failedReads} reads and ${writesFailed(figures)} writes failed of ${figures.requests}`;
  const where = `${round.fault.title}: ${round.country}${round.isPlain ? ", plain" : ""}`;
  const isUnjudged = round.isPlain;
  const outcome = breachesOf(round, ignoreTimes).length > 0 ? "broken" : "kept";
  progress.done(isUnjudged ? "skipped" : outcome, `${where}: ${failed}, gap ${Math.round(figures.longestGapMs)} ms`);
}

async function tellOrder(
  stage: Stage,
  orderOf: Parameters<typeof walkOrder>[1],
  progress: Progress,
): Promise<OrderAnswer[]> {
  progress.running("every order of countries that are up");
  const order = await walkOrder(stage, orderOf);
  const wrong = orderBreaches(order).length;
  progress.done(wrong === 0 ? "kept" : "broken", `seed's order: ${order.length - wrong} of ${order.length} right`);
  return order;
}
