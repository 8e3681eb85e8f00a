import { onlyChangesLimits } from "./config-limits";
import type { PlacedChange } from "./finding";

/** What an edge is made of, the most significant first: one of them stands for a country's whole edge in an exception. */
const EDGE_TYPES = [
  "google_compute_region_instance_template",
  "google_compute_region_instance_group_manager",
  "google_compute_region_backend_service",
  "google_compute_forwarding_rule",
  "google_compute_region_health_check",
  "google_compute_health_check",
  "google_compute_region_autoscaler",
  // The certificate and who may read it: machines that start without them serve a stand-in.
  "google_secret_manager_secret",
  "google_secret_manager_secret_iam_member",
  "google_service_account",
];

/** Attributes that no request meets. */
export const COSMETIC: ReadonlySet<string> = new Set([
  "annotations",
  "description",
  "effective_annotations",
  "effective_labels",
  "labels",
  "terraform_labels",
]);

/** For each country whose live edge is affected, the most significant change. */
export function changedEdges(changes: readonly PlacedChange[]): Map<string, PlacedChange> {
  const edges = new Map<string, PlacedChange>();
  const limited = new Set(changes.filter((change) => isTemplate(change) && onlyChangesLimits(change)).map(placeOf));
  for (const change of changes) {
    const where = placeOf(change);
    if (!touchesEdge(change) || (limited.has(where) && rollsOutLimits(change))) continue;
    const known = edges.get(where);
    if (!known || rank(change) < rank(known)) edges.set(where, change);
  }
  return edges;
}

function placeOf({ country, stack }: PlacedChange): string {
  return country ?? stack;
}

function isTemplate({ type }: PlacedChange): boolean {
  return type === "google_compute_region_instance_template";
}

/** The template, and the group that takes it. */
function rollsOutLimits(change: PlacedChange): boolean {
  return isTemplate(change) ? onlyChangesLimits(change) : change.changed.join() === "version";
}

/** What is only created serves nobody yet. */
function touchesEdge({ layer, kind, changed, isLeftover }: PlacedChange): boolean {
  if (layer !== "edge" || isLeftover) return false;
  if (kind === "update") return changed.some((attribute) => !COSMETIC.has(attribute));
  return kind === "replace" || kind === "destroy";
}

function rank({ type }: PlacedChange): number {
  return EDGE_TYPES.includes(type) ? EDGE_TYPES.indexOf(type) : EDGE_TYPES.length;
}
