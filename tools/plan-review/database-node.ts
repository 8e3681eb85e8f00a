import type { Change } from "./change";
import { galeraNode } from "./place";

/** Attributes of a running machine that change while it runs. Whatever is not here may stop it. */
const ONLINE = new Set([
  "allow_stopping_for_update",
  "deletion_protection",
  "effective_labels",
  "label_fingerprint",
  "labels",
  "metadata",
  "metadata_fingerprint",
  "resource_policies",
  "tags",
  "tags_fingerprint",
  "terraform_labels",
  "timeouts",
]);

/** What becomes of a Galera node. */
export interface NodeFate {
  /** Unique over all countries. */
  readonly node: string;
  readonly fate: string;
  readonly change: Change;
}

/** The fate of the node whose machine or disk this is; undefined when it serves on. */
export function nodeFate(change: Change): NodeFate | undefined {
  const label = galeraNode(change);
  if (label === undefined || change.isLeftover) return undefined;
  const fate = change.type === "google_compute_disk" ? diskFate(change) : machineFate(change);
  return fate === undefined ? undefined : { node: `${change.stack}/${label}`, fate: `${label} ${fate}`, change };
}

function machineFate({ kind, changed }: Change): string | undefined {
  if (kind === "replace") return `is replaced (${changed.join(", ")})`;
  if (kind === "destroy") return "is destroyed";
  if (kind !== "update") return undefined;
  const stopping = changed.filter((attribute) => !ONLINE.has(attribute));
  return stopping.length === 0 ? undefined : `is stopped, or may be (${stopping.join(", ")})`;
}

function diskFate({ kind }: Change): string | undefined {
  if (kind === "replace") return "gets an empty disk";
  return kind === "destroy" ? "loses its disk" : undefined;
}
