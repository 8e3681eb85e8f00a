import type { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import type { Check } from "./check";
import { clusterLimits } from "./cluster-limits";
import { edgeLimits } from "./edge-limits";
import { literalValue } from "./literals";
import { networkLimits } from "./network-limits";
import { storageLimits } from "./storage-limits";

/** Checks by Terraform resource type. */
const CHECKS: Readonly<Record<string, Check>> = {
  ...networkLimits,
  ...edgeLimits,
  ...clusterLimits,
  ...storageLimits,
};

/**
 * What Google Cloud would reject at apply although `terraform validate` and plan accept it: every problem in the tree
 * at once, each with the resource's path. Measured against provider google 6.50.0.
 */
export function cloudLimitProblems(root: IConstruct): string[] {
  const resources = root.node.findAll().filter(TerraformResource.isTerraformResource);
  return [...resources.flatMap(ownProblems), ...secretProblems(resources)];
}

function ownProblems(resource: TerraformResource): string[] {
  const problems = CHECKS[resource.terraformResourceType]?.(resource) ?? [];
  return problems.map((problem) => `${resource.node.path}: ${problem}`);
}

/** Secret ids are unique per project, not per stack: some come from the topology, others from countries. */
function secretProblems(resources: readonly TerraformResource[]): string[] {
  const owners = new Map<string, string>();
  return resources.flatMap((resource) => {
    if (resource.terraformResourceType !== "google_secret_manager_secret") return [];
    const id = literalValue((resource as SecretManagerSecret).secretIdInput);
    const owner = id === undefined ? undefined : owners.get(id);
    if (id !== undefined && owner === undefined) owners.set(id, resource.node.path);
    return owner === undefined
      ? []
      : [`${resource.node.path}: secret "${id}" is already used by ${owner}: choose another`];
  });
}
