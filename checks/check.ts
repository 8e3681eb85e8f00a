import type { TerraformResource } from "cdktf";

/** What one resource breaks: each line names the value and the remedy. */
export type Check = (resource: TerraformResource) => string[];
