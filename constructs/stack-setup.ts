import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { LocalBackend, type TerraformStack } from "cdktf";
import type { Topology } from "../config/topology";

/**
 * Gives a stack what every stack has: a provider for the environment's project and a place for its state.
 *
 * The path of the state is relative, because Terraform runs in `cdktf.out/stacks/<stack>` and an absolute one
 * would put a machine's path into the JSON.
 */
export function setUpStack(stack: TerraformStack, topology: Topology, region?: string): void {
  new GoogleProvider(stack, "google", { project: topology.project.id, ...(region && { region }) });
  new LocalBackend(stack, { path: `../../../state/${topology.environment}/${stack.node.id}.tfstate` });
}
