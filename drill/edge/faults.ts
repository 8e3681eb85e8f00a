import { sleepMs } from "../time";
import { askForCrash, askForPoison, openManyConnections } from "./attacks";
import type { Ingress } from "./ingress";
import type { FaultLimits } from "./promises";
import type { Edge, Stage } from "./stage";

/** What goes wrong, where, and how it is made good again. */
export interface Fault extends FaultLimits {
  readonly title: string;
  /** How many countries it strikes, beginning with the own one, in the order of failover. */
  readonly strikes: "own" | "own and next" | "all" | "none";
  /**
   * A way in which a single country is lost: walked for every country, not for the first only, and for the plain
   * configuration as a comparison.
   */
  readonly isMain: boolean;
  /** Part of the short form. */
  readonly short: boolean;
  readonly needs?: "network cut";
  /** Time that the fault lasts at the least. */
  readonly seconds: number;
  /**
   * The same with the plain configuration, which takes three checks, 2 s apart, to notice.
   * @default 6.5
   */
  readonly plainSeconds?: number;
  readonly strike: (scene: Scene) => Promise<void>;
  readonly heal: (scene: Scene) => Promise<void>;
}

/** Where a fault plays. */
export interface Scene {
  readonly stage: Stage;
  /** The ingresses that are struck. */
  readonly struck: readonly Ingress[];
  /** The edge of the country that is struck first. */
  readonly edge: Edge;
  /** What the fault saw that may not be. */
  readonly problems: string[];
}

const RELOADS = 5;
const FLAPS = 4;

const own = { strikes: "own", isMain: true, short: false, seconds: 2.5 } as const;
const once = { strikes: "own", isMain: false, short: false, seconds: 4 } as const;
const cuts = { cutsAnswers: true } as const;
const none = { ...once, strikes: "none", heal: async () => {} } as const;
const FAST_MS = 50;
const SLOW_MS = 2000;

const startAll = ({ struck }: Scene) => eachOf(struck, (ingress) => ingress.start());
const answerAll = (answer: Parameters<Ingress["answer"]>[0]) => (scene: Scene) =>
  eachOf(scene.struck, (ingress) => ingress.answer(answer));
const killAll = ({ struck }: Scene) => eachOf(struck, (ingress) => ingress.kill());

/** Always walked first: it warms everything up, and is what the others are seen against. */
export const BASELINE: Fault = {
  ...once,
  name: "none",
  title: "no fault",
  strikes: "none",
  short: true,
  seconds: 2,
  strike: async () => {},
  heal: async () => {},
};

export const FAULTS: readonly Fault[] = [
  { ...own, name: "killed", title: "killed", short: true, ...cuts, maxGapMs: FAST_MS, strike: killAll, heal: startAll },
  {
    ...own,
    name: "hang",
    title: "stops answering",
    short: true,
    maxGapMs: SLOW_MS,
    seconds: 4,
    plainSeconds: 9.5,
    ...cuts,
    strike: ({ struck }) => eachOf(struck, (ingress) => ingress.freeze()),
    heal: ({ struck }) => eachOf(struck, (ingress) => ingress.thaw()),
  },
  {
    ...own,
    name: "cut",
    title: "network cut",
    needs: "network cut",
    maxGapMs: SLOW_MS,
    seconds: 4,
    plainSeconds: 9.5,
    ...cuts,
    strike: ({ stage, struck }) => eachOf(struck, ({ place }) => stage.network?.cut(place.address)),
    heal: ({ stage, struck }) => eachOf(struck, ({ place }) => stage.network?.heal(place.address)),
  },
  {
    ...own,
    name: "503",
    title: "every answer 503",
    short: true,
    maxGapMs: FAST_MS,
    strike: answerAll("503"),
    heal: answerAll("ok"),
  },
  {
    ...own,
    name: "app-503",
    title: "app 503, health check fine",
    maxGapMs: FAST_MS,
    strike: answerAll("app-503"),
    heal: answerAll("ok"),
  },
  {
    ...own,
    name: "stopped",
    title: "stopped in order",
    maxGapMs: FAST_MS,
    strike: ({ struck }) => eachOf(struck, (ingress) => ingress.stopInOrder()),
    heal: startAll,
  },
  {
    ...once,
    name: "poison",
    title: "one URL always 500",
    strikes: "none",
    strike: ({ edge }) => askForPoison(edge),
    heal: async () => {},
  },
  {
    ...once,
    name: "two-down",
    title: "two countries killed",
    strikes: "own and next",
    ...cuts,
    maxGapMs: FAST_MS,
    strike: killAll,
    heal: startAll,
  },
  {
    ...once,
    ...cuts,
    name: "all-down",
    title: "all countries killed",
    strikes: "all",
    strike: killAll,
    heal: startAll,
  },
  { ...once, name: "slow", title: "every answer 3 s late", strike: answerAll("slow"), heal: answerAll("ok") },
  {
    ...once,
    name: "reload",
    title: `${RELOADS} reloads`,
    strikes: "none",
    maxGapMs: FAST_MS,
    strike: ({ edge }) => reloadRepeatedly(edge),
    heal: async () => {},
  },
  {
    ...once,
    name: "flapping",
    title: `killed ${FLAPS} times in a row`,
    ...cuts,
    strike: flap,
    heal: startAll,
  },
  {
    ...once,
    name: "two-app-503",
    title: "two apps 503, checks fine",
    strikes: "own and next",
    maxGapMs: FAST_MS,
    strike: answerAll("app-503"),
    heal: answerAll("ok"),
  },
  {
    ...once,
    ...{ name: "halves", title: "killed in the middle of answers", ...cuts },
    strike: async ({ struck }) => {
      await eachOf(struck, (ingress) => ingress.answer("halves"));
      await sleepMs(1000);
      await eachOf(struck, (ingress) => ingress.kill());
    },
    heal: startAll,
  },
  {
    ...none,
    ...{ name: "slow-pages", title: "every page 3 s late, everywhere", maxAsked: 1 },
    strike: ({ stage }) => eachOf([...stage.ingresses.values()], (ingress) => ingress.answer("slow-pages")),
    heal: ({ stage }) => eachOf([...stage.ingresses.values()], (ingress) => ingress.answer("ok")),
  },
  {
    ...once,
    ...{ name: "overloaded", title: "killed, and the next overloaded", strikes: "own and next", seconds: 12, ...cuts },
    // Who asks for more than there is cannot be served: what is promised is that it does not become still more. One in ten
    // reads may be asked again, and those of the four seconds before the first is counted.
    maxAskedPerRequest: 1.35,
    excuses: ["reads-never-fail", "writes-fail-only-in-flight", "untouched-never-fail", "first-choice", "back-home"],
    strike: async ({ struck: [own, next] }) => {
      await next?.answer("overloaded");
      await own?.kill();
    },
    heal: async ({ struck: [own, next] }) => {
      await next?.answer("ok");
      await own?.start();
    },
  },
  {
    ...none,
    ...{ name: "crash-url", title: "a URL that kills pods, 60 times a second", seconds: 60, marksNobody: true },
    // What a pod was about to write when it was killed is lost with it.
    excuses: ["writes-fail-only-in-flight", "untouched-never-fail", "first-choice"],
    strike: ({ edge }) => askForCrash(edge),
  },
  {
    ...none,
    ...{ name: "flood", title: "one address opens 700 connections a second", marksNobody: true, maxGapMs: FAST_MS },
    strike: ({ edge, problems }) => openManyConnections(edge, problems),
  },
];

async function eachOf(ingresses: readonly Ingress[], act: (ingress: Ingress) => unknown): Promise<void> {
  await Promise.all(ingresses.map(act));
}

async function flap({ struck }: Scene): Promise<void> {
  for (let flap = 0; flap < FLAPS; flap++) {
    await eachOf(struck, (ingress) => ingress.kill());
    await sleepMs(300);
    await eachOf(struck, (ingress) => ingress.start());
    await sleepMs(900);
  }
}

async function reloadRepeatedly({ haproxy }: Edge): Promise<void> {
  for (let reload = 0; reload < RELOADS; reload++) {
    haproxy.reload();
    await sleepMs(700);
  }
}
