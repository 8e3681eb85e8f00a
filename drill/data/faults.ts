import {
  cutPower,
  eachOf,
  killDonor,
  killTwice,
  killWhileReforming,
  lendClocks,
  loseDisk,
  restart,
  restorePower,
  type Scene,
  stutter,
} from "./strikes";

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

/** In seconds: more than certificates hold before they were issued. */
const TWO_DAYS = 2 * 86_400;

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
  {
    ...one,
    name: "clock",
    title: "clock two days ahead, and server killed",
    seconds: 20,
    prepare: lendClocks,
    strike: ({ struck }) =>
      eachOf(struck, ({ machine }) => {
        machine.useOwnClock().set(TWO_DAYS);
        machine.signal("SIGKILL");
      }),
    heal: ({ struck }) => eachOf(struck, ({ machine }) => machine.useOwnClock().set(0)),
  },
];
