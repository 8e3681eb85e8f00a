import { nodeFate } from "./database-node";
import { type Finding, type Harm, type PlacedChange, placeName, type Run, subject } from "./finding";
import { openedToInternet } from "./firewall";
import { loss } from "./protection";

/** Layers on a request's way, and the way in which people repair them. The edge has a rule of its own. */
const SERVING: ReadonlySet<string> = new Set([
  "cluster",
  "database",
  "dns",
  "firewall",
  "in the cluster",
  "keys",
  "network",
  "vpn",
]);

/** Types of which a country's own change is rolled out, or stays without effect on what runs. */
const ROLLED_OUT: ReadonlySet<string> = new Set([
  "google_container_cluster",
  "google_service_account",
  "kubernetes_deployment_v1",
  "kubernetes_namespace_v1",
  "kubernetes_pod_disruption_budget_v1",
  "kubernetes_resource_quota_v1",
  "kubernetes_service_account_v1",
  "kubernetes_storage_class_v1",
]);

interface Harmed {
  readonly change: PlacedChange;
  readonly isEnd: boolean;
  readonly says: string;
}

/** What harms two countries at once: ends anywhere on the way, the same change of each, or a change of what all share. */
export function severalCountries({ changes, harms }: Run): Finding[] {
  const harmed = changes.flatMap((change): Harmed[] => {
    const harm = isJudgedHere(change) ? (harms.get(change) ?? newIngress(change)) : undefined;
    return harm && !harm.isAddition ? [{ change, ...harm }] : [];
  });
  const shared = harmed.filter(({ change }) => change.country === undefined);
  const own = harmed.filter(({ change }) => change.country !== undefined);
  return [
    ...shared.map((each) => finding([each])),
    ...ofSeveral(own.filter(({ isEnd }) => isEnd)),
    ...[...alike(own.filter(({ change, isEnd }) => !isEnd && !isRolledOut(change)))].flatMap(ofSeveral),
  ];
}

/** Like an edge's configuration: harmless in one country, and the way of all requests in two. */
function newIngress({ type, path, kind, changed }: PlacedChange): Harm | undefined {
  const isChanged =
    type === "helm_release" && path.includes("ingress") && kind === "update" && changed.includes("version");
  return isChanged ? { isEnd: false, says: "gets another version" } : undefined;
}

/** What a rule of its own refuses would need two exceptions for one thing. */
function isJudgedHere(change: PlacedChange): boolean {
  const isJudgedElsewhere =
    loss(change) !== undefined || nodeFate(change) !== undefined || openedToInternet(change).length > 0;
  return SERVING.has(change.layer) && !isJudgedElsewhere;
}

function isRolledOut({ type, path }: PlacedChange): boolean {
  return ROLLED_OUT.has(type) || (type === "helm_release" && !path.includes("ingress"));
}

function ofSeveral(harmed: readonly Harmed[]): Finding[] {
  return new Set(harmed.map(({ change }) => change.country)).size < 2 ? [] : [finding(harmed)];
}

function finding(harmed: readonly Harmed[]): Finding {
  return {
    subjects: harmed.map(({ change }) => subject(change)),
    detail: harmed.map(({ change, says }) => `${placeName(change)}: ${change.type} ${says}`).join("; "),
  };
}

/** Changes of the same thing, country by country. */
function alike(harmed: readonly Harmed[]): readonly Harmed[][] {
  const groups = new Map<string, Harmed[]>();
  for (const each of harmed) {
    const { type, path, country } = each.change;
    const thing = `${type} ${path.map((id) => id.replace(`${country}`, "")).join("/")}`;
    groups.set(thing, [...(groups.get(thing) ?? []), each]);
  }
  return [...groups.values()];
}
