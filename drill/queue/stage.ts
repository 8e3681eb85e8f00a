import { join } from "node:path";
import { Network } from "../data/network";
import type { Supervisor } from "../supervisor";
import { waitUntil } from "../time";
import { Broker, nodeName } from "./broker";
import type { SynthesizedBroker } from "./synthesized-broker";

export interface StageProps {
  readonly supervisor: Supervisor;
  readonly synthesized: SynthesizedBroker;
  /** Path of `ip`. */
  readonly ip: string;
  readonly searchPath: string;
}

/** A country's brokers, each in its own zone, and the network between them. */
export interface Stage {
  readonly brokers: readonly Broker[];
  readonly network: Network;
}

/** A single country: no latency. */
const COUNTRY = "country";
const ADDRESSES = [1, 2, 3, 4, 5, 6, 7].map((host) => `198.51.100.${host}`);
const START_LIMIT_MS = 300_000;
const ASK_MS = 3_000;

export function setStage({ supervisor, synthesized, ip, searchPath }: StageProps): Stage {
  const network = new Network(ip, {});
  const members = ADDRESSES.slice(0, synthesized.nodes);
  const brokers = members.map((address, index) => {
    const name = `zone-${String.fromCharCode(97 + index)}`;
    network.add({ name, country: COUNTRY, addresses: [address] });
    const root = join(supervisor.directory, name);
    return new Broker({ name, address, members, root, synthesized, within: network.within(name), searchPath });
  });
  supervisor.atEnd(async () => {
    await Promise.all(brokers.map((broker) => broker.powerOff()));
  });
  return { brokers, network };
}

/** Starts every node on an empty disk. @returns milliseconds until the queue has a member on each */
export async function formCluster(stage: Stage): Promise<number> {
  const startMs = performance.now();
  for (const broker of stage.brokers) broker.powerOn();
  await untilWhole(stage, START_LIMIT_MS);
  const [first] = stage.brokers;
  // Clusters run 4.3, where this is the only metadata store. Debian 13's 4.0 has both.
  first?.control("enable_feature_flag", "--opt-in", "khepri_db");
  await untilWhole(stage, START_LIMIT_MS);
  return performance.now() - startMs;
}

/** Resolves when every node reports a queue member on every node. @throws Error when it takes longer */
export async function untilWhole({ brokers }: Stage, limitMs: number): Promise<void> {
  await waitUntil("the queue has a member in every zone", limitMs, async () => {
    const views = await Promise.all(brokers.map((broker) => broker.queue("admin", ASK_MS).catch(() => undefined)));
    return views.every(
      (view) => view !== undefined && view.online.length === brokers.length && view.leader !== undefined,
    );
  });
}

/** The node that leads the queue. @throws Error when no node knows */
export async function leaderOf({ brokers }: Stage): Promise<Broker> {
  for (const asked of brokers) {
    const view = await asked.queue("admin", ASK_MS).catch(() => undefined);
    const leader = brokers.find(({ address }) => view?.leader === nodeName(address));
    if (leader) return leader;
  }
  throw new Error("no node knows the queue's leader");
}
