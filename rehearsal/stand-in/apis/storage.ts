import type { Cloud, Json } from "../cloud";
import { checkKey } from "../keys";
import { Refusal } from "../refusal";
import type { SpecialCases } from "../special-case";

export const storage: SpecialCases = {
  defaults: { Bucket: { storageClass: "STANDARD", metageneration: "1" } },
  created: {
    Bucket: ({ body }, { cloud }) => {
      body.location = String(body.location ?? "US").toUpperCase();
      body.generation = cloud.number();
      check(cloud, body);
      place(body);
      body.softDeletePolicy = { retentionDurationSeconds: WEEK_SECONDS, ...body.softDeletePolicy };
      if (body.softDeletePolicy.retentionDurationSeconds !== "0") body.softDeletePolicy.effectiveTime = cloud.now();
      if (body.retentionPolicy) body.retentionPolicy.effectiveTime = cloud.now();
      lockAccess(cloud, body);
      dropEmpty(body);
    },
  },
  changed: {
    Bucket: ({ body }, { cloud }) => {
      check(cloud, body);
      dropEmpty(body);
      body.metageneration = String(Number(body.metageneration) + 1);
    },
  },
};

/** How long a deleted object can be had back, unless the bucket says otherwise. */
const WEEK_SECONDS = String(7 * 24 * 3600);

/** A whole continent, or a region. */
function place(body: Json): void {
  const isMulti = ["US", "EU", "ASIA"].includes(body.location);
  body.locationType = isMulti ? "multi-region" : "region";
  if (isMulti) body.rpo ??= "DEFAULT";
}

/** Rules that are none. */
function dropEmpty(body: Json): void {
  if (!body.lifecycle?.rule?.length) delete body.lifecycle;
}

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
function lockAccess(cloud: Cloud, body: Json): void {
  const { iamConfiguration } = body;
  const uniform = { enabled: false, ...iamConfiguration?.uniformBucketLevelAccess };
  if (uniform.enabled) uniform.lockedTime = new Date(Date.parse(cloud.now()) + LOCKED_AFTER_MS).toISOString();
  body.iamConfiguration = {
    publicAccessPrevention: "inherited",
    ...iamConfiguration,
    uniformBucketLevelAccess: uniform,
    bucketPolicyOnly: { ...uniform },
  };
}
