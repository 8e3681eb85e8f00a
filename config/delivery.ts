import type { Of } from "./schema";
import type * as schema from "./topology-schema";

/** Who deploys an environment, and where its state is kept. */
export interface Delivery extends Of<typeof schema.delivery> {}

/** The environment's workspaces at Terraform Cloud (HCP Terraform). */
export interface TerraformCloud extends Of<typeof schema.terraformCloud> {}

/** The only host supported. Terraform Enterprise would need a field in {@link TerraformCloud}. */
export const TERRAFORM_CLOUD_HOST = "app.terraform.io";
