/** Who deploys an environment, and where its state is kept. */
export interface Delivery {
  /**
   * Number of the GitHub repository whose workflows plan and apply, as `gh api repos/OWNER/NAME --jq .id` prints it:
   * a name can be given up and taken by somebody else.
   */
  readonly repository: number;
  /**
   * Keeps the state of every stack in a workspace of its own. Workflows deploy only then.
   * @default none: state lies in `state/<environment>`, and a first synth and plan need no account
   */
  readonly terraformCloud?: TerraformCloud;
}

/** Where at Terraform Cloud (HCP Terraform) the environment's workspaces are. */
export interface TerraformCloud {
  /** 3 to 40 letters, digits, hyphens and underscores. */
  readonly organization: string;
  /** Project of the organization, 3 to 40 letters, digits, spaces, hyphens and underscores; one per environment. */
  readonly project: string;
}

/** Its only address. A Terraform Enterprise would need an entry in {@link TerraformCloud}. */
export const TERRAFORM_CLOUD_HOST = "app.terraform.io";
