import { sleepMs } from "../time";
import type { Fault } from "./faults";
import type { Stage } from "./stage";
import { cutPower, eachOf, loseDisk, restart, restorePower, type Scene, stutter } from "./strikes";

/** Something that breaks on the nodes of some countries, for a time. */
interface Incident {
  readonly words: string;
  /** From the failure to the end of the repair. */
  readonly happen: (scene: Scene, milliseconds: number) => Promise<unknown>;
  /** Whose nodes fail. @default one country's */
  readonly strikes?: "two" | "all";
  /** Keeps its disk. @default true */
  readonly keepsDisk?: boolean;
}

const INCIDENTS: readonly Incident[] = [
  { words: "loses its machine", happen: (scene, ms) => lasting(scene, ms, cutPower, restorePower) },
  {
    words: "loses its disk",
    keepsDisk: false,
    happen: (scene, ms) =>
      lasting(scene, ms, loseDisk, ({ struck }) => eachOf(struck, ({ machine }) => machine.powerOn())),
  },
  { words: "is killed", happen: ({ struck }) => eachOf(struck, ({ machine }) => machine.signal("SIGKILL")) },
  { words: "restarts in order", happen: restart },
  {
    words: "hangs",
    happen: (scene, ms) =>
      lasting(
        scene,
        ms,
        ({ struck }) => eachOf(struck, ({ machine }) => machine.signal("SIGSTOP")),
        ({ struck }) => eachOf(struck, ({ machine }) => machine.signal("SIGCONT")),
      ),
  },
  { words: "is slow", happen: ({ struck }, ms) => eachOf(struck, ({ machine }) => stutter(machine, ms)) },
  {
    words: "is cut off",
    happen: (scene, ms) =>
      lasting(
        scene,
        ms,
        async ({ stage, struckCountries }) => stage.wan.cut(struckCountries),
        async ({ stage, struckCountries }) => stage.wan.join(struckCountries),
      ),
  },
  {
    words: "lose the way between them",
    strikes: "two",
    happen: (scene, ms) =>
      lasting(
        scene,
        ms,
        async ({ stage, struckCountries: [one = "", other = ""] }) => stage.wan.sever([one, other]),
        async ({ stage, struckCountries: [one = "", other = ""] }) => stage.wan.mend([one, other]),
      ),
  },
  { words: "lose their machines", strikes: "all", happen: (scene, ms) => lasting(scene, ms, cutPower, restorePower) },
];

const LONGEST_MS = 20_000;
/** Maximum time between the two failures; the first may still last, or be recovering. */
const LONGEST_OFFSET_MS = 25_000;

type Random = () => number;

/** Numbers from 0 to 1, always the same for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Two random incidents, the second at a random moment during the first or its recovery. Never two lost disks, or a lost
 * disk while all machines are down: then a person has to decide which node was most advanced.
 */
export function randomFault(random: Random, name: string, countries: readonly string[]): Fault {
  const first = choose(random, INCIDENTS);
  const allowed = INCIDENTS.filter(({ keepsDisk = true, strikes }) =>
    first.keepsDisk === false ? keepsDisk && strikes !== "all" : keepsDisk || first.strikes !== "all",
  );
  const [one, other] = [plan(random, first, countries), plan(random, choose(random, allowed), countries)];
  const offsetMs = random() * LONGEST_OFFSET_MS;
  return {
    name,
    title: `${told(one)}; ${(offsetMs / 1000).toFixed(1)} s later ${told(other)}`,
    strikes: "all",
    short: false,
    seconds: 0,
    goOn: "none",
    mustRefuse: "none",
    withoutCopy: false,
    strike: ({ stage }) => Promise.all([happen(stage, one), sleepMs(offsetMs).then(() => happen(stage, other))]),
  };
}

interface Planned {
  readonly incident: Incident;
  readonly countries: readonly string[];
  readonly milliseconds: number;
}

function plan(random: Random, incident: Incident, countries: readonly string[]): Planned {
  const count = { one: 1, two: 2, all: countries.length }[incident.strikes ?? "one"];
  return {
    incident,
    countries: shuffled(random, countries).slice(0, count),
    milliseconds: 500 + random() * LONGEST_MS,
  };
}

function told({ incident, countries, milliseconds }: Planned): string {
  return `${countries.join(" and ")} ${incident.words} (${(milliseconds / 1000).toFixed(1)} s)`;
}

function happen(stage: Stage, { incident, countries, milliseconds }: Planned): Promise<unknown> {
  const struck = stage.nodes.filter(({ instance }) => countries.includes(instance.country));
  return incident.happen({ stage, struck, struckCountries: countries }, milliseconds);
}

async function lasting(
  scene: Scene,
  milliseconds: number,
  strike: (scene: Scene) => Promise<unknown>,
  heal: (scene: Scene) => Promise<unknown>,
): Promise<void> {
  await strike(scene);
  await sleepMs(milliseconds);
  await heal(scene);
}

function choose<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

function shuffled<T>(random: Random, from: readonly T[]): T[] {
  return from
    .map((value) => ({ value, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}
