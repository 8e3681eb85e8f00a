import { readFileSync } from "node:fs";
import { CannotTell } from "../cli";
import { type Attributes, listOf } from "../synthesized/stacks";

export const PROJECT = "project";

/** Where and when a new project's limit was read. */
interface Limit {
  readonly limit: number;
  readonly source: string;
  readonly read: string;
}

/** `gcloud compute regions describe` of a project without any resources. */
const A_REGION = { source: "github.com/GoogleCloudPlatform/pubsec-declarative-toolkit/issues/590", read: "2023-11-03" };
/** `gcloud compute project-info describe` of a two-day-old project. */
const A_PROJECT = { source: "a published transcript of a Google lab, project qwiklabs-gcp-03", read: "2023-10-10" };
const GKE_MODULE = "github.com/terraform-google-modules/terraform-google-kubernetes-engine/issues/1795";
const FORTINET = "github.com/GoogleCloudPlatform/pubsec-declarative-toolkit/pull/626";

/**
 * Quotas of a new project. Google decides them case by case: of two reports, this is the lower one. Pass your own
 * project's with --quotas.
 */
export const NEW_PROJECT: Readonly<Record<"region" | typeof PROJECT, Readonly<Record<string, Limit>>>> = {
  region: {
    CPUS: { limit: 24, ...A_REGION },
    N2_CPUS: { limit: 8, source: FORTINET, read: "2023-10-27" },
    SSD_TOTAL_GB: { limit: 250, source: GKE_MODULE, read: "2023-11-07" },
    DISKS_TOTAL_GB: { limit: 4096, ...A_REGION },
    INSTANCES: { limit: 24, ...A_REGION },
    STATIC_ADDRESSES: { limit: 8, ...A_REGION },
    IN_USE_ADDRESSES: { limit: 8, ...A_REGION },
    INSTANCE_TEMPLATES: { limit: 100, ...A_REGION },
    REGIONAL_INSTANCE_GROUP_MANAGERS: { limit: 150, ...A_REGION },
  },
  project: {
    CPUS_ALL_REGIONS: { limit: 12, ...A_PROJECT },
    NETWORKS: { limit: 5, ...A_PROJECT },
    SUBNETWORKS: { limit: 100, ...A_PROJECT },
    ROUTERS: { limit: 10, ...A_PROJECT },
    FIREWALLS: { limit: 100, ...A_PROJECT },
    FORWARDING_RULES: { limit: 15, ...A_PROJECT },
    BACKEND_SERVICES: { limit: 50, ...A_PROJECT },
    HEALTH_CHECKS: { limit: 50, ...A_PROJECT },
    NETWORK_ENDPOINT_GROUPS: { limit: 100, ...A_PROJECT },
    SNAPSHOTS: { limit: 1000, ...A_PROJECT },
    SERVICE_ACCOUNTS: {
      limit: 100,
      source: "docs.cloud.google.com/iam/docs/service-accounts-create",
      read: "2026-11-26",
    },
  },
};

/** Limits by scope, a region or {@link PROJECT}, and metric. */
export type Limits = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Output of `gcloud compute regions describe REGION --format json`, `regions list`, or `project-info describe`.
 * @throws CannotTell with everything that is wrong with the files
 */
export function readLimits(files: readonly string[], regions: readonly string[]): Limits {
  const limits = new Map<string, ReadonlyMap<string, number>>();
  const problems: string[] = [];
  for (const file of files) {
    const found = describedIn(file);
    if (found.length === 0) {
      problems.push(`${file} contains no quotas: create it with gcloud compute regions describe REGION --format json`);
    }
    for (const { name, quotas } of found) {
      const where = regions.includes(String(name)) ? String(name) : PROJECT;
      const metrics = listOf(quotas).map(({ metric, limit }): [string, number] => [String(metric), Number(limit)]);
      limits.set(where, new Map(metrics));
    }
  }
  if (problems.length > 0) throw new CannotTell(problems.join("\n"));
  return limits;
}

function describedIn(file: string): readonly Attributes[] {
  const text = readFileSync(file, "utf8");
  try {
    return listOf(JSON.parse(text)).filter(({ name, quotas }) => name && Array.isArray(quotas));
  } catch {
    return [];
  }
}

/** The limit that was passed or is known, otherwise undefined. */
export function limitOf(where: string, metric: string, told: Limits): number | undefined {
  const own = told.get(where)?.get(metric);
  const known = NEW_PROJECT[where === PROJECT ? PROJECT : "region"];
  return own ?? (Object.hasOwn(known, metric) ? known[metric]?.limit : undefined);
}
