import { tags } from "../../config/names";
import type { PlacedChange } from "./finding";

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
  "tags_fingerprint",
  "terraform_labels",
  "timeouts",
]);

/** What becomes of a Galera node. */
export interface NodeFate {
  /** Unique over all countries. */
  readonly node: string;
  readonly fate: string;
  readonly change: PlacedChange;
}

/** The node's label, such as `database-1`, of a machine or disk of the Galera cluster. */
export function galeraNode({ type, name, layer, path, before, after }: PlacedChange): string | undefined {
  const label = path[1] ?? name;
  if (type === "google_compute_disk") return layer === "database" ? label : undefined;
  if (type !== "google_compute_instance") return undefined;
  const tagged = [before, after].some((side) => tagsOf(side).includes(tags.database));
  return tagged || layer === "database" ? label : undefined;
}

/** The fate of the node whose machine or disk this is; undefined when it serves on. */
export function nodeFate(change: PlacedChange): NodeFate | undefined {
  const label = galeraNode(change);
  if (label === undefined || change.isLeftover) return undefined;
  const fate = change.type === "google_compute_disk" ? diskFate(change) : machineFate(change);
  return fate === undefined ? undefined : { node: `${change.stack}/${label}`, fate: `${label} ${fate}`, change };
}

function machineFate({ kind, changed, before, after }: PlacedChange): string | undefined {
  if (kind === "replace") return `is replaced (${changed.join(", ")})`;
  if (kind === "destroy") return "is destroyed";
  if (kind !== "update") return undefined;
  const lost = tagsOf(before).filter((tag) => !tagsOf(after).includes(tag));
  if (lost.length > 0) return `loses its tag ${lost.join(", ")}: no firewall rule lets its peers in`;
  const stopping = changed.filter((attribute) => attribute !== "tags" && !ONLINE.has(attribute));
  return stopping.length === 0 ? undefined : `is stopped, or may be (${stopping.join(", ")})`;
}

function tagsOf({ tags }: PlacedChange["after"]): readonly unknown[] {
  return Array.isArray(tags) ? tags : [];
}

function diskFate({ kind }: PlacedChange): string | undefined {
  if (kind === "replace") return "gets an empty disk";
  return kind === "destroy" ? "loses its disk" : undefined;
}
