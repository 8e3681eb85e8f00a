import { sleepMs, waitUntil } from "../time";
import { Client, type WriteRecord } from "./client";
import type { Fault } from "./faults";
import { clientFigures, type Moments, nodeFigures } from "./figures";
import { type Findings, findingsOf, readHolding, type Takers } from "./findings";
import { Pools } from "./pools";
import type { JudgedRound } from "./promises";
import { Sampler, twoPrimaries } from "./sampler";
import { type Stage, untilSynced } from "./stage";
import type { Scene } from "./strikes";
import { Writer } from "./writer";

export interface RoundProps {
  readonly fault: Fault;
  /** Countries whose nodes fail. */
  readonly struck: readonly string[];
  /** Writes per second of each client. */
  readonly perSecond: number;
  /** Every write of the drill; the round's are added. */
  readonly ledger: WriteRecord[];
  readonly schema: string;
}

/** One fault under write load, from steady state through failure to recovery, and the findings. */
export interface Round extends JudgedRound {
  readonly fault: Fault;
  readonly moments: Moments;
  /** The writes by their client's country. */
  readonly records: ReadonlyMap<string, readonly WriteRecord[]>;
  /** The node that took each write that was found. */
  readonly takers: Takers;
}

/** Connections of each client. */
const CONNECTIONS = 4;
const HOME_LIMIT_MS = 30_000;
const STEADY_MS = 2_000;
const RECOVERY_MS = 2_000;
const BACK_LIMIT_MS = 180_000;
/** Several questions of a node that has too little of a busy machine. */
const FIND_LIMIT_MS = 180_000;
/** HAProxy detects a returning node within 6 s, and a statement without a response ends after 15 s. */
const AGAIN_LIMIT_MS = 60_000;

export async function playRound(stage: Stage, props: RoundProps): Promise<Round> {
  const { fault, struck, perSecond, ledger, schema } = props;
  const nodes = stage.nodes.filter(({ instance }) => struck.includes(instance.country));
  const scene = { stage, struck: nodes, struckCountries: struck };
  if (fault.prepare) {
    await fault.prepare(scene);
    await untilSynced(stage.nodes, BACK_LIMIT_MS);
  }
  const clients = await connectAtHome(stage);
  const journalLengths = nodes.map(({ machine }) => machine.journal().length);
  const sampler = new Sampler(stage.nodes);
  const writers = clients.map(({ client }) => new Writer(client, CONNECTIONS, perSecond, fault.name));

  const pools = fault.fullPools ? await Pools.open(stage) : undefined;

  const { moments, isWhole } = await strikeAndHeal(fault, scene, writers);
  const cuts = (await pools?.close()) ?? [];
  const written = await Promise.all(writers.map((writer) => writer.stop()));
  const records = new Map(clients.map(({ country }, index) => [country, written[index] ?? []]));
  await Promise.all(clients.map(({ client }) => client.close()));
  const samples = await sampler.stop();
  ledger.push(...written.flat());

  const { findings, takers } = await find(stage, ledger, schema, isWhole);
  const found = new Set(takers.keys());
  return {
    fault,
    struck,
    moments,
    records,
    takers,
    isWhole,
    findings,
    cuts,
    clients: [...records].map(([country, own]) => clientFigures(country, own, found, moments)),
    nodes: nodes.map(({ instance, machine }, index) =>
      nodeFigures(instance.name, samples, machine.journal().slice(journalLengths[index]), moments),
    ),
    twoPrimaries: samples.map(twoPrimaries).find((groups) => groups !== undefined),
  };
}

/** Freshly connected apps, each on its own country's node where there is one. */
async function connectAtHome(stage: Stage): Promise<{ country: string; client: Client }[]> {
  return Promise.all(
    stage.countries.map(async (country) => {
      const client = new Client(stage.entrance(country), CONNECTIONS);
      const own = stage.nodes
        .filter(({ instance }) => instance.country === country)
        .map(({ instance }) => instance.name);
      await waitUntil(`HAProxy leads the apps of ${country} to their own node`, HOME_LIMIT_MS, async () => {
        const node = await client.takenBy();
        return node !== undefined && (own.length === 0 || own.includes(node));
      });
      return { country, client };
    }),
  );
}

const NOTHING_FOUND: { findings: Findings | undefined; takers: Takers } = { findings: undefined, takers: new Map() };

/** @param isWhole whether all nodes have a quorum: then they are read after everything in flight, and asked again if one is late */
async function find(
  stage: Stage,
  ledger: readonly WriteRecord[],
  schema: string,
  isWhole: boolean,
): Promise<typeof NOTHING_FOUND> {
  let found = NOTHING_FOUND;
  const read = async () => {
    const holdings = await Promise.all(stage.nodes.map((node) => readHolding(node, schema, isWhole)));
    const takers = new Map(holdings.flatMap((holding) => [...holding.takers]));
    found = { findings: findingsOf(ledger, holdings), takers };
    return true;
  };
  await waitUntil("every node tells what it has", FIND_LIMIT_MS, () => read().catch(() => !isWhole)).catch(() => {});
  return found;
}

async function strikeAndHeal(
  fault: Fault,
  scene: Scene,
  writers: readonly Writer[],
): Promise<{ moments: Moments; isWhole: boolean }> {
  const startMs = performance.now();
  await sleepMs(STEADY_MS);
  const strikeMs = performance.now();
  await fault.strike(scene);
  const struckMs = performance.now();
  await sleepMs(Math.max(0, fault.seconds * 1000 - (struckMs - strikeMs)));
  const healMs = fault.heal ? performance.now() : strikeMs;
  await fault.heal?.(scene);
  const isWhole = await untilSynced(scene.stage.nodes, BACK_LIMIT_MS).then(
    () => true,
    () => false,
  );
  const wholeMs = performance.now();
  const again = async () => writers.every((writer) => writer.hasWrittenSince(wholeMs));
  await waitUntil("every app writes again", AGAIN_LIMIT_MS, again).catch(() => {});
  await sleepMs(RECOVERY_MS);
  return { moments: { startMs, strikeMs, struckMs, healMs, wholeMs, endMs: performance.now() }, isWhole };
}
