import { harmOfNew } from "./added";
import { isAlike } from "./change";
import * as is from "./comparisons";
import { differences } from "./differences";
import { COSMETIC } from "./edge-change";
import type { Harm, PlacedChange } from "./finding";
import { onlyGain } from "./helm-values";
import { isRecord } from "./plan-file";

/** Which changes of a type harm nobody, by path; `*` stands for any last part. An empty row: the type is known. */
type Row = Readonly<Record<string, is.Comparison>>;

const GAINS_COUNTRIES = is.gains(is.isCounterpart);
const GAINS_BLOCKS = is.gains(isBlockOfCountry);

/**
 * What the estate is made of, and which changes of it harm nobody. Whatever is not here is told: a list of what is
 * dangerous would be silent about everything that nobody thought of.
 */
const HARMLESS: Readonly<Record<string, Row>> = {
  google_artifact_registry_repository: {},
  google_compute_address: {},
  google_compute_disk: { size: is.grows },
  google_compute_disk_resource_policy_attachment: {},
  google_compute_firewall: { source_ranges: GAINS_COUNTRIES, target_tags: sameRole },
  google_compute_forwarding_rule: {},
  google_compute_health_check: {},
  google_compute_instance: {
    "metadata.*": is.rewritten,
    allow_stopping_for_update: is.anything,
    deletion_protection: is.raised,
  },
  google_compute_network: {},
  google_compute_region_backend_service: {},
  google_compute_region_health_check: {},
  google_compute_region_instance_group_manager: { target_size: is.grows, "version.instance_template": is.follows },
  google_compute_region_instance_template: {
    "disk.disk_size_gb": is.grows,
    "labels.*": is.anything,
    "metadata.*": is.rewritten,
    description: is.anything,
    machine_type: is.stronger,
  },
  google_compute_resource_policy: { "snapshot_schedule_policy.retention_policy.max_retention_days": is.grows },
  google_compute_router: {},
  google_compute_router_nat: { max_ports_per_vm: is.grows },
  google_compute_subnetwork: {},
  google_container_cluster: { deletion_protection: is.raised, "resource_labels.*": is.anything },
  google_container_node_pool: {
    "autoscaling.total_max_node_count": is.grows,
    "autoscaling.total_min_node_count": is.grows,
  },
  google_dns_managed_zone: {},
  google_dns_policy: {},
  google_dns_record_set: { "routing_policy.geo": is.gains(isOwnAnswer) },
  google_gke_backup_backup_plan: { "retention_policy.backup_retain_days": is.grows },
  google_kms_crypto_key: { rotation_period: is.shrinks },
  google_kms_crypto_key_iam_member: {},
  google_kms_key_ring: {},
  google_logging_metric: {},
  google_monitoring_alert_policy: { "documentation.content": is.worded, "documentation.subject": is.anything },
  google_monitoring_notification_channel: {},
  google_monitoring_uptime_check_config: {},
  google_project_iam_member: {},
  google_secret_manager_secret: {},
  google_secret_manager_secret_iam_member: {},
  google_service_account: { display_name: is.anything },
  google_service_account_iam_member: {},
  google_storage_bucket: {
    "lifecycle_rule.condition.age": is.grows,
    "lifecycle_rule.condition.days_since_noncurrent_time": is.grows,
    "retention_policy.retention_period": is.grows,
    "soft_delete_policy.retention_duration_seconds": is.grows,
  },
  google_storage_bucket_iam_member: {},
  helm_release: { version: is.forward },
  kubernetes_deployment_v1: { "spec.replicas": is.grows, "spec.template.spec.container.image": is.sameImage },
  kubernetes_ingress_v1: {},
  kubernetes_namespace_v1: {},
  kubernetes_network_policy_v1: {
    "spec.egress.to": GAINS_BLOCKS,
    "spec.ingress.from": GAINS_BLOCKS,
  },
  kubernetes_pod_disruption_budget_v1: {},
  kubernetes_resource_quota_v1: { "spec.hard": is.allGrow },
  kubernetes_service_account_v1: {},
  kubernetes_service_v1: {},
  kubernetes_storage_class_v1: {},
  terraform_data: { input: is.anything, triggers_replace: is.anything },
};

/** What the cloud or the provider computes, and nobody configures. */
const COMPUTED = /^(id|etag|generation|self_link|creation_timestamp|effective_\w+|terraform_labels)$|fingerprint$/;
const COMPUTED_OF: Readonly<Record<string, RegExp>> = {
  helm_release: /^(manifest|metadata|resources|status)\b/,
  kubernetes: /^metadata\.(generation|resource_version|uid)$/,
  terraform_data: /^output$/,
};

/** Undefined for what harms nobody. */
export function harmOf(change: PlacedChange): Harm | undefined {
  const { type, kind, changed, isLeftover } = change;
  if (kind === "none" || isLeftover) return undefined;
  if (kind === "destroy") return { isEnd: true, says: "is destroyed" };
  if (kind === "forget") return { isEnd: false, says: "leaves Terraform's care" };
  const row = Object.hasOwn(HARMLESS, type) ? HARMLESS[type] : undefined;
  if (kind === "create")
    return row ? harmOfNew(change) : { isEnd: false, says: "is created, of a type that the review does not know" };
  const paths = harmfulPaths(change, row ?? {});
  // Tainted, or asked for: the same is made anew, and is away in between.
  if (kind === "replace" && changed.length === 0)
    return { isEnd: true, says: "is replaced, though nothing of it changes" };
  if (paths.length === 0) return undefined;
  if (isOneMoreAuthority(change, paths))
    return { isEnd: false, isAddition: true, says: "lets one more authority issue" };
  if (kind === "replace")
    return { isEnd: true, says: `is replaced (${(changed.length > 0 ? changed : paths).join(", ")})` };
  return { isEnd: false, says: `changes: ${paths.join(", ")}` };
}

function harmfulPaths(change: PlacedChange, row: Row): string[] {
  const { type, layer, kind, before, after, unknownMarks, changed } = change;
  const rowHere: Row = type === "helm_release" ? { ...row, values: onlyGain(layer === "monitoring") } : row;
  const comparison = (path: string) => rowHere[path] ?? rowHere[path.replace(/[^.]+$/, "*")];
  const found = differences(before, after, unknownMarks, (path) => comparison(path) !== undefined).filter(
    ({ path, before, isUnknown }) => {
      if (isCosmetic(type, path)) return false;
      // What a replacement computes anew says nothing; what forces it is among the changed attributes.
      const isComputedAnew = kind === "replace" || (path.includes(".") && isAlike(before, undefined));
      return !(isUnknown && isComputedAnew);
    },
  );
  const harmful = found.filter(({ path, before, after, isUnknown }) => {
    const fits = comparison(path);
    return fits === undefined || (isUnknown ? fits !== is.anything && fits !== is.follows : !fits(before, after));
  });
  // What forces a replacement, and attributes that change while nothing that may be shown of them does.
  const isCovered = (root: string) => Object.keys(row).some((path) => rootOf(path) === root);
  const isFound = (root: string) => found.some(({ path }) => rootOf(path) === root);
  const unfound = changed.filter((root) =>
    kind === "replace" ? !isCovered(root) : !isCosmetic(type, root) && !isFound(root),
  );
  const secret = change.hidden.filter((path) => !isCosmetic(type, path) && comparison(path) !== is.anything);
  return [...new Set([...harmful.map(({ path }) => path), ...unfound, ...secret])].sort();
}

/** What no request meets, or nobody configures. */
function isCosmetic(type: string, path: string): boolean {
  // Of a channel they are the address that alerts are sent to.
  if (type === "google_monitoring_notification_channel" && rootOf(path) === "labels") return false;
  const own = COMPUTED_OF[type] ?? COMPUTED_OF[type.replace(/_.*/, "")];
  return COSMETIC.has(rootOf(path)) || COMPUTED.test(path) || own?.test(path) === true;
}

function rootOf(path: string): string {
  return path.replace(/\..*/, "");
}

/** A record of who may issue certificates: those who could still can. */
function isOneMoreAuthority({ type, kind, before, after }: PlacedChange, paths: readonly string[]): boolean {
  const isAuthorities = type === "google_dns_record_set" && before.type === "CAA" && paths.join() === "rrdatas";
  return isAuthorities && kind === "update" && is.gains(() => true)(before.rrdatas, after.rrdatas);
}

/** Machines of a role that has the rule already, of another country: `japan-app-nodes` beside `india-app-nodes`. */
function sameRole(before: unknown, after: unknown): boolean {
  const role = (tag: unknown) => String(tag).replace(/^[a-z0-9]+-/, "");
  const roles = Array.isArray(before) ? before.filter((tag) => tag !== role(tag)).map(role) : [];
  return is.gains((tag) => tag !== role(tag) && roles.includes(role(tag)))(before, after);
}

/** `{ ip_block: { cidr } }` of a network policy, without anything else. */
function isBlockOfCountry(item: unknown, held: readonly unknown[]): boolean {
  const cidr = blockOf(item);
  return cidr !== undefined && is.isCounterpart(cidr, held.map(blockOf));
}

function blockOf(item: unknown): unknown {
  if (!isRecord(item)) return undefined;
  const [block] = [item.ip_block].flat();
  const rest = Object.entries(item).every(([key, value]) => key === "ip_block" || isAlike(value, undefined));
  return rest && isRecord(block) ? block.cidr : undefined;
}

/** A country's answer that follows from an address of the same run; one that is written down may be anybody's. */
function isOwnAnswer(item: unknown): boolean {
  if (!isRecord(item)) return false;
  const { location: _, ...answers } = item;
  return textsOf(answers).every((text) => text.startsWith("${"));
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  return Array.isArray(value) || isRecord(value) ? Object.values(value).flatMap(textsOf) : [];
}
