import type { Breach } from "../breach";
import type { Fault } from "./faults";
import type { Figures } from "./figures";

/** The parts of a round that are judged. */
export interface JudgedRound {
  readonly fault: Pick<Fault, "name" | "keepsMajority" | "isCutOff" | "returns">;
  readonly figures: Figures;
  readonly isWhole: boolean;
  /** How long KEDA's readings may fail before it falls back. */
  readonly fallbackSeconds: number;
}

interface QueuePromise {
  readonly name: string;
  readonly says: string;
  /** Depends on the speed of the machine. @default false */
  readonly isTimed?: boolean;
  readonly broken: (round: JudgedRound) => readonly string[];
}

/** A silent node is given up after some seconds, and a new leader is elected. */
const AGAIN_SECONDS = 15;

/** Promises of a country's queue. */
export const PROMISES: readonly QueuePromise[] = [
  {
    name: "no-confirmed-message-lost",
    says: "every confirmed message is in the queue afterwards, or was set aside",
    broken: ({ figures: { missing, confirmed } }) =>
      missing.length > 0
        ? [`${missing.length} of ${confirmed} missing, ${missing.slice(0, 3).join(", ")} among them`]
        : [],
  },
  {
    name: "returned-set-aside",
    says: "a message that workers return again and again is set aside, and not dropped",
    broken: ({ fault: { returns }, figures: { returned } }) =>
      returns && returned === 0 ? ["none was set aside"] : [],
  },
  {
    name: "minority-confirms-nothing",
    says: "an isolated node confirms nothing",
    broken: ({ fault: { isCutOff }, figures: { confirmedAlone } }) =>
      isCutOff && confirmedAlone > 0 ? [`${confirmedAlone} confirmed`] : [],
  },
  {
    name: "confirms-again",
    says: `while two of three nodes are left, messages are confirmed again within ${AGAIN_SECONDS} s`,
    isTimed: true,
    broken: ({ fault: { keepsMajority }, figures: { gapMs } }) =>
      keepsMajority && gapMs > AGAIN_SECONDS * 1000 ? [`nothing for ${(gapMs / 1000).toFixed(1)} s`] : [],
  },
  {
    name: "length-is-right",
    says: "KEDA reads the true length once nothing moves",
    broken: ({ figures: { lastLength, trueLength } }) =>
      lastLength === trueLength ? [] : [`read ${lastLength ?? "nothing"}, true is ${trueLength}`],
  },
  {
    name: "length-is-told",
    says: "while two of three nodes are left, KEDA never lacks a correct length for so long that it falls back",
    isTimed: true,
    broken: ({ fault: { keepsMajority }, figures: { blindMs }, fallbackSeconds }) =>
      keepsMajority && blindMs > fallbackSeconds * 1000 ? [`none for ${(blindMs / 1000).toFixed(1)} s`] : [],
  },
  {
    name: "back-by-itself",
    says: "every node comes back on its own as a member of the queue",
    broken: ({ isWhole }) => (isWhole ? [] : ["the queue lacks a member in the end"]),
  },
];

/** Every promise that a round breaks. @param ignoreTimes on machines too slow to judge times */
export function breachesOf(round: JudgedRound, ignoreTimes: boolean): Breach[] {
  return PROMISES.filter(({ isTimed }) => !(isTimed && ignoreTimes)).flatMap(({ name, broken }) =>
    broken(round).map((how) => ({ promise: name, detail: `${round.fault.name}: ${how}` })),
  );
}
