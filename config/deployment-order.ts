import type { Topology } from "./topology";

/** Countries in deployment order: the one added last has the fewest users, so it goes first. */
export function deploymentOrder({ countries }: Topology): string[] {
  return Object.keys(countries).reverse();
}
