import type { Cloud, Json } from "./cloud";
import { Refusal } from "./refusal";

/** Accounts of Google's own that use keys for a customer. */
export type ServiceAgent = "compute-system" | "container-engine-robot" | "gs-project-accounts" | "gcp-sa-gkebackup";

const ROLE = "roles/cloudkms.cryptoKeyEncrypterDecrypter";

/**
 * A service may use a key when its own agent was given it, long enough ago, in the resource's own location. Shows a
 * grant that is missing or comes too late.
 *
 * @param key id of the key or of one of its versions; none asks nothing
 * @param place region or zone of what is encrypted
 * @throws Refusal
 */
export function checkKey(cloud: Cloud, key: string | undefined, agent: ServiceAgent, place: string): void {
  if (!key) return;
  const path = key.replace(/\/cryptoKeyVersions\/.*$/, "");
  const { body } = cloud.must("cloudkms", path);
  const location = path.split("/")[3] ?? "";
  if (location !== "global" && !isWithin(place.toLowerCase(), location)) {
    throw new Refusal(400, `Cloud KMS key ${path} is not in the location of the resource, ${place}`);
  }
  if (body.primary?.state !== "ENABLED") {
    throw new Refusal(400, `Cloud KMS key ${path} has no enabled primary version`, "failedPrecondition");
  }
  const member = `serviceAccount:service-${cloud.project.number}@${agent}.iam.gserviceaccount.com`;
  const grants = cloud.policies.get(`cloudkms/${path}`)?.bindings ?? [];
  const denied = `Permission denied on Cloud KMS key ${path} for ${member}`;
  if (!grants.some(({ role, members }) => role === ROLE && members.includes(member))) {
    throw new Refusal(403, denied, "forbidden");
  }
  const ageMs = Date.now() - (cloud.grantedAt.get(`cloudkms/${path} ${ROLE} ${member}`) ?? 0);
  if (ageMs < cloud.faults.grantDelayMs) {
    throw new Refusal(403, `${denied}: granted only ${ageMs} ms ago`, "forbidden");
  }
}

function isWithin(place: string, region: string): boolean {
  return place === region || /^[a-z]$/.test(place.startsWith(`${region}-`) ? place.slice(region.length + 1) : "");
}

/** The cloud answers with the version of the key that it used. */
export function nameKeyVersion(key: Json): void {
  if (key?.kmsKeyName && !key.kmsKeyName.includes("/cryptoKeyVersions/")) key.kmsKeyName += "/cryptoKeyVersions/1";
}
