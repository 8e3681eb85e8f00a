import type { Of } from "./schema";
import type * as schema from "./topology-schema";

/** Who deploys an environment, and where its state is kept. */
export interface Delivery extends Of<typeof schema.delivery> {}

/** Where at Terraform Cloud (HCP Terraform) the environment's workspaces are. */
export interface TerraformCloud extends Of<typeof schema.terraformCloud> {}

/** Its only address. A Terraform Enterprise would need an entry in {@link TerraformCloud}. */
export const TERRAFORM_CLOUD_HOST = "app.terraform.io";
