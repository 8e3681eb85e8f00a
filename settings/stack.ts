import type { Topology } from "../config/topology";
import type { StackSettings } from "../constructs/stack-settings";

/** What all stacks of an environment share. */
export function stackSettings({ project, environment, delivery }: Topology): StackSettings {
  const { terraformCloud } = delivery;
  return { project: project.id, environment, ...(terraformCloud && { terraformCloud }) };
}
