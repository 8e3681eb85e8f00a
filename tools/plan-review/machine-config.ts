import { onlyChangesLimits } from "./config-limits";
import { galeraNode, nodeFate } from "./database-node";
import { changedEdges } from "./edge-change";
import { type Finding, type PlacedChange, placeName, type Run, subject } from "./finding";
import { isRecord } from "./plan-file";

/** What machines are made with, by kind of machine. */
export function configsOfMachines({ changes }: Run): Finding[] {
  const configured = changes.filter(
    (change) =>
      IS_MACHINE.test(change.type) &&
      (change.kind === "update" || change.kind === "replace") &&
      change.changed.includes("metadata") &&
      !nodeFate(change) &&
      !onlyChangesLimits(change),
  );
  const kinds = new Set(configured.map(kindOfMachine));
  return [...kinds].flatMap((kind) => {
    const alike = configured.filter((change) => kindOfMachine(change) === kind);
    // Edges of two countries are refused, which says it already.
    if (kind === "edge" && changedEdges(changes).size > 1) return [];
    return [{ subjects: alike.map(subject), detail: alike.map(placeName).join("; ") }];
  });
}

const IS_MACHINE = /^google_compute_(region_)?instance(_template)?$/;

/** What machines check before they use it, or only read numbers and names from. */
const CONFIG = /(cfg|cnf|environment)$/;

/** Texts of a machine or of a template that are run: scripts, and what they include. */
export function changedScripts({ type, kind, before, after }: PlacedChange): string[] {
  if (!IS_MACHINE.test(type) || kind === "create" || kind === "destroy") return [];
  const [old, next] = [before.metadata, after.metadata].map((side) => (isRecord(side) ? side : {}));
  return Object.keys({ ...old, ...next }).filter((key) => {
    const texts = [old?.[key], next?.[key]];
    const isText = texts.some((text) => typeof text === "string" && text.includes("\n"));
    return isText && !CONFIG.test(key) && texts[0] !== texts[1];
  });
}

function kindOfMachine(change: PlacedChange): string {
  return galeraNode(change) === undefined ? change.layer : "database";
}
