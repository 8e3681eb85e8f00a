import type { Topology } from "./topology";

/** Countries in the order in which they are deployed: the one added last has the fewest users, so it goes first. */
export function deploymentOrder({ countries }: Topology): string[] {
  return Object.keys(countries).reverse();
}
