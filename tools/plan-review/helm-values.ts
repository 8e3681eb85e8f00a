import { loadAll } from "js-yaml";
import { isAlike } from "./change";
import { type Comparison, grows, inside } from "./comparisons";
import { isRecord } from "./plan-file";

/** How many copies of something run. */
const COPIES = /(replicas?|replicaCount)$/i;

/** What a monitoring site expects of the topology, such as the number of a country's edge machines. */
const EXPECTATION = /^vector\([\d.]+\)$/;

/**
 * Whether Helm values only gain: private ranges, copies, and in the monitoring whatever is new, such as an alert.
 * All that was there before must be there still.
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
  if (isAlike(old, next)) return true;
  if (Array.isArray(old) && Array.isArray(next)) {
    const used = old.map((item) => next.findIndex((other) => fits(item, other, isMonitoring)));
    const added = next.filter((_, index) => !used.includes(index));
    return !used.includes(-1) && (isMonitoring || added.every(inside));
  }
  if (isRecord(old) && isRecord(next)) {
    const added = Object.keys(next).filter((name) => !Object.hasOwn(old, name));
    const kept = Object.entries(old).every(([name, value]) => fits(value, next[name], isMonitoring, name));
    return kept && (isMonitoring || added.length === 0);
  }
  if (COPIES.test(key)) return grows(old, next);
  if (typeof old !== "string" || typeof next !== "string") return false;
  if (isMonitoring && key.endsWith(".json")) return true;
  if (isMonitoring && EXPECTATION.test(old) && EXPECTATION.test(next)) return true;
  const [were, are] = [old.split(","), next.split(",")];
  return were.every((item) => are.includes(item)) && are.every((item) => were.includes(item) || inside(item));
}
