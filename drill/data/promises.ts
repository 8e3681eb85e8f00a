import type { Breach } from "../breach";
import type { Fault } from "./faults";
import type { ClientFigures, NodeFigures } from "./figures";
import type { Findings } from "./findings";
import type { Latency } from "./latency";
import type { PoolFigures } from "./pools";

/** A round as far as it is judged. */
export interface JudgedRound {
  readonly fault: Pick<Fault, "name" | "goOn" | "againSeconds" | "mustRefuse" | "withoutCopy">;
  /** Countries whose nodes were struck. */
  readonly struck: readonly string[];
  readonly clients: readonly ClientFigures[];
  /** The struck nodes. */
  readonly nodes: readonly NodeFigures[];
  /** Whether all nodes were synced members of one cluster in the end. */
  readonly isWhole: boolean;
  /** Undefined when a node could not be asked. */
  readonly findings: Findings | undefined;
  /** Two groups of nodes that took themselves for the cluster at the same moment. */
  readonly twoPrimaries: readonly [readonly string[], readonly string[]] | undefined;
  /** Connections of full pools that were cut, where the fault wants such pools. */
  readonly cuts: readonly PoolFigures[];
}

interface DataPromise {
  readonly name: string;
  readonly says: string;
  /** Depends on the speed of the machine. @default false */
  readonly isTimed?: boolean;
  /** How a round breaks it; nothing when it is kept. */
  readonly broken: (round: JudgedRound) => readonly string[];
}

const AGAIN_SECONDS = 5;
const UNKNOWN = ["not known, a node could not be asked"];
/** Ids that a breach names. */
const NAMED = 3;

/** What the estate promises of its database. */
export const PROMISES: readonly DataPromise[] = [
  {
    name: "no-acknowledged-write-lost",
    says: "what was acknowledged is on every node afterwards",
    broken: ({ findings }) =>
      findings
        ? some(findings.missing, (count) => `${count} missing of ${findings.acknowledged} acknowledged`)
        : UNKNOWN,
  },
  {
    name: "written-once",
    says: "no write is there twice",
    broken: ({ findings }) => (findings ? some(findings.repeated, (count) => `${count} more than once`) : []),
  },
  {
    name: "no-divergence",
    says: "all nodes hold the same afterwards, as one cluster",
    broken: ({ findings }) => (findings === undefined ? UNKNOWN : findings.isEqual ? [] : [findings.difference]),
  },
  {
    name: "one-primary",
    says: "never two groups of nodes that take writes at the same moment",
    broken: ({ twoPrimaries }) =>
      twoPrimaries ? [twoPrimaries.map((members) => members.join(" and ")).join(" beside ")] : [],
  },
  {
    name: "minority-refuses",
    says: "nobody without a quorum acknowledges a write",
    broken: ({ fault: { mustRefuse }, struck, clients }) =>
      clients
        .filter(({ country }) => mustRefuse === "all" || (mustRefuse === "of struck" && struck.includes(country)))
        .filter(({ acknowledgedMeanwhile }) => acknowledgedMeanwhile > 0)
        .map(({ country, acknowledgedMeanwhile }) => `${acknowledgedMeanwhile} acknowledged to clients of ${country}`),
  },
  {
    name: "writes-again",
    says: "where a quorum is left, clients of every country that reaches it write again within 5 s, 10 s when its server hangs or is killed twice",
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
    says: "with every pool full, no connection of a country whose own node was not struck is cut",
    broken: ({ struck, cuts }) =>
      cuts
        .filter(({ country, count }) => count > 0 && !struck.includes(country))
        .map(({ country, count, opened }) => `${count} of ${opened} connections of ${country} were cut`),
  },
  {
    name: "back-by-itself",
    says: "every node comes back without a human, and without a full copy unless its disk is empty",
    broken: ({ fault: { withoutCopy }, nodes, isWhole }) => [
      ...nodes.filter(({ backMs }) => backMs === undefined).map(({ node }) => `${node} did not come back`),
      ...nodes.filter(({ how }) => withoutCopy && how === "SST").map(({ node }) => `${node} took a full copy`),
      ...(isWhole ? [] : ["not all nodes were synced members of one cluster in the end"]),
    ],
  },
];

/** Every promise that a round breaks. @param ignoreTimes on machines whose speed says nothing */
export function breachesOf(round: JudgedRound, ignoreTimes: boolean): Breach[] {
  return PROMISES.filter(({ isTimed }) => !(isTimed && ignoreTimes)).flatMap(({ name, broken }) =>
    broken(round).map((how) => ({
      promise: name,
      detail: `${round.fault.name} of ${round.struck.join(" and ")}: ${how}`,
    })),
  );
}

/** A distance at which nobody could commit was not measured, and is nothing to be proud of. */
export const COMMITS_MEASURED = {
  name: "commits-at-every-distance",
  says: "apps commit at every distance that is measured",
} as const;

export function breachesOfLatency(latencies: readonly Latency[]): Breach[] {
  return latencies
    .filter(({ p50Ms }) => p50Ms === undefined)
    .map(({ distance, clients }) => ({
      promise: COMMITS_MEASURED.name,
      detail: `${distance}, ${clients} clients: no commit in the whole time`,
    }));
}

function some(ids: readonly string[], words: (count: number) => string): string[] {
  return ids.length === 0 ? [] : [`${words(ids.length)}, ${ids.slice(0, NAMED).join(", ")} among them`];
}
