import { sleepMs, waitUntil } from "../time";
import type { DatabaseMachine } from "./machine";
import { realRoundTrips } from "./round-trips";
import type { Node, Stage } from "./stage";

/** How a node came back: with the write sets it missed, with a full copy, or without having missed any. */
export type Return = "IST" | "SST" | "nothing missed";

/** What breaks, where, and how it is repaired. */
export interface Fault {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Whose nodes fail, beginning with the given country, in failover order. */
  readonly strikes: "own" | "own and next" | "all";
  /** Part of `--short`. */
  readonly short: boolean;
  /** Minimum duration of the fault. */
  readonly seconds: number;
  /** Clients that must be able to write again without a repair. */
  readonly goOn: "all" | "of others" | "none";
  /** Within this many seconds. @default 5 */
  readonly againSeconds?: number;
  /** Clients that must get no write acknowledged during the fault, because the nodes they reach have no quorum. */
  readonly mustRefuse: "none" | "of struck" | "all";
  /** Struck nodes come back without a full copy. */
  readonly withoutCopy: boolean;
  /** Every country's pool is full during the fault. @default false */
  readonly fullPools?: boolean;
  /** Before anybody writes. @default nothing */
  readonly prepare?: (scene: Scene) => Promise<unknown>;
  readonly strike: (scene: Scene) => Promise<unknown>;
  /** @default no repair: the machine recovers on its own */
  readonly heal?: (scene: Scene) => Promise<unknown>;
}

export interface Scene {
  readonly stage: Stage;
  /** The nodes that failed. */
  readonly struck: readonly Node[];
  readonly struckCountries: readonly string[];
}

const REJOIN_LIMIT_MS = 60_000;
/** Logged by a node that can reach the group again but has not finished rejoining. */
const REJOINING = /State transfer required/;
/** Logged by a node that sees all members of its saved view. */
const PROMOTED = /promote to primary component/;
const REFORMING_CUT_MS = 300;
const REFORMING_DELAY = 4;
/** Well below the shortest way between two countries, 7 ms. */
const PROMOTED_POLL_MS = 1;
const STUTTER_MS = 400;

const one = { strikes: "own", short: false, goOn: "all", mustRefuse: "none", withoutCopy: true } as const;

export const FAULTS: readonly Fault[] = [
  {
    ...one,
    name: "killed",
    title: "machine of the writer's node lost",
    short: true,
    seconds: 8,
    strike: cutPower,
    heal: restorePower,
  },
  {
    ...one,
    name: "killed-again",
    title: "server killed, and again while it rejoins",
    seconds: 0,
    againSeconds: 10, // Writes wait for each of the two.
    strike: killTwice,
  },
  {
    ...one,
    name: "hang",
    title: "server hangs",
    seconds: 2,
    // HAProxy checks every 2 s, twice, and a node takes 2 s to notice that its server hangs.
    againSeconds: 10,
    strike: ({ struck }) => eachOf(struck, ({ machine }) => machine.signal("SIGSTOP")),
  },
  { ...one, name: "restarted", title: "server restarted in order", seconds: 0, strike: restart },
  {
    ...one,
    name: "two-down",
    title: "two machines lost",
    strikes: "own and next",
    seconds: 14,
    goOn: "none",
    mustRefuse: "all",
    strike: cutPower,
    heal: restorePower,
  },
  {
    ...one,
    name: "cold-start",
    title: "all killed at once, cold start",
    strikes: "all",
    short: true,
    seconds: 2,
    goOn: "none",
    mustRefuse: "all",
    strike: cutPower,
    heal: restorePower,
  },
  {
    ...one,
    name: "recreated",
    title: "machine recreated with an empty disk",
    seconds: 6,
    withoutCopy: false,
    strike: loseDisk,
    heal: ({ struck }) => eachOf(struck, ({ machine }) => machine.powerOn()),
  },
  {
    ...one,
    name: "split",
    title: "country cut off from the others",
    seconds: 15,
    goOn: "of others",
    mustRefuse: "of struck",
    strike: async ({ stage, struckCountries }) => stage.wan.cut(struckCountries),
    heal: async ({ stage, struckCountries }) => stage.wan.join(struckCountries),
  },
  {
    ...one,
    name: "full-pools",
    title: "machine lost while every pool is full",
    seconds: 20,
    fullPools: true,
    strike: cutPower,
    heal: restorePower,
  },
  {
    ...one,
    name: "link",
    title: "way between two countries lost",
    strikes: "own and next",
    seconds: 12,
    againSeconds: 10, // Those two suspect each other, the third suspects neither: two views are formed.
    strike: async ({ stage, struckCountries: [from = "", to = ""] }) => stage.wan.sever([from, to]),
    heal: async ({ stage, struckCountries: [from = "", to = ""] }) => stage.wan.mend([from, to]),
  },
  {
    ...one,
    name: "slow",
    title: "server slow, others wait by flow control",
    seconds: 12,
    strike: ({ struck }) => eachOf(struck, ({ machine }) => stutter(machine, 12_000)),
  },
  {
    ...one,
    name: "killed-in-cold-start",
    title: "all killed, one again as they re-form",
    strikes: "all",
    seconds: 2,
    goOn: "none",
    mustRefuse: "all",
    strike: cutPower,
    heal: killWhileReforming,
  },
  {
    ...one,
    name: "donor-killed",
    title: "donor killed while a new disk is filled",
    seconds: 6,
    withoutCopy: false,
    goOn: "none", // A copy that breaks off also fails its receiver, and the third node is alone.
    strike: loseDisk,
    heal: killDonor,
  },
  {
    ...one,
    name: "disk-full",
    title: "disk full, and room again",
    seconds: 20,
    prepare: ({ struck }) => eachOf(struck, ({ machine }) => machine.useSmallDisk()),
    strike: ({ struck }) => eachOf(struck, ({ machine }) => machine.disk.fill()),
    heal: ({ struck }) => eachOf(struck, ({ machine }) => machine.disk.makeRoom()),
  },
];

export async function eachOf(nodes: readonly Node[], act: (node: Node) => unknown): Promise<void> {
  await Promise.all(nodes.map(act));
}

/** Nothing can say goodbye: the network is cut before the processes die. */
export async function cutPower({ stage, struck }: Scene): Promise<void> {
  for (const { instance } of struck) stage.network.unplug(instance.name);
  await eachOf(struck, ({ machine }) => machine.powerOff());
}

/** The machine boots, as after an outage. */
export async function restorePower({ stage, struck }: Scene): Promise<void> {
  for (const { instance } of struck) stage.network.plugIn(instance.name, [instance.address]);
  for (const { machine } of struck) {
    await machine.boot();
    machine.powerOn();
  }
}

async function killTwice({ struck }: Scene): Promise<void> {
  await eachOf(struck, async ({ instance, machine }) => {
    const before = machine.journal().length;
    machine.signal("SIGKILL");
    await waitUntil(`${instance.name} rejoins`, REJOIN_LIMIT_MS, async () =>
      REJOINING.test(machine.journal().slice(before)),
    );
    machine.signal("SIGKILL");
  });
}

export async function restart({ struck }: Scene): Promise<void> {
  await eachOf(struck, async ({ machine }) => {
    await machine.stopServer();
    machine.startServer();
  });
}

export async function loseDisk(scene: Scene): Promise<void> {
  await cutPower(scene);
  await eachOf(scene.struck, ({ instance, machine }) => {
    scene.stage.network.plugIn(instance.name, [instance.address]);
    return machine.emptyDisk();
  });
}

/** Alternately runs and hangs, each time shorter than it takes to be suspected. */
export async function stutter(machine: DatabaseMachine, milliseconds: number): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    machine.signal("SIGSTOP");
    await sleepMs(STUTTER_MS);
    machine.signal("SIGCONT");
    await sleepMs(STUTTER_MS);
  }
}

/**
 * Boots all, and kills the first that has promoted the saved view, before the others know its state. The exchange takes a
 * round trip, which is made longer for that moment: at the real distances the kill often comes too late.
 */
async function killWhileReforming(scene: Scene): Promise<void> {
  const { stage } = scene;
  const before = new Map(scene.struck.map((node) => [node, node.machine.journal().length]));
  stage.wan.setRoundTrips(
    realRoundTrips(stage.countries).map((trip) => ({ ...trip, milliseconds: REFORMING_DELAY * trip.milliseconds })),
  );
  await restorePower(scene);
  const promoted = () => scene.struck.find((node) => PROMOTED.test(node.machine.journal().slice(before.get(node))));
  let first = promoted();
  for (const end = performance.now() + REJOIN_LIMIT_MS; !first && performance.now() < end; first = promoted()) {
    await sleepMs(PROMOTED_POLL_MS);
  }
  if (!first) throw new Error("no node restored the saved view");
  stage.wan.cut([first.instance.country]);
  first.machine.signal("SIGKILL");
  await sleepMs(REFORMING_CUT_MS);
  stage.wan.join([first.instance.country]);
  stage.wan.setRoundTrips(realRoundTrips(stage.countries));
}

async function killDonor({ stage, struck }: Scene): Promise<void> {
  for (const { machine } of struck) machine.powerOn();
  await waitUntil("a node is the donor", REJOIN_LIMIT_MS, async () => {
    const views = await Promise.all(stage.nodes.map(async (node) => ({ node, view: await node.probe.view() })));
    const donor = views.find(({ view }) => view?.state.startsWith("Donor"));
    donor?.node.machine.signal("SIGKILL");
    return donor !== undefined;
  });
}
