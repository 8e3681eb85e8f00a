import type { PlacedChange } from "./finding";

/** Types whose objects hold what cannot be made again, with what is lost. */
export const STATEFUL: Readonly<Record<string, string>> = {
  google_compute_disk: "a disk and its data",
  google_compute_network: "the network and all that stands in it",
  google_compute_region_disk: "a disk and its data",
  google_container_cluster: "a cluster and all that runs in it",
  google_dns_managed_zone: "a zone, and with it its name servers and keys",
  google_gke_backup_backup_plan: "a plan, which Google keeps as long as it has backups",
  google_kms_crypto_key: "a key, and all that it encrypted",
  google_kms_key_ring: "a key ring, whose name cannot be used again",
  google_secret_manager_secret: "a secret and all its versions",
  google_storage_bucket: "a bucket and its objects",
  helm_release: "what it installed; with an operator go all objects of its kinds, and with those their volumes",
  kubernetes_namespace_v1: "a namespace and all that is in it",
  kubernetes_persistent_volume_claim_v1: "a volume and its data",
};

/** What happens to a stateful resource that would be lost. */
export function loss({ type, kind, name, before }: PlacedChange): string | undefined {
  const lost = Object.hasOwn(STATEFUL, type) ? STATEFUL[type] : undefined;
  if (lost === undefined || !isDestroyed({ kind })) return undefined;
  return `${before.secret_id ?? before.name ?? name} is ${kind === "replace" ? "replaced by an empty one" : "destroyed"}: ${lost}`;
}

export function isDestroyed({ kind }: Pick<PlacedChange, "kind">): boolean {
  return kind === "destroy" || kind === "replace";
}

/** The attribute of a change that lowers a guard against deletion. */
export function loweredProtection({ kind, before, after }: PlacedChange): string | undefined {
  if (kind !== "update" && kind !== "replace") return undefined;
  if (before.deletion_protection === true && after.deletion_protection !== true) return "deletion_protection";
  return before.force_destroy !== true && after.force_destroy === true ? "force_destroy" : undefined;
}

/** Without what the estate protects all of its type by: a state that says so is somebody's first step. */
export function standsUnprotected({ type, kind, before, after }: PlacedChange): boolean {
  if (kind === "create" || kind === "destroy" || kind === "forget") return false;
  const guarded = /^google_(compute_instance|container_cluster|sql_database_instance)$/.test(type);
  const isOff = (side: PlacedChange["after"]) =>
    (guarded && side.deletion_protection === false) || side.force_destroy === true;
  return isOff(before) && isOff(after);
}

/** What is destroyed in the same run and that a lowered guard may have stood before: of its place, or stateful. */
export function destroyedBeside(lowered: PlacedChange, changes: readonly PlacedChange[]): PlacedChange[] {
  return changes.filter((change) => {
    if (!isDestroyed(change)) return false;
    const samePlace = change.layer === lowered.layer && change.country === lowered.country;
    return samePlace || Object.hasOwn(STATEFUL, change.type);
  });
}
