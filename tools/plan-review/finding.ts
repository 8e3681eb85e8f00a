import type { Change } from "./change";
import type { Place } from "./place";

/** Everything that would be applied together. */
export interface Run {
  readonly changes: readonly PlacedChange[];
  /** What they do that is not known to be harmless. */
  readonly harms: ReadonlyMap<PlacedChange, Harm>;
  /** Resources that go on existing without their protection, also those in which nothing changes. */
  readonly unprotected: readonly PlacedChange[];
  /** Checks of the configuration that failed, by stack. */
  readonly failedChecks: readonly Subject[];
  /** What other stacks read and that becomes something else, or ends, by stack. */
  readonly changedOutputs: readonly (Subject & { readonly actions: string })[];
  /** What somebody destroyed outside Terraform, as the refresh found it. */
  readonly lostOutside: readonly PlacedChange[];
  /** Stacks of which nothing was there before. */
  readonly newStacks: readonly string[];
  /** Providers that nobody here has chosen, by stack. */
  readonly strangeProviders: readonly Subject[];
  /** What runs programs where Terraform is applied, by stack. */
  readonly programs: readonly Subject[];
  /** Actions of providers that run beside the changes, by stack. */
  readonly invoked: readonly Subject[];
}

export type PlacedChange = Change &
  Place & {
    /** It comes to what is there already, and is not part of what a new country brings. Of what is created alone. */
    readonly isBeside: boolean;
  };

/** What a change does that is not known to be harmless. */
export interface Harm {
  /** It ends something, if only until it is made anew. */
  readonly isEnd: boolean;
  /** It only adds something, and takes nothing away from what is there. */
  readonly isAddition?: true;
  readonly says: string;
}

/** A resource that a verdict is about. */
export interface Subject {
  readonly stack: string;
  readonly address: string;
}

/** What a rule found: one thing that is refused, allowed or warned of as a whole. */
export interface Finding {
  readonly subjects: readonly Subject[];
  /** What happens, where and to what. */
  readonly detail: string;
}

export interface Rule {
  readonly name: string;
  /** Why it matters. */
  readonly says: string;
  readonly proceed: string;
  readonly finds: (run: Run) => readonly Finding[];
}

/** A rule that looks at one change at a time. @param detail what happens; undefined when nothing does */
export function each(detail: (change: PlacedChange, run: Run) => string | undefined): Rule["finds"] {
  return (run) =>
    run.changes.flatMap((change) => {
      const found = detail(change, run);
      return found === undefined ? [] : [{ subjects: [subject(change)], detail: `${placeName(change)}: ${found}` }];
    });
}

export function subject({ stack, address }: Subject): Subject {
  return { stack, address };
}

/** "edge of singapore", or "firewall of all countries". */
export function placeName({ layer, country }: Place): string {
  return `${layer} of ${country ?? "all countries"}`;
}
