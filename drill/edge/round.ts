import { monitorEventLoopDelay } from "node:perf_hooks";
import { sleepMs } from "../time";
import type { Fault, Scene } from "./faults";
import { type Asked, figuresOf, type Moments } from "./figures";
import { Load, type RequestRecord } from "./load";
import type { OrderOf } from "./order";
import type { EdgeFigures, JudgedRound } from "./promises";
import type { Edge, Stage } from "./stage";

export interface RoundProps {
  readonly fault: Fault;
  /** The country that is struck first. */
  readonly country: string;
  /** Countries in the order in which they are to serve an edge's users, its own first. */
  readonly orderOf: OrderOf;
  /** To each edge. */
  readonly requestsPerSecond: number;
  /** Play it to the plain configuration alone, and long enough for that to fail over and back. */
  readonly isPlain: boolean;
}

/** One fault under load, from steady over struck to healed. */
export interface Round extends JudgedRound {
  readonly fault: Fault;
  readonly country: string;
  readonly moments: Moments;
  /** By the country of the edge. */
  readonly records: ReadonlyMap<string, readonly RequestRecord[]>;
  /** Longest time for which the drill itself did not get a processor. */
  readonly stallMs: number;
}

const STEADY_SECONDS = 1;
const RECOVERY_SECONDS = 2.4;
/** The plain configuration takes a server for down after 3 checks and for up after 2, which are 2 s apart. */
const PLAIN = { faultSeconds: 6.5, recoverySeconds: 4.2 };

export async function playRound(stage: Stage, props: RoundProps): Promise<Round> {
  const { fault, country, orderOf, isPlain } = props;
  const struck = struckBy(fault, orderOf(country));
  const edges = isPlain ? stage.plainEdges : stage.edges;
  const edge = edges.find((candidate) => candidate.country === country);
  if (!edge) throw new Error(`no edge in ${country}`);
  const problems: string[] = [];
  const scene = { stage, edge, struck: struck.flatMap((name) => stage.ingresses.get(name) ?? []), problems };
  const downBefore = await timesDown(edges);

  readLedgers(stage); // What is in them belongs to earlier rounds.
  const run = `${fault.name}-${country}`;
  const loads = edges.map((each) => ({ each, load: new Load(each.target, props.requestsPerSecond, run) }));
  const stalls = monitorEventLoopDelay({ resolution: 10 });
  stalls.enable();
  const moments = await strikeAndHeal(fault, scene, isPlain);
  const records = new Map<string, readonly RequestRecord[]>();
  await Promise.all(loads.map(async ({ each, load }) => records.set(each.country, await load.stop())));
  stalls.disable();
  for (const { haproxy } of edges) haproxy.assertRuns();

  const ledger = readLedgers(stage);
  const downAfter = await timesDown(edges);
  const seen = edges.map(({ country: own }): EdgeFigures => {
    const figures = figuresOf(records.get(own) ?? [], ledger, moments, own);
    return { country: own, order: orderOf(own), figures };
  });
  return {
    ...{ fault, country, struck, isPlain, moments, records, problems, edges: seen },
    ...{ noiseMs: noiseMs(seen, struck, country), timesDown: downAfter - downBefore, stallMs: stalls.max / 1e6 },
  };
}

async function strikeAndHeal(fault: Fault, scene: Scene, isPlain: boolean): Promise<Moments> {
  const startMs = performance.now();
  await sleepMs(STEADY_SECONDS * 1000);
  const strikeMs = performance.now();
  await fault.strike(scene);
  const struckMs = performance.now();
  const seconds = isPlain ? (fault.plainSeconds ?? PLAIN.faultSeconds) : fault.seconds;
  await sleepMs(Math.max(0, seconds * 1000 - (struckMs - strikeMs)));
  const healMs = performance.now();
  await fault.heal(scene);
  const healedMs = performance.now();
  await sleepMs((isPlain ? PLAIN.recoverySeconds : RECOVERY_SECONDS) * 1000);
  return { startMs, strikeMs, struckMs, healMs, healedMs, endMs: performance.now() };
}

function struckBy({ strikes }: Fault, order: readonly string[]): string[] {
  const count = { none: 0, own: 1, "own and next": 2, all: order.length }[strikes];
  return order.slice(0, count);
}

/** What an edge sees that has no reason to see anything. */
function noiseMs(edges: readonly EdgeFigures[], struck: readonly string[], country: string): number {
  const untouched = edges.filter((edge) => !struck.includes(edge.country) && edge.country !== country);
  return Math.max(0, ...untouched.map(({ figures }) => figures.longestGapMs));
}

function readLedgers({ ingresses }: Stage): Asked[] {
  return [...ingresses].flatMap(([country, { ledger }]) => ledger.readNew().map((line) => ({ ...line, country })));
}

/** How often the edges have taken a country for down. */
async function timesDown(edges: readonly Edge[]): Promise<number> {
  const states = await Promise.all(edges.map(({ haproxy }) => haproxy.servers()));
  return states.flat().reduce((sum, { timesDown: times }) => sum + times, 0);
}
