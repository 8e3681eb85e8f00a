import type { Topology } from "../config/topology";
import type { StackSettings } from "../constructs/stack-settings";

/** What every stack of an environment has in common. */
export function stackSettings({ project, environment, delivery }: Topology): StackSettings {
  const { terraformCloud } = delivery;
  return { project: project.id, environment, ...(terraformCloud && { terraformCloud }) };
}
