import { isWhole, type Problem, when } from "./problem";
import type { NodePool } from "./topology";

/** The pod range of an app cluster holds 256 nodes; the rest is for those that an upgrade adds. */
export const MAXIMUM_NODES = 250;

/** What is wrong with a node pool at a path. */
export function poolProblems(at: string, name: string, pool: NodePool): Problem[] {
  return [
    ...when(
      !/^[a-z][-a-z0-9]{0,38}[a-z0-9]$/.test(name),
      at,
      name,
      "name the pool with 2 to 40 lower-case letters, digits and hyphens",
    ),
    ...machineTypeProblems(`${at}.machineType`, pool.machineType),
    ...when(!isWhole(pool.maxNodes, 1, MAXIMUM_NODES), `${at}.maxNodes`, pool.maxNodes, `use 1 to ${MAXIMUM_NODES}`),
    ...when(!isWhole(pool.minNodes, 0, MAXIMUM_NODES), `${at}.minNodes`, pool.minNodes, "use 0 to maxNodes"),
    ...when(pool.minNodes > pool.maxNodes, `${at}.minNodes`, pool.minNodes, `use at most maxNodes (${pool.maxNodes})`),
    ...when(!isWhole(pool.diskGb, 20, 1000), `${at}.diskGb`, pool.diskGb, "use 20 to 1,000 GB"),
  ];
}

export function machineTypeProblems(at: string, type: string): Problem[] {
  return when(!/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(type), at, type, "use a machine type such as e2-standard-4");
}
