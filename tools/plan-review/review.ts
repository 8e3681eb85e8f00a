import { CannotTell } from "../cli";
import { costChange } from "../cost/change";
import type { SynthesizedEstate } from "../synthesized/estate";
import { besideWhatStands } from "./added";
import { type Change, hasMark, readChange } from "./change";
import { programs, strangeProviders } from "./configuration";
import { allowing, type Exception, type Exceptions } from "./exceptions";
import type { Finding, Harm, PlacedChange, Rule, Run, Subject } from "./finding";
import { harmOf } from "./harmless";
import { mixedUpStacks, Places } from "./place";
import { isRecord, type StackPlan } from "./plan-file";
import { standsUnprotected } from "./protection";
import { REFUSALS } from "./refusals";
import { NOT_KNOWN_HARMLESS, WARNINGS } from "./warnings";

/** A rule and all that it found. */
export interface Verdict {
  readonly rule: Rule;
  readonly findings: readonly Finding[];
}

export interface Review {
  readonly stacks: readonly string[];
  /** Undefined when no resource of the plans is labelled. */
  readonly environment: string | undefined;
  readonly refused: readonly Verdict[];
  readonly warned: readonly Verdict[];
  readonly allowed: readonly { readonly rule: Rule; readonly finding: Finding; readonly by: readonly Exception[] }[];
  /** What is wrong with exceptions. */
  readonly exceptionProblems: readonly string[];
  readonly changes: readonly PlacedChange[];
  /** What all of it does to the monthly bill, as a sentence. @default nothing */
  readonly cost?: string;
  /** What was changed outside Terraform. */
  readonly drift: readonly PlacedChange[];
  /** Outputs that change, which other stacks may read. */
  readonly outputs: readonly { readonly stack: string; readonly name: string; readonly actions: string }[];
}

/**
 * Judges everything that would be applied together.
 *
 * @param estate what the plans were made of, where it is at hand
 * @throws CannotTell when a stack was given another's plan
 */
export function review(plans: readonly StackPlan[], exceptions: Exceptions, estate?: SynthesizedEstate): Review {
  const inOrder = [...plans].sort((a, b) => compare(a.stack, b.stack));
  const all = readAll(inOrder, "resource_changes");
  const mixedUp = mixedUpStacks(all);
  if (mixedUp.length > 0) throw new CannotTell(mixedUp.join("\n"));
  const places = new Places(all, estate);
  // Not copied: a plan tells of everything that stays as it is, too.
  const inPlace = (changes: readonly Change[]) => changes.map((change) => Object.assign(change, places.of(change)));
  const allInPlace = inPlace(all);
  const isBeside = besideWhatStands(allInPlace);
  const placed = (changes: ReturnType<typeof inPlace>): PlacedChange[] =>
    changes
      .map((change) => Object.assign(change, { isBeside: change.kind === "create" && isBeside(change) }))
      .sort(byPlace);
  const everything = placed(allInPlace);
  const changes = everything.filter(
    ({ kind, previousAddress, isImported }) => kind !== "none" || previousAddress || isImported,
  );
  const cost = costChange(everything);
  const drift = placed(inPlace(readAll(inOrder, "resource_drift")));
  const run: Run = {
    changes,
    harms: new Map(
      changes.flatMap((change): [PlacedChange, Harm][] => {
        const harm = harmOf(change);
        return harm ? [[change, harm]] : [];
      }),
    ),
    unprotected: everything.filter(standsUnprotected),
    failedChecks: inOrder.flatMap(failedChecks),
    lostOutside: drift.filter(({ kind }) => kind === "destroy"),
    changedOutputs: inOrder.flatMap(changedOutputs),
    newStacks: inOrder.map(({ stack }) => stack).filter((stack) => isNew(all.filter((each) => each.stack === stack))),
    strangeProviders: inOrder.flatMap(strangeProviders),
    programs: inOrder.flatMap(programs),
    invoked: inOrder.flatMap(({ stack, plan }) =>
      (plan.action_invocations ?? []).map(({ address }) => ({ stack, address })),
    ),
  };
  const stacks = inOrder.map(({ stack }) => stack);
  const found = refusals(run, exceptions, stacks);
  const warned = verdicts(WARNINGS.map((rule) => ({ rule, findings: rule.finds(run) })));
  const told = [...found.refused, ...warned]
    .flatMap(({ findings }) => findings)
    .concat(found.allowed.map(({ finding }) => finding));
  return {
    stacks,
    environment: environmentOf(all),
    ...found,
    warned: [...warned, ...verdicts([{ rule: NOT_KNOWN_HARMLESS, findings: untold(run, told) }])],
    changes,
    ...(cost && { cost }),
    drift,
    outputs: inOrder.flatMap(outputs),
  };
}

/** What is not known to be harmless, and that no other rule has said anything about. */
function untold(run: Run, told: readonly Finding[]): Finding[] {
  const key = ({ stack, address }: Subject) => `${stack} ${address}`;
  const subjects = new Set(told.flatMap(({ subjects }) => subjects.map(key)));
  return NOT_KNOWN_HARMLESS.finds(run).filter(({ subjects: own }) => !own.some((each) => subjects.has(key(each))));
}

/** As the labels say. @throws CannotTell for plans of two environments, which no run applies together */
function environmentOf(changes: readonly Change[]): string | undefined {
  const found = new Map<string, string>();
  for (const { stack, before, after } of changes) {
    for (const labels of [before.labels, after.labels]) {
      if (isRecord(labels) && typeof labels.environment === "string") found.set(labels.environment, stack);
    }
  }
  if (found.size > 1) {
    const each = [...found].map(([environment, stack]) => `${stack} of ${environment}`);
    throw new CannotTell(`the plans are of several environments, ${each.join(", ")}: review those of one at a time`);
  }
  return [...found.keys()][0];
}

function readAll(plans: readonly StackPlan[], field: "resource_changes" | "resource_drift"): Change[] {
  return plans.flatMap(({ stack, plan }) =>
    (plan[field] ?? []).filter(({ mode }) => mode !== "data").map((json) => readChange(stack, json)),
  );
}

function isNew(changes: readonly Change[]): boolean {
  return changes.length > 0 && changes.every(({ kind }) => kind === "create");
}

/** What is refused, what an exception allows, and which exceptions do not do what somebody meant. */
function refusals(
  run: Run,
  exceptions: Exceptions,
  stacks: readonly string[],
): Pick<Review, "refused" | "allowed" | "exceptionProblems"> {
  const found = REFUSALS.flatMap((rule) =>
    rule.finds(run).map((finding) => ({ rule, finding, by: allowing(rule.name, finding, exceptions) })),
  );
  const used = new Set(found.flatMap(({ by }) => by ?? []));
  // One of a stack that is not here, or that lacks its partners of the same rule, does its work in another review.
  const isComplete = (rule: string) =>
    exceptions.entries.every((entry) => entry.rule !== rule || stacks.includes(entry.stack));
  const idle = exceptions.entries.filter((entry) => !used.has(entry) && isComplete(entry.rule));
  const refusedBy = (rule: Rule) =>
    found.filter((each) => each.rule === rule && !each.by).map(({ finding }) => finding);
  return {
    refused: verdicts(REFUSALS.map((rule) => ({ rule, findings: refusedBy(rule) }))),
    allowed: found.flatMap(({ rule, finding, by }) => (by ? [{ rule, finding, by }] : [])),
    exceptionProblems: [
      ...exceptions.problems,
      ...idle.map(
        ({ rule, stack, address }) => `${rule} of ${stack} ${address} allows nothing here: remove it when it is done`,
      ),
    ],
  };
}

function verdicts(all: readonly Verdict[]): Verdict[] {
  return all.filter(({ findings }) => findings.length > 0);
}

function failedChecks({ stack, plan }: StackPlan): Run["failedChecks"] {
  return (plan.checks ?? [])
    .filter(({ status }) => status === "fail" || status === "error")
    .map(({ address }) => ({ stack, address: address.to_display }));
}

function outputs({ stack, plan }: StackPlan): Review["outputs"] {
  return Object.entries(plan.output_changes ?? {})
    .map(([name, { actions }]) => ({ stack, name, actions: actions.join() }))
    .filter(({ actions }) => actions !== "no-op")
    .sort((a, b) => compare(a.name, b.name));
}

/** Those that say something else by themselves: what is known after apply follows from a change that is judged. */
function changedOutputs(stackPlan: StackPlan): Run["changedOutputs"] {
  const { output_changes: json = {} } = stackPlan.plan;
  return outputs(stackPlan)
    .filter(({ name, actions }) => actions !== "create" && !hasMark(json[name]?.after_unknown))
    .map(({ stack, name, actions }) => ({ stack, address: `output.${name}`, actions }));
}

/** By country, layer, stack and address: the same review reads the same each time. */
function byPlace(a: PlacedChange, b: PlacedChange): number {
  const place = compare(a.country ?? "", b.country ?? "") || compare(a.layer, b.layer);
  return place || compare(a.stack, b.stack) || compare(a.address, b.address);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
