import type { TerraformResource } from "cdktf";

/** Problems of one resource; each line names the value and the remedy. */
export type Check = (resource: TerraformResource) => string[];
