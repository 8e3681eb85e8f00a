import { isAlike } from "./change";
import { galeraNode, nodeFate } from "./database-node";
import { COSMETIC } from "./edge-change";
import type { PlacedChange } from "./finding";
import { isRecord } from "./plan-file";

/** How a change is told in the words of this system. */
interface Effect {
  readonly when: (change: PlacedChange) => boolean;
  /** Undefined when another change of the same place tells it already. */
  readonly says: (change: PlacedChange) => string | undefined;
}

const TEMPLATE = "google_compute_region_instance_template";
const GROUP = "google_compute_region_instance_group_manager";

/** The first row that fits tells a change; what fits none is told by its type and what is done to it. */
const EFFECTS: readonly Effect[] = [
  { when: ({ isLeftover }) => isLeftover, says: ({ type }) => `leftover ${noun(type)} is removed` },
  { when: ({ isImported }) => isImported, says: ({ type }) => `${noun(type)} is taken over as it exists` },
  {
    when: ({ kind, previousAddress }) => kind === "none" && !!previousAddress,
    says: ({ type }) => `${noun(type)} has a new address in the state, nothing is touched`,
  },
  {
    when: ({ kind, changed }) => kind === "update" && changed.length === 0,
    says: ({ type }) => `${noun(type)}: computed values only`,
  },
  {
    when: ({ kind, changed }) => kind === "update" && changed.every((attribute) => COSMETIC.has(attribute)),
    says: ({ type }) => `${noun(type)}: labels or description only`,
  },
  {
    when: (change) => change.layer === "edge" && change.type === TEMPLATE && change.kind === "replace",
    says: templateEffect,
  },
  {
    when: ({ layer, type, kind, changed }) =>
      layer === "edge" && type === GROUP && kind === "update" && changed.join() === "version",
    says: () => undefined,
  },
  { when: (change) => nodeFate(change) !== undefined, says: (change) => nodeFate(change)?.fate },
  { when: (change) => galeraNode(change) !== undefined && change.kind === "update", says: databaseEffect },
  {
    when: ({ type, kind, changed }) =>
      type === "google_container_node_pool" && kind === "update" && changed.join() === "autoscaling",
    says: ({ before }) => `pool ${before.name}: other limits, nodes stay`,
  },
];

/** What happens in one place, each thing once with how often, in the order of the changes. */
export function effectsOf(changes: readonly PlacedChange[]): string[] {
  const counts = new Map<string, number>();
  for (const change of changes) {
    const effect = EFFECTS.find(({ when }) => when(change));
    const said = effect ? effect.says(change) : `${noun(change.type)} ${DONE[change.kind]}`;
    if (said !== undefined) counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  return [...counts].map(([said, count]) => (count > 1 ? `${said} (${count} times)` : said));
}

const DONE: Readonly<Record<PlacedChange["kind"], string>> = {
  none: "stays",
  create: "is created",
  update: "changes",
  replace: "is replaced",
  destroy: "is destroyed",
  forget: "leaves Terraform's care",
};

/** `haproxy-cfg` reaches running machines; every other key is read when a machine boots. */
function templateEffect({ before, after, changed }: PlacedChange): string {
  if (changed.join() !== "metadata") return "machines are replaced, new before old";
  const keys = changedKeys(before.metadata, after.metadata);
  const later = keys.filter((key) => key !== "haproxy-cfg");
  return [
    ...(keys.includes("haproxy-cfg") ? ["config changes, rolling, no downtime"] : []),
    ...(later.length > 0 ? [`${later.join(", ")} changed, taken when a machine boots next`] : []),
  ].join("; ");
}

function databaseEffect(change: PlacedChange): string {
  const node = galeraNode(change);
  if (change.type === "google_compute_disk") {
    return change.changed.join() === "size"
      ? `${node}: disk grows from ${change.before.size} to ${change.after.size} GB while it is used`
      : `${node}: disk changes (${change.changed.join(", ")}), the node serves on`;
  }
  return change.changed.includes("metadata")
    ? `${node}: config changes, taken with the startup script's next run, no restart`
    : `${node}: ${change.changed.join(", ")} changed while it runs`;
}

function changedKeys(before: unknown, after: unknown): string[] {
  const [old, next] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  return [...new Set([...Object.keys(old), ...Object.keys(next)])]
    .filter((key) => !isAlike(old[key], next[key]))
    .sort();
}

/** "google_compute_region_health_check" as people say it. */
function noun(type: string): string {
  return type
    .replace(PROVIDER, "")
    .replace(/_v\d+$/, "")
    .replace(/_/g, " ");
}

const PROVIDER =
  /^(google_(compute_(region_|global_)?|container_|dns_|gke_backup_|kms_|secret_manager_|storage_)?|kubernetes_)/;
