import type { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import type { Check } from "./check";
import { isAbove, literalList, literalValue } from "./literals";

export const storageLimits: Readonly<Record<string, Check>> = {
  google_storage_bucket: (resource) => bucketProblems(resource as StorageBucket),
};

const CLASSES = ["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "MULTI_REGIONAL", "REGIONAL"];
const DAY_SECONDS = 86_400;

function bucketProblems(bucket: StorageBucket): string[] {
  const name = literalValue(bucket.nameInput);
  const prevention = literalValue(bucket.publicAccessPreventionInput);
  const rules = literalList(bucket.lifecycleRuleInput);
  const soft = bucket.softDeletePolicyInput?.retentionDurationSeconds;
  return [
    ...(name === undefined || /^[a-z0-9][-_.a-z0-9]{1,61}[a-z0-9]$/.test(name)
      ? []
      : [`bucket name "${name}" is refused: use 3 to 63 lower-case letters, digits and hyphens`]),
    ...classProblems("storage class", bucket.storageClassInput ?? "STANDARD"),
    ...(prevention && !["enforced", "inherited"].includes(prevention)
      ? [`public_access_prevention "${prevention}" is refused: use enforced`]
      : []),
    ...(soft && (isAbove(7 * DAY_SECONDS, soft) || isAbove(soft, 90 * DAY_SECONDS))
      ? [`soft delete of ${soft} s is refused: use 0, or 604800 (7 days) to 7776000 (90 days)`]
      : []),
    ...rules.flatMap((rule, index) => ruleProblems(rule, index)),
  ];
}

type Rule = ReturnType<
  typeof literalList<NonNullable<Extract<StorageBucket["lifecycleRuleInput"], readonly unknown[]>>[number]>
>[number];

function ruleProblems({ action, condition }: Rule, index: number): string[] {
  const set = Object.values(condition ?? {}).filter((value) => value !== undefined);
  return [
    ...(set.length === 0
      ? [`lifecycle rule ${index + 1} has no condition, so it is refused: say when, for example by age`]
      : []),
    ...(action.type === "SetStorageClass"
      ? classProblems(`class of lifecycle rule ${index + 1}`, action.storageClass ?? "")
      : []),
  ];
}

function classProblems(what: string, storageClass: string): string[] {
  return literalValue(storageClass) === undefined || CLASSES.includes(storageClass)
    ? []
    : [`${what} "${storageClass}" is refused: use one of ${CLASSES.join(", ")}`];
}
