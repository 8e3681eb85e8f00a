import { waitUntil } from "../time";
import type { Broker } from "./broker";
import { returnMessages } from "./consumer";
import { leaderOf, type Stage } from "./stage";

export interface Fault {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Part of `--short`. */
  readonly short: boolean;
  /** Minimum duration of the fault. */
  readonly seconds: number;
  /** Whether a majority remains throughout, so that confirmations must resume. */
  readonly keepsMajority: boolean;
  /** Whether the struck node is alive but isolated, so that it must confirm nothing. */
  readonly isCutOff: boolean;
  /** Whether messages are returned until they are set aside. @default false */
  readonly returns?: boolean;
  /** @returns the nodes that failed */
  readonly strike: (stage: Stage) => Promise<readonly Broker[]>;
  readonly heal: (stage: Stage, struck: readonly Broker[]) => Promise<unknown>;
}

const REJOIN_LIMIT_MS = 120_000;
/** Long enough for a message to come back twenty times, on a slow machine too. */
const RETURNING_MS = 10_000;

export const FAULTS: readonly Fault[] = [
  {
    name: "killed",
    title: "the leader's node killed",
    short: true,
    seconds: 8,
    keepsMajority: true,
    isCutOff: false,
    strike: async (stage) => killed([await leaderOf(stage)]),
    heal: async (_stage, struck) => started(struck),
  },
  {
    name: "zone",
    title: "the leader's zone lost",
    short: false,
    seconds: 15,
    keepsMajority: true,
    isCutOff: false,
    // Nothing can say goodbye: the network is cut before the processes die.
    strike: async (stage) => {
      const leader = await leaderOf(stage);
      stage.network.unplug(leader.name);
      return killed([leader]);
    },
    heal: async ({ network }, struck) => {
      for (const { name, address } of struck) network.plugIn(name, [address]);
      started(struck);
    },
  },
  {
    name: "partition",
    title: "the leader cut off, alive",
    short: false,
    seconds: 30,
    keepsMajority: true,
    isCutOff: true,
    strike: async (stage) => {
      const leader = await leaderOf(stage);
      stage.network.unplug(leader.name);
      return [leader];
    },
    heal: async ({ network }, struck) => {
      for (const { name, address } of struck) network.plugIn(name, [address]);
    },
  },
  {
    name: "killed-again",
    title: "the next leader killed while the first rejoins",
    short: false,
    seconds: 0,
    keepsMajority: false,
    isCutOff: false,
    strike: async (stage) => {
      const [first] = await killed([await leaderOf(stage)]);
      if (!first) return [];
      // For some seconds nodes name the dead leader, or none.
      let next = first;
      await waitUntil("another node leads", REJOIN_LIMIT_MS, async () => {
        next = await leaderOf(stage).catch(() => first);
        return next !== first;
      });
      first.powerOn();
      return [first, ...(await killed([next]))];
    },
    heal: async (_stage, struck) => started(struck.filter(({ isOn }) => !isOn)),
  },
  {
    name: "all-killed",
    title: "all nodes killed at once",
    short: true,
    seconds: 3,
    keepsMajority: false,
    isCutOff: false,
    strike: async ({ brokers }) => killed(brokers),
    heal: async (_stage, struck) => started(struck),
  },
  {
    name: "returned",
    title: "a worker that returns whatever it gets",
    short: true,
    seconds: 0,
    keepsMajority: true,
    isCutOff: false,
    returns: true,
    strike: async ({ brokers: [broker] }) => {
      if (broker) await returnMessages(broker, RETURNING_MS);
      return [];
    },
    heal: async () => undefined,
  },
];

async function killed(brokers: readonly Broker[]): Promise<readonly Broker[]> {
  await Promise.all(brokers.map((broker) => broker.powerOff()));
  return brokers;
}

function started(brokers: readonly Broker[]): void {
  for (const broker of brokers) broker.powerOn();
}
