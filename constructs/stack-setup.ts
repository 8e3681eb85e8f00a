import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { CloudBackend, LocalBackend, NamedCloudWorkspace, type TerraformStack } from "cdktf";
import { TERRAFORM_CLOUD_HOST } from "../config/delivery";
import { names } from "../config/names";
import type { StackSettings } from "./stack-settings";

/** Gives a stack a provider for the environment's project, and region if it has one, and a backend for its state. */
export function setUpStack(stack: TerraformStack, settings: StackSettings, region?: string): void {
  new GoogleProvider(stack, "google", { project: settings.project, ...(region && { region }) });
  keepState(stack, settings);
}

/**
 * In the stack's Terraform Cloud workspace if an organization is configured, otherwise in a file. Its path is relative,
 * because Terraform runs in `cdktf.out/stacks/<stack>` and an absolute one would put a machine's path into the JSON.
 * Workspaces are named, not tagged: otherwise no other stack could read the state.
 */
function keepState(stack: TerraformStack, { environment, terraformCloud }: StackSettings): void {
  const { id } = stack.node;
  if (terraformCloud) {
    const { organization, project } = terraformCloud;
    const workspaces = new NamedCloudWorkspace(names.workspace(environment, id), project);
    new CloudBackend(stack, { hostname: TERRAFORM_CLOUD_HOST, organization, workspaces });
  } else {
    new LocalBackend(stack, { path: `../../../state/${environment}/${id}.tfstate` });
  }
}
