import { getOrThrow } from "./get-or-throw";
import { type Problem, when } from "./problem";
import type { NodePool, Topology } from "./topology";
import { MAXIMUM_NODES } from "./topology-schema";

/** Problems across the pools of a country's app cluster. */
export function clusterPoolProblems({ countries }: Topology, country: string): Problem[] {
  const at = `countries.${country}.cluster.pools`;
  const pools = Object.entries(getOrThrow(countries, country).cluster.pools);
  const nodes = pools.map(([, { maxNodes }]) => maxNodes);
  return [
    ...when(
      pools.length < 2,
      at,
      `{${pools.map(([pool]) => pool).join(", ")}}`,
      "define `app` for the app's pods, and another pool for everything else",
    ),
    ...when(
      nodes.reduce((sum, count) => sum + count, 0) > MAXIMUM_NODES,
      at,
      nodes,
      `maxNodes must add up to at most ${MAXIMUM_NODES}: the pod range holds 256 nodes`,
    ),
  ];
}

export function poolOrderProblems({ countries }: Topology, country: string): Problem[] {
  return poolProblems(`countries.${country}.cluster.pools`, getOrThrow(countries, country).cluster.pools);
}

/** Problems between the fields of each pool. */
export function poolProblems(at: string, pools: Readonly<Record<string, NodePool>>): Problem[] {
  return Object.entries(pools).flatMap(([name, { minNodes, maxNodes }]) =>
    when(minNodes > maxNodes, `${at}.${name}.minNodes`, minNodes, `use at most maxNodes (${maxNodes})`),
  );
}
