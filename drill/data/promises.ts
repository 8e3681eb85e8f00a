import type { Breach } from "../breach";
import type { Fault } from "./faults";
import type { ClientFigures, NodeFigures } from "./figures";
import type { Findings } from "./findings";
import type { Latency } from "./latency";
import type { PoolFigures } from "./pools";

/** The parts of a round that are judged. */
export interface JudgedRound {
  readonly fault: Pick<Fault, "name" | "goOn" | "againSeconds" | "mustRefuse" | "withoutCopy">;
  /** Countries whose nodes failed. */
  readonly struck: readonly string[];
  readonly clients: readonly ClientFigures[];
  /** The nodes that failed. */
  readonly nodes: readonly NodeFigures[];
  /** Whether all nodes were synced members of one cluster in the end. */
  readonly isWhole: boolean;
  /** Undefined if a node could not be queried. */
  readonly findings: Findings | undefined;
  /** Two groups of nodes that both considered themselves primary at the same moment. */
  readonly twoPrimaries: readonly [readonly string[], readonly string[]] | undefined;
  /** Cut connections of full pools, if the fault uses such pools. */
  readonly cuts: readonly PoolFigures[];
}

interface DataPromise {
  readonly name: string;
  readonly says: string;
  /** Depends on the speed of the machine. @default false */
  readonly isTimed?: boolean;
  /** How a round breaks it; empty if it is kept. */
  readonly broken: (round: JudgedRound) => readonly string[];
}

const AGAIN_SECONDS = 5;
const UNKNOWN = ["unknown, a node could not be queried"];
/** Number of ids that a breach lists. */
const NAMED = 3;

/** Promises of the database. */
export const PROMISES: readonly DataPromise[] = [
  {
    name: "no-acknowledged-write-lost",
    says: "every acknowledged write is on every node afterwards",
    broken: ({ findings }) =>
      findings
        ? some(findings.missing, (count) => `${count} missing of ${findings.acknowledged} acknowledged`)
        : UNKNOWN,
  },
  {
    name: "written-once",
    says: "no write is stored twice",
    broken: ({ findings }) => (findings ? some(findings.repeated, (count) => `${count} more than once`) : []),
  },
  {
    name: "no-divergence",
    says: "all nodes have the same content afterwards, as one cluster",
    broken: ({ findings }) => (findings === undefined ? UNKNOWN : findings.isEqual ? [] : [findings.difference]),
  },
  {
    name: "one-primary",
    says: "never do two groups of nodes take writes at the same time",
    broken: ({ twoPrimaries }) =>
      twoPrimaries ? [twoPrimaries.map((members) => members.join(" and ")).join(" beside ")] : [],
  },
  {
    name: "minority-refuses",
    says: "no node without a quorum acknowledges a write",
    broken: ({ fault: { mustRefuse }, struck, clients }) =>
      clients
        .filter(({ country }) => mustRefuse === "all" || (mustRefuse === "of struck" && struck.includes(country)))
        .filter(({ acknowledgedMeanwhile }) => acknowledgedMeanwhile > 0)
        .map(({ country, acknowledgedMeanwhile }) => `${acknowledgedMeanwhile} acknowledged to clients of ${country}`),
  },
  {
    name: "writes-again",
    says: "while there is a quorum, clients of every country that reaches it write again within 5 s, or 10 s when its server hangs or is killed twice",
    isTimed: true,
    broken: ({ fault: { goOn, againSeconds = AGAIN_SECONDS }, struck, clients }) =>
      clients
        .filter(({ country }) => goOn === "all" || (goOn === "of others" && !struck.includes(country)))
        .filter(({ gapMs }) => gapMs > againSeconds * 1000)
        .map(({ country, gapMs }) => `clients of ${country} wrote nothing for ${(gapMs / 1000).toFixed(1)} s`),
  },
  {
    name: "writes-in-the-end",
    says: "clients of every country write again once all nodes are back",
    broken: ({ clients }) =>
      clients
        .filter(({ wroteInTheEnd }) => !wroteInTheEnd)
        .map(({ country }) => `clients of ${country} never wrote again`),
  },
  {
    name: "untouched-are-not-cut",
    says: "even with every pool full, a country keeps all connections unless its own node failed",
    broken: ({ struck, cuts }) =>
      cuts
        .filter(({ country, count }) => count > 0 && !struck.includes(country))
        .map(({ country, count, opened }) => `${count} of ${opened} connections of ${country} were cut`),
  },
  {
    name: "back-by-itself",
    says: "every node comes back on its own, and without a full copy unless its disk is empty",
    broken: ({ fault: { withoutCopy }, nodes, isWhole }) => [
      ...nodes.filter(({ backMs }) => backMs === undefined).map(({ node }) => `${node} did not come back`),
      ...nodes.filter(({ how }) => withoutCopy && how === "SST").map(({ node }) => `${node} took a full copy`),
      ...(isWhole ? [] : ["not all nodes were synced members of one cluster in the end"]),
    ],
  },
];

/** Every promise that a round breaks. @param ignoreTimes on machines too slow to judge times */
export function breachesOf(round: JudgedRound, ignoreTimes: boolean): Breach[] {
  return PROMISES.filter(({ isTimed }) => !(isTimed && ignoreTimes)).flatMap(({ name, broken }) =>
    broken(round).map((how) => ({
      promise: name,
      detail: `${round.fault.name} of ${round.struck.join(" and ")}: ${how}`,
    })),
  );
}

/** If nobody could commit at some latency, it was not measured, which must not pass. */
export const COMMITS_MEASURED = {
  name: "commits-at-every-distance",
  says: "apps can commit at every measured distance",
} as const;

export function breachesOfLatency(latencies: readonly Latency[]): Breach[] {
  return latencies
    .filter(({ p50Ms }) => p50Ms === undefined)
    .map(({ distance, countries, clients }) => ({
      promise: COMMITS_MEASURED.name,
      detail: `${distance}, ${clients} clients of ${countries} country: no commit at all`,
    }));
}

function some(ids: readonly string[], words: (count: number) => string): string[] {
  return ids.length === 0 ? [] : [`${words(ids.length)}, ${ids.slice(0, NAMED).join(", ")} among them`];
}
