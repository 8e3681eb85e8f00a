import { waitUntil } from "../time";
import type { Node, Stage } from "./stage";

/** How a node came back: by the write sets that it missed, by a full copy, or having missed none. */
export type Return = "IST" | "SST" | "nothing missed";

/** What goes wrong, where, and how it is made good again. */
export interface Fault {
  /** Name on the command line. */
  readonly name: string;
  readonly title: string;
  /** Whose nodes it strikes, beginning with the own country, in the order of failover. */
  readonly strikes: "own" | "own and next" | "all";
  /** Part of the short form. */
  readonly short: boolean;
  /** Time that the fault lasts at the least. */
  readonly seconds: number;
  /** Clients that are promised to write again although nothing was mended. */
  readonly goOn: "all" | "of others" | "none";
  /** Within this many seconds. @default 5 */
  readonly againSeconds?: number;
  /** Clients of whom no write may be acknowledged while it lasts, because who they reach has no quorum. */
  readonly mustRefuse: "none" | "of struck" | "all";
  /** Struck nodes come back without a full copy. */
  readonly withoutCopy: boolean;
  readonly strike: (scene: Scene) => Promise<unknown>;
  /** @default nobody does anything: the machine itself mends it */
  readonly heal?: (scene: Scene) => Promise<unknown>;
}

export interface Scene {
  readonly stage: Stage;
  /** The nodes that are struck. */
  readonly struck: readonly Node[];
  readonly struckCountries: readonly string[];
}

const REJOIN_LIMIT_MS = 30_000;
/** The log of a node that was given a way back into the group and has not taken it to its end. */
const REJOINING = /State transfer required/;

const one = { strikes: "own", short: false, goOn: "all", mustRefuse: "none", withoutCopy: true } as const;

export const FAULTS: readonly Fault[] = [
  {
    ...one,
    ...{ name: "killed", title: "machine of the writer's node lost", short: true, seconds: 8 },
    strike: cutPower,
    heal: restorePower,
  },
  {
    ...one,
    ...{ name: "killed-again", title: "server killed, and again while it rejoins", seconds: 0 },
    againSeconds: 10, // Writes wait for each of the two.
    strike: killTwice,
  },
  {
    ...one,
    ...{ name: "hang", title: "server hangs", seconds: 2 },
    // HAProxy asks every 2 s, twice, and a node takes 2 s to find that its server does not answer.
    againSeconds: 10,
    strike: ({ struck }) => eachOf(struck, ({ machine }) => machine.signal("SIGSTOP")),
  },
  { ...one, name: "restarted", title: "server restarted in order", seconds: 0, strike: restart },
  {
    ...one,
    ...{ name: "two-down", title: "two machines lost", strikes: "own and next", seconds: 14 },
    ...{ goOn: "none", mustRefuse: "all" },
    strike: cutPower,
    heal: restorePower,
  },
  {
    ...one,
    ...{ name: "cold-start", title: "all killed at once, cold start", strikes: "all", short: true, seconds: 2 },
    ...{ goOn: "none", mustRefuse: "all" },
    strike: cutPower,
    heal: restorePower,
  },
  {
    ...one,
    ...{ name: "recreated", title: "machine recreated with an empty disk", seconds: 6, withoutCopy: false },
    strike: async (scene) => {
      await cutPower(scene);
      await eachOf(scene.struck, ({ instance, machine }) => {
        scene.stage.network.plugIn(instance.name, [instance.address]);
        return machine.emptyDisk();
      });
    },
    heal: ({ struck }) => eachOf(struck, ({ machine }) => machine.powerOn()),
  },
  {
    ...one,
    ...{ name: "split", title: "country cut off from the others", seconds: 15, goOn: "of others" },
    mustRefuse: "of struck",
    strike: async ({ stage, struckCountries }) => stage.wan.cut(struckCountries),
    heal: async ({ stage }) => stage.wan.cut([]),
  },
];

async function eachOf(nodes: readonly Node[], act: (node: Node) => unknown): Promise<void> {
  await Promise.all(nodes.map(act));
}

/** Nothing is left to say goodbye: the network is silent before the processes are gone. */
async function cutPower({ stage, struck }: Scene): Promise<void> {
  for (const { instance } of struck) stage.network.unplug(instance.name);
  await eachOf(struck, ({ machine }) => machine.powerOff());
}

/** The machine boots, as after an outage. */
async function restorePower({ stage, struck }: Scene): Promise<void> {
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

async function restart({ struck }: Scene): Promise<void> {
  await eachOf(struck, async ({ machine }) => {
    await machine.stopServer();
    machine.startServer();
  });
}
