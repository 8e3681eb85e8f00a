import { TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";
import { clusterLimits } from "./cluster-limits";
import { edgeLimits } from "./edge-limits";
import { networkLimits } from "./network-limits";
import { storageLimits } from "./storage-limits";

/** What one resource breaks: each line names the value and the remedy. */
export type Check = (resource: TerraformResource) => string[];

/** Checks by Terraform resource type. */
const CHECKS: Readonly<Record<string, Check>> = {
  ...networkLimits,
  ...edgeLimits,
  ...clusterLimits,
  ...storageLimits,
};

/**
 * What the cloud would refuse at apply although `terraform validate` and plan let it through: every problem in
 * the tree at once, each with the resource's path. Measured against provider google 6.50.0.
 */
export function cloudLimitProblems(root: IConstruct): string[] {
  return root.node.findAll().flatMap((node) => {
    if (!TerraformResource.isTerraformResource(node)) return [];
    const problems = CHECKS[node.terraformResourceType]?.(node) ?? [];
    return problems.map((problem) => `${node.node.path}: ${problem}`);
  });
}
