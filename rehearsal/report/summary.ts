import { left, renderTable, right } from "../../tools/table";
import type { Step } from "../rehearsal";
import type { Call } from "../stand-in/server";

export interface Summary {
  readonly environment: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly steps: readonly Step[];
  readonly calls: readonly Call[];
  /** What was left out, in words. */
  readonly leftOut: string;
  readonly caveats: string;
  /** Fields that Google marks as deprecated and still takes, as METHOD FIELD. */
  readonly deprecated: readonly string[];
  readonly problems: readonly string[];
}

/** What no rehearsal here can prove; docs/rehearsal.md says it at length. @param clusters undefined where they are left out */
export function caveatsOf(clusters: { readonly operators?: string | undefined } | undefined): string {
  if (!clusters) return `Not proved by this: what Helm and Kubernetes install (left out),\n${CLOUD_CAVEATS}`;
  const operators = clusters.operators ? "what operators that did not run make" : "what operators make";
  return `Not proved by this: that containers start, ${operators} of their objects,\n${CLOUD_CAVEATS}`;
}

const CLOUD_CAVEATS = `permissions of who applies, real quotas, that machines boot and serve, how long
anything takes at Google, and whatever Google answers that its API descriptions
do not say.`;

/** One finished step. */
export function lineOf({ act, name, stack, run, startMs, endMs }: Step): string {
  const what = [act, stack, name].filter(Boolean).join(": ");
  return `${what}${run ? `, ${countsOf(run.applied)}` : ""}, ${seconds(endMs - startMs)} s`;
}

export const COLUMNS = [...left("act", "stack"), ...right("steps", "created", "changed", "destroyed", "seconds")];

/** One row per act and stack. */
export function rowsOf(steps: readonly Step[]): string[][] {
  const groups = new Map<string, Step[]>();
  for (const step of steps) {
    const key = `${step.act}\n${step.stack ?? ""}`;
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  return [...groups].map(([key, group]) => {
    const applied = group.flatMap(({ run }) => run?.applied ?? []);
    const count = (...actions: string[]) => String(applied.filter(({ action }) => actions.includes(action)).length);
    const ms = group.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
    return [...key.split("\n"), String(group.length), count("create"), count("update"), count("delete"), seconds(ms)];
  });
}

export function renderSummary(summary: Summary): string {
  const { steps, calls, leftOut, deprecated, startMs, endMs, problems } = summary;
  const refused = calls.filter(({ status }) => status >= 400 && status !== 404).length;
  const lines = [
    renderTable(COLUMNS, rowsOf(steps)),
    "",
    `${steps.length} steps in ${seconds(endMs - startMs)} s, ${calls.length} calls, ${refused} of them refused`,
    `left out: ${leftOut}`,
    `${deprecated.length} deprecated fields sent, which Google still takes: the report names them`,
    ...(problems.length > 0
      ? ["", "FAILED", ...problems]
      : ["every step went as expected, every second plan is empty"]),
  ];
  return `${lines.join("\n")}\n`;
}

function countsOf(applied: readonly { readonly action: string }[]): string {
  const words = { create: "created", update: "changed", delete: "destroyed" };
  const counts = Object.entries(words).flatMap(([action, word]) => {
    const count = applied.filter((one) => one.action === action).length;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  return counts.join(", ") || "nothing to do";
}

export function seconds(ms: number): string {
  return (ms / 1000).toFixed(0);
}
