import { isDeepStrictEqual } from "node:util";
import { loadAll } from "js-yaml";
import { type Comparison, grows, growsToTwice, isCounterpart, worded } from "./comparisons";
import { isRecord } from "./plan-file";

/** How many copies of something run. */
const COPIES = /(replicas?|replicaCount)$/i;

/** What a message says of an alert. */
const SAYING = /^(summary|description|runbook)$/;

/**
 * What a monitoring site expects of the topology and may expect more of: a machine more, a longer queue of more pods. Less
 * is noticed later, and so is more errors in an objective.
 */
const MAY_GROW = /^site:(targets_expected|queue_limit)$/;
const CONSTANT = /^vector\((\d+)\)$/;

/** What one release may gain. */
interface Scope {
  readonly isMonitoring: boolean;
  /** Names that rules record by already: a second one of a name would say something else of the same thing. */
  readonly recorded: ReadonlySet<string>;
}

/**
 * Whether Helm values only gain: ranges of another country, copies, and in the monitoring alerts, dashboards and memory.
 * All that was there before must be there still, in the same order; what an alert says may become something else.
 */
export function onlyGain(isMonitoring: boolean): Comparison {
  return (before, after) => {
    const [old, next] = [documents(before), documents(after)];
    if (old === undefined || next === undefined) return false;
    return fits(old, next, { isMonitoring, recorded: new Set(recordsOf(old)) });
  };
}

function documents(values: unknown): unknown[] | undefined {
  if (!Array.isArray(values)) return undefined;
  try {
    return values.flatMap((text) => loadAll(String(text)));
  } catch {
    return undefined;
  }
}

function fits(old: unknown, next: unknown, scope: Scope, key = ""): boolean {
  // Nobody but us writes these: a switch that is off and goes is given back to the chart, which may have it on.
  if (isDeepStrictEqual(old, next)) return true;
  if (Array.isArray(old) && Array.isArray(next)) return listFits(old, next, scope);
  if (isRecord(old) && isRecord(next)) {
    const added = Object.entries(next).filter(([name]) => !Object.hasOwn(old, name));
    const mayGrow = scope.isMonitoring && old.record === next.record && MAY_GROW.test(String(old.record));
    const kept = Object.entries(old).every(
      ([name, value]) =>
        fits(value, next[name], scope, name) ||
        (mayGrow && name === "expr" && grows(constantOf(value), constantOf(next[name]))),
    );
    return kept && added.every(([name, value]) => isNewDashboard(name, value, scope) || isNewRule(value, scope));
  }
  // More than twice as many have no room as a rule, and an operator's quorum is counted by them.
  // What runs once may have to: two of Thanos' compactors spoil what they both write.
  if (COPIES.test(key)) return Number(old) > 1 && growsToTwice(old, next);
  if (typeof old !== "string" || typeof next !== "string") return false;
  if (scope.isMonitoring && (isDashboard(key) || SAYING.test(key))) return worded(old, next);
  // Synth refuses a store that fits no machine; of others it does not know.
  if (scope.isMonitoring && key === "memory") return growsToTwice(old, next);
  const [were, are] = [old.split(","), next.split(",")];
  const kept = are.filter((item) => were.includes(item) || !isCounterpart(item, were));
  return kept.join() === old;
}

/** Whether each item has one that fits it, in the same order: the first of many routes that fits an alert takes it. */
function listFits(old: readonly unknown[], next: readonly unknown[], scope: Scope): boolean {
  let kept = 0;
  return (
    next.every((item) => {
      if (kept < old.length && fits(old[kept], item, scope)) {
        kept += 1;
        return true;
      }
      return isCounterpart(item, old) || isNewRule(item, scope);
    }) && kept === old.length
  );
}

function constantOf(expr: unknown): string | undefined {
  return CONSTANT.exec(String(expr))?.[1];
}

function isDashboard(key: string): boolean {
  return key.endsWith(".json");
}

function isNewDashboard(key: string, value: unknown, { isMonitoring }: Scope): boolean {
  return isMonitoring && isDashboard(key) && typeof value === "string";
}

const PARTS_OF_RULES = /^(alert|annotations|expr|for|groups|interval|keep_firing_for|labels|name|record|rules)$/;

/** An alert, a recording of a name of its own, or a group of them; nothing that is called like one and holds more. */
function isNewRule(value: unknown, scope: Scope): boolean {
  if (!scope.isMonitoring || !isRecord(value) || !Object.keys(value).every((key) => PARTS_OF_RULES.test(key)))
    return false;
  const inner = value.groups ?? value.rules;
  if (Array.isArray(inner)) return inner.length > 0 && inner.every((each) => isNewRule(each, scope));
  return typeof value.record === "string" ? !scope.recorded.has(value.record) : typeof value.alert === "string";
}

function recordsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(recordsOf);
  if (!isRecord(value)) return [];
  return typeof value.record === "string" ? [value.record] : Object.values(value).flatMap(recordsOf);
}
