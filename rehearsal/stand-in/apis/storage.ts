import type { Cloud, Json } from "../cloud";
import { checkKey } from "../keys";
import { Refusal } from "../refusal";
import type { SpecialCases } from "../special-case";

export const storage: SpecialCases = {
  defaults: { Bucket: { storageClass: "STANDARD", metageneration: "1", locationType: "region" } },
  created: {
    Bucket: ({ body }, { cloud }) => {
      body.location = String(body.location ?? "US").toUpperCase();
      check(cloud, body);
      if (body.softDeletePolicy) body.softDeletePolicy.effectiveTime = cloud.now();
      if (body.retentionPolicy) body.retentionPolicy.effectiveTime = cloud.now();
      lockAccess(cloud, body);
    },
  },
  changed: {
    Bucket: ({ body }, { cloud }) => {
      check(cloud, body);
      body.metageneration = String(Number(body.metageneration) + 1);
    },
  },
};

function check(cloud: Cloud, body: Json): void {
  checkLogging(cloud, body.logging?.logBucket);
  checkKey(cloud, body.encryption?.defaultKmsKeyName, "gs-project-accounts", body.location);
}

/** Access logs go to a bucket by its name alone. */
function checkLogging(cloud: Cloud, name: string | undefined): void {
  if (!name) return;
  if (!/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(name)) throw new Refusal(400, `Invalid bucket name: '${name}'`);
  if (!cloud.get("storage", `b/${name}`)) {
    throw new Refusal(400, `The target bucket '${name}' for logging does not exist`);
  }
}

const LOCKED_AFTER_MS = 90 * 24 * 3_600_000;

/** Uniform access can be taken back for 90 days. */
function lockAccess(cloud: Cloud, { iamConfiguration = {} }: Json): void {
  const { uniformBucketLevelAccess: uniform } = iamConfiguration;
  if (!uniform?.enabled) return;
  uniform.lockedTime = new Date(Date.parse(cloud.now()) + LOCKED_AFTER_MS).toISOString();
  iamConfiguration.bucketPolicyOnly = { ...uniform };
}
