import { inside } from "./comparisons";
import { differences } from "./differences";
import { each, type PlacedChange, type Rule } from "./finding";
import { isRecord } from "./plan-file";

/** Members that are everybody. */
const EVERYBODY = /\b(allUsers|allAuthenticatedUsers|system:(anonymous|unauthenticated))\b/g;

/** Roles that hold nearly every right of a project. */
const WHOLE_PROJECT: ReadonlySet<unknown> = new Set(["roles/owner", "roles/editor"]);

/** Guards against strangers, by type: the value that guards, and what is said when it goes. */
const GUARDS: readonly { readonly type: string; readonly path: string; readonly guards: unknown }[] = [
  { type: "google_storage_bucket", path: "public_access_prevention", guards: "enforced" },
  { type: "google_storage_bucket", path: "uniform_bucket_level_access", guards: true },
  { type: "google_container_cluster", path: "private_cluster_config.enable_private_endpoint", guards: true },
  { type: "google_container_cluster", path: "private_cluster_config.enable_private_nodes", guards: true },
  { type: "google_container_cluster", path: "workload_identity_config.workload_pool", guards: undefined },
];

/** What lets strangers in, or gives somebody the whole project. */
export const accessOpened: Rule["finds"] = each((change) => {
  const { type, kind, before, after } = change;
  if (!["create", "update", "replace"].includes(kind)) return undefined;
  const everybody = membersOf(after);
  const found = [
    ...(everybody.length > 0 ? added(membersOf(before), everybody) : []).map((member) => `${member} may use it`),
    ...(isGrant(type) && WHOLE_PROJECT.has(after.role) ? [`${after.role} is granted`] : []),
    ...(type.endsWith("_iam_policy") ? ["it replaces all grants, also those of others"] : []),
    ...loweredGuards(change),
    ...openedControlPlane(change),
  ];
  return found.length === 0 ? undefined : `${type}: ${found.join(", ")}`;
});

function isGrant(type: string): boolean {
  return /_iam_(member|binding)$/.test(type);
}

/** Everybody that is named anywhere in it, also within a policy's text. */
function membersOf(attributes: unknown): string[] {
  return [...new Set(JSON.stringify(attributes).match(EVERYBODY))];
}

function added(before: readonly string[], after: readonly string[]): string[] {
  return after.filter((member) => !before.includes(member));
}

function loweredGuards({ type, kind, before, after, unknownMarks }: PlacedChange): string[] {
  const guards = GUARDS.filter((guard) => guard.type === type);
  if (kind === "create" || guards.length === 0) return [];
  return differences(before, after, unknownMarks, (path) => guards.some((guard) => guard.path === path)).flatMap(
    ({ path, before }) =>
      guards.some((guard) => guard.path === path && (guard.guards === undefined || guard.guards === before))
        ? [`${path} is lowered`]
        : [],
  );
}

/** Ranges of the internet that may ask a cluster's control plane. */
function openedControlPlane({ type, before, after }: PlacedChange): string[] {
  if (type !== "google_container_cluster") return [];
  const ranges = (side: PlacedChange["after"]) =>
    [side.master_authorized_networks_config]
      .flat()
      .filter(isRecord)
      .flatMap(({ cidr_blocks: blocks }) => [blocks].flat())
      .filter(isRecord)
      .map(({ cidr_block: range }) => String(range));
  return added(ranges(before), ranges(after))
    .filter((range) => !inside(range))
    .map((range) => `${range} may ask the control plane`);
}
