import { each, type Rule } from "./finding";
import { isDestroyed, loss } from "./protection";

/** What keeps copies, or says for how long something is kept. Undefined: every attribute does. */
const KEEPING: Readonly<Record<string, RegExp | undefined>> = {
  google_compute_disk_resource_policy_attachment: undefined,
  google_compute_resource_policy: undefined,
  google_gke_backup_backup_plan: undefined,
  google_kms_crypto_key: /destroy_scheduled_duration|version_template/,
  google_secret_manager_secret: /ttl|expire_time/,
  google_storage_bucket: /lifecycle_rule|versioning|soft_delete_policy|retention_policy/,
};

/** What is kept for a shorter time, or not copied any more. */
export const keptShorter: Rule["finds"] = each((change, { harms }) => {
  if (!Object.hasOwn(KEEPING, change.type) || loss(change) !== undefined) return undefined;
  const harm = harms.get(change);
  if (!harm || change.kind === "forget") return undefined;
  const attributes = KEEPING[change.type];
  if (!isDestroyed(change) && attributes && !attributes.test(harm.says)) return undefined;
  return `${change.before.name ?? change.name} ${harm.says}`;
});
