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

/**
 * Whether Helm values only gain: ranges of another country, copies, and in the monitoring alerts, dashboards and memory.
 * All that was there before must be there still; what an alert says may become something else.
 */
export function onlyGain(isMonitoring: boolean): Comparison {
  return (before, after) => {
    const [old, next] = [documents(before), documents(after)];
    return old !== undefined && next !== undefined && fits(old, next, isMonitoring);
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

function fits(old: unknown, next: unknown, isMonitoring: boolean, key = ""): boolean {
  // Nobody but us writes these: a switch that is off and goes is given back to the chart, which may have it on.
  if (isDeepStrictEqual(old, next)) return true;
  if (Array.isArray(old) && Array.isArray(next)) {
    const used = old.map((item) => next.findIndex((other) => fits(item, other, isMonitoring)));
    const added = next.filter((_, index) => !used.includes(index));
    return !used.includes(-1) && added.every((item) => isCounterpart(item, old) || (isMonitoring && isRule(item)));
  }
  if (isRecord(old) && isRecord(next)) {
    const added = Object.entries(next).filter(([name]) => !Object.hasOwn(old, name));
    const mayGrow = isMonitoring && old.record === next.record && MAY_GROW.test(String(old.record));
    const kept = Object.entries(old).every(
      ([name, value]) =>
        fits(value, next[name], isMonitoring, name) ||
        (mayGrow && name === "expr" && grows(constantOf(value), constantOf(next[name]))),
    );
    return kept && added.every(([name, value]) => isMonitoring && (isDashboard(name) || isRule(value)));
  }
  if (COPIES.test(key)) return grows(old, next);
  if (typeof old !== "string" || typeof next !== "string") return false;
  if (isMonitoring && (isDashboard(key) || SAYING.test(key))) return worded(old, next);
  // Synth refuses a store that fits no machine; of others it does not know.
  if (isMonitoring && key === "memory") return growsToTwice(old, next);
  const [were, are] = [old.split(","), next.split(",")];
  return (
    were.every((item) => are.includes(item)) && are.every((item) => were.includes(item) || isCounterpart(item, were))
  );
}

function constantOf(expr: unknown): string | undefined {
  return CONSTANT.exec(String(expr))?.[1];
}

function isDashboard(key: string): boolean {
  return key.endsWith(".json");
}

/** An alert, a recording, or a group of them. */
function isRule(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const inner = value.groups ?? value.rules;
  if (Array.isArray(inner)) return inner.every(isRule);
  return typeof (value.alert ?? value.record) === "string";
}
