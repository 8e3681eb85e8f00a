import type { Breach } from "../breach";
import { type Figures, writesFailed } from "./figures";
import type { OrderAnswer } from "./order";

/** What is promised of a fault. */
export interface FaultLimits {
  readonly name: string;
  /** Longest time without a successful answer. @default nothing is promised, the figure is shown */
  readonly maxGapMs?: number;
  /** It ends answers that have begun, which nobody can take back. @default false */
  readonly cutsAnswers?: boolean;
  /** Countries that may be asked for one request. @default all */
  readonly maxAsked?: number;
  /** How often countries may be asked in all, for each request. @default nothing is promised */
  readonly maxAskedPerRequest?: number;
  /** Every country's checks go on to find it well. @default false */
  readonly marksNobody?: boolean;
  /** Names of promises that are not given under it. @default none */
  readonly excuses?: readonly string[];
}

/** A round as far as it is judged. */
export interface JudgedRound {
  readonly fault: FaultLimits;
  /** The plain configuration promises nothing. */
  readonly isPlain: boolean;
  /** Countries whose ingress was struck. */
  readonly struck: readonly string[];
  /** What the users of every country's edge saw. */
  readonly edges: readonly EdgeFigures[];
  /** Longest gap at edges that the fault does not touch, at the same time: what the machine itself adds. */
  readonly noiseMs: number;
  /** How often an edge took a country for down. */
  readonly timesDown: number;
  /** What the fault itself saw that may not be. */
  readonly problems: readonly string[];
}

export interface EdgeFigures {
  readonly country: string;
  /** Countries in the order in which they are to serve this edge's users. */
  readonly order: readonly string[];
  readonly figures: Figures;
}

interface EdgePromise {
  readonly name: string;
  readonly says: string;
  /** Depends on the speed of the machine. @default false */
  readonly isTimed?: boolean;
  /** How an edge breaks it in a round; undefined when it is kept. */
  readonly broken: (edge: EdgeFigures, round: JudgedRound) => string | undefined;
}

const MAX_BACK_MS = 5000;
/** Requests under way when the last country dies wait out a retry or a read's timeout; the others get it at once. */
const MAX_UNAVAILABLE_MS = 3000;

export const SEED_ORDER = {
  name: "seed-order",
  says: "with any countries up, the first of them in the seed's order answers; with none, the 503 page",
} as const;

/** What the estate promises of its edge. */
export const PROMISES: readonly EdgePromise[] = [
  {
    name: "reads-never-fail",
    says: "no GET, HEAD or OPTIONS fails while a country is up, unless two that it was sent to died under it",
    broken: ({ figures: { failedReads, failedReadKinds, readsBrokenByStrike, requests } }, round) => {
      const cut = round.fault.cutsAnswers ? (failedReadKinds.cut ?? 0) : 0;
      // A read that broke in two countries is not sent to a third: decision 0016.
      const brokeTwice = round.struck.length > 1 ? readsBrokenByStrike : 0;
      return isAllDown(round) || failedReads === cut + brokeTwice
        ? undefined
        : `${failedReads} of ${requests} requests were reads that failed: ${JSON.stringify(failedReadKinds)}`;
    },
  },
  {
    name: "cut-is-told",
    says: "an answer that ends too early is told to be broken, over HTTP/1.1 and HTTP/2, with its length and without",
    broken: ({ figures: { silentCuts } }) => (silentCuts > 0 ? `${silentCuts} taken for whole` : undefined),
  },
  {
    name: "asked-once",
    says: "no country is asked for the same request twice, and for a page that is only slow one country alone",
    broken: ({ order, figures: { askedAgain, mostAsked } }, { fault: { maxAsked } }) => {
      if (askedAgain.length > 0) return `${askedAgain.length} requests, ${askedAgain[0]} among them`;
      const limit = maxAsked ?? order.length;
      return mostAsked > limit ? `${mostAsked} countries for one request, where ${limit} are allowed` : undefined;
    },
  },
  {
    name: "retries-are-few",
    says: "an overloaded country is not finished off by retries: few reads are asked a second time",
    broken: ({ figures: { asked, requests } }, { fault: { maxAskedPerRequest } }) =>
      maxAskedPerRequest === undefined || asked <= maxAskedPerRequest * requests
        ? undefined
        : `${asked} for ${requests} requests, where ${maxAskedPerRequest} each are allowed`,
  },
  {
    name: "nobody-down",
    says: "a page that kills pods, and a client that takes connections, take no country down",
    broken: (_, { fault: { marksNobody }, timesDown }) =>
      marksNobody && timesDown > 0 ? `${timesDown} times a country was taken for down` : undefined,
  },
  {
    name: "health-answers",
    says: "the edge's own health port answers whatever clients do on the public ones",
    broken: (_, { problems }) =>
      problems.length > 0 ? `${problems.length} times not, at first: ${problems[0]}` : undefined,
  },
  {
    name: "writes-never-twice",
    says: "no write is executed twice, ever",
    broken: ({ figures: { repeatedWrites } }) =>
      repeatedWrites.length === 0
        ? undefined
        : `${repeatedWrites.length} executed more than once, ${repeatedWrites[0]} among them`,
  },
  {
    name: "writes-fail-only-in-flight",
    says: "while a country is up, a write fails only when its connection broke after it was sent",
    broken: ({ figures }, round) => {
      const others = writesFailed(figures) - (figures.failedWrites.broke?.count ?? 0);
      return isAllDown(round) || others === 0 ? undefined : `${others} others: ${JSON.stringify(figures.failedWrites)}`;
    },
  },
  {
    name: "writes-are-answered",
    says: "a write that broke is answered with 502: a connection closed without a word invites to send it again",
    broken: ({ figures: { silentWrites } }) => (silentWrites > 0 ? `${silentWrites} without an answer` : undefined),
  },
  {
    name: "untouched-never-fail",
    says: "nothing fails at the edge of a country whose app is well, writes neither",
    broken: ({ country, figures }, { struck }) =>
      struck.includes(country) || writesFailed(figures) === 0
        ? undefined
        : `${writesFailed(figures)} writes failed: ${JSON.stringify(figures.failedWrites)}`,
  },
  {
    name: "short-gap",
    says: "at most 50 ms without a successful answer for kill, stop and 503, 2 s for hang and cut, over what untouched edges see",
    isTimed: true,
    broken: ({ figures: { longestGapMs } }, { fault: { maxGapMs }, noiseMs }) =>
      maxGapMs === undefined || longestGapMs - noiseMs <= maxGapMs
        ? undefined
        : `${Math.round(longestGapMs)} ms where ${maxGapMs} ms and the machine's own ${Math.round(noiseMs)} ms are allowed`,
  },
  {
    name: "back-home",
    says: "the own country serves again within 5 s of its return",
    isTimed: true,
    broken: ({ figures: { backMs } }) =>
      backMs !== undefined && backMs <= MAX_BACK_MS
        ? undefined
        : `after ${backMs === undefined ? "the whole round still not" : `${Math.round(backMs)} ms`}`,
  },
  {
    name: "first-choice",
    says: "under a fault only the own country and the first of the others that is up serve",
    broken: ({ country, order, figures: { servedWhileStruck } }, { struck }) => {
      const choices = [country, order.find((candidate) => !struck.includes(candidate))];
      const strangers = Object.keys(servedWhileStruck).filter((server) => !choices.includes(server));
      return strangers.length === 0
        ? undefined
        : `served by ${JSON.stringify(servedWhileStruck)}, expected ${choices.join(", ")}`;
    },
  },
  {
    name: "clean-503",
    says: "what fails while no country is up gets the 503 page with Retry-After, unless its connection broke",
    broken: ({ figures: { uncleanFailures } }, round) =>
      isAllDown(round) && uncleanFailures > 0 ? `${uncleanFailures} answers without it` : undefined,
  },
  {
    name: "fast-503",
    says: "and gets it within 3 s",
    isTimed: true,
    broken: ({ figures: { slowestFailureMs } }, round) =>
      isAllDown(round) && slowestFailureMs > MAX_UNAVAILABLE_MS ? `${Math.round(slowestFailureMs)} ms` : undefined,
  },
  {
    name: "client-address",
    says: "the ingress is told the client's own address",
    broken: ({ figures: { wrongClients } }) => (wrongClients > 0 ? `${wrongClients} times another` : undefined),
  },
];

/** Every promise that a round breaks. @param ignoreTimes on machines whose speed says nothing */
export function breachesOf(round: JudgedRound, ignoreTimes: boolean): Breach[] {
  if (round.isPlain) return [];
  const isGiven = ({ name, isTimed }: EdgePromise) => !(isTimed && ignoreTimes) && !round.fault.excuses?.includes(name);
  return PROMISES.filter(isGiven).flatMap(({ name, broken }) =>
    round.edges.flatMap((edge) => {
      const how = broken(edge, round);
      return how === undefined
        ? []
        : [
            {
              promise: name,
              detail: `${round.fault.name} of ${round.struck.join(" and ") || "nobody"}, edge ${edge.country}: ${how}`,
            },
          ];
    }),
  );
}

/** Every line of the order table that is not the seed's. */
export function orderBreaches(answers: readonly OrderAnswer[]): Breach[] {
  return answers
    .filter(({ expected, seen }) => seen.some((server) => server !== expected))
    .map(({ country, up, expected, seen }) => ({
      promise: SEED_ORDER.name,
      detail: `edge ${country}, up ${up.join(" and ") || "none"}: expected ${expected}, answered ${[...new Set(seen)].join(", ")}`,
    }));
}

function isAllDown({ edges, struck }: JudgedRound): boolean {
  return edges.every(({ country }) => struck.includes(country));
}
