import type { ClusterContents, Pool } from "../../constructs/kubernetes/cluster-contents";
import type { Workload } from "../../constructs/kubernetes/workload";
import { type Node, Schedule } from "./scheduler";

/** How many nodes of its pools a cluster needs. */
export interface ClusterFit {
  /** The nodes at the pools' minimum, and what runs on them. */
  readonly minimum: readonly Node[];
  /** Names of the pods that don't fit there in at least one order of arrival. */
  readonly homeless: readonly string[];
  /** Fewest nodes of each pool that fit every pod in every order. */
  readonly needed: Readonly<Record<string, number>>;
  /** Nodes of each pool with every workload at its maximum and mid-rollout. */
  readonly greatest: Readonly<Record<string, number>>;
  /** The same after losing a zone, whose nodes still count towards the pool's maximum. */
  readonly zoneLost: Readonly<Record<string, number>>;
}

/** Orders of arrival to try: Terraform starts many things at once, and operators add their pods when they get to it. */
const ORDERS = 40;

/** Upper bound when searching for a pool's size; a site's pod range holds 128 nodes, an app cluster's 256. */
const MOST_NODES = 256;

export function clusterFit(cluster: ClusterContents): ClusterFit {
  const homeless = homelessAt(cluster, ({ minNodes }) => minNodes);
  const minimum = nodesOf(cluster, ({ minNodes }) => minNodes);
  const [first = []] = orders(pods(cluster, least));
  for (const pod of first) minimum.place(pod);
  const full = grown(cluster);
  const afterLoss = cluster.zones.map((zone) => nodesAfterLoss(cluster, zone));
  return {
    minimum: minimum.nodes,
    homeless,
    needed: neededMinimum(cluster, homeless),
    greatest: countByPool(cluster, full.nodes),
    zoneLost: byPool(cluster, ({ name }) => Math.max(...afterLoss.map((counts) => counts[name] ?? 0))),
  };
}

/** What does not fit, with value and remedy. */
export function clusterFitProblems(clusters: readonly ClusterContents[]): string[] {
  return alike(clusters).flatMap(([first, ...others]) => {
    const fit = clusterFit(first);
    return [first, ...others].flatMap((cluster) => fitProblems(cluster, fit));
  });
}

/** Clusters that differ only in their names and places, in the order of the first of each kind. */
export function alike(
  clusters: readonly ClusterContents[],
): readonly (readonly [ClusterContents, ...ClusterContents[]])[] {
  const kinds = new Map<string, [ClusterContents, ...ClusterContents[]]>();
  for (const cluster of clusters) {
    const key = JSON.stringify([cluster.pools, cluster.workloads, cluster.zones.length]);
    const known = kinds.get(key);
    if (known) known.push(cluster);
    else kinds.set(key, [cluster]);
  }
  return [...kinds.values()];
}

function fitProblems(cluster: ClusterContents, { homeless, needed, greatest, zoneLost }: ClusterFit): string[] {
  return cluster.pools.flatMap(({ name, minNodes, maxNodes, machineType }) => {
    const at = `${cluster.path}.${name}`;
    const [least = 0, most = 0, lost = 0] = [needed, greatest, zoneLost].map((counts) => counts[name]);
    const room = Math.max(most, lost);
    return [
      ...(least > minNodes
        ? [
            `${at}.minNodes: ${minNodes} is refused: ${minNodes} x ${machineType} may not fit ${homeless.join(", ")}; use ${least} or a larger machine type`,
          ]
        : []),
      ...(room > maxNodes
        ? [
            `${at}.maxNodes: ${maxNodes} is refused: at full scale it takes ${most} x ${machineType}, and ${lost} after losing a zone, whose nodes still count; use ${room}`,
          ]
        : []),
    ];
  });
}

const least = ({ pods }: Workload) => pods;
const most = ({ mostPods, surge }: Workload) => mostPods + surge;

/** One entry per pod that the scheduler places, so none for DaemonSets. */
function pods({ workloads }: ClusterContents, count: (workload: Workload) => number): Workload[] {
  return workloads.filter(({ isOnEveryNode }) => !isOnEveryNode).flatMap((each) => Array(count(each)).fill(each));
}

function agents({ workloads }: ClusterContents): Workload[] {
  return workloads.filter(({ isOnEveryNode }) => isOnEveryNode);
}

function nodesOf(cluster: ClusterContents, count: (pool: Pool) => number): Schedule {
  const schedule = new Schedule(cluster.zones, agents(cluster));
  for (const pool of cluster.pools) for (let node = 0; node < count(pool); node++) schedule.addNode(pool);
  return schedule;
}

function homelessAt(cluster: ClusterContents, count: (pool: Pool) => number): string[] {
  const empty = nodesOf(cluster, count);
  const found = orders(pods(cluster, least)).flatMap((order) => {
    const schedule = empty.copy();
    return order.filter((pod) => !schedule.place(pod)).map(({ name }) => name);
  });
  return [...new Set(found)].sort();
}

/** Pools share pods only if neither is reserved; then the first one grows. */
function neededMinimum(cluster: ClusterContents, atMinimum: readonly string[]): Record<string, number> {
  const counts = byPool(cluster, ({ minNodes }) => minNodes);
  let homeless = atMinimum;
  for (let tries = 0; tries < MOST_NODES; tries++) {
    const lacking = cluster.workloads.find(({ name }) => homeless.includes(name));
    if (!lacking) return counts;
    const pool = cluster.pools.find(({ name, isReserved }) => (lacking.pool ? name === lacking.pool : !isReserved));
    if (!pool) return counts;
    counts[pool.name] = (counts[pool.name] ?? 0) + 1;
    homeless = homelessAt(cluster, ({ name }) => counts[name] ?? 0);
  }
  return counts;
}

/** Every workload at its maximum and mid-rollout, on as many nodes as the autoscaler adds. */
function grown(cluster: ClusterContents): Schedule {
  const schedule = nodesOf(cluster, ({ minNodes }) => minNodes);
  for (const pod of pods(cluster, most)) schedule.placeOrGrow(pod, cluster.pools, fewerThan(schedule, MOST_NODES));
  return schedule;
}

/** Nodes after a zone is lost and its pods have been rescheduled. Pods with a disk in that zone wait for it. */
function nodesAfterLoss(cluster: ClusterContents, zone: string): Record<string, number> {
  const schedule = grown(cluster);
  const before = countByPool(cluster, schedule.nodes);
  const homeless = schedule.loseZone(zone).filter(({ hasDisk }) => !hasDisk);
  const alive = countByPool(cluster, schedule.nodes);
  for (const pod of homeless) schedule.placeOrGrow(pod, cluster.pools, fewerThan(schedule, MOST_NODES));
  const after = countByPool(cluster, schedule.nodes);
  return byPool(cluster, ({ name }) => (after[name] ?? 0) + (before[name] ?? 0) - (alive[name] ?? 0));
}

function fewerThan(schedule: Schedule, limit: number): (pool: Pool) => boolean {
  return (pool) => schedule.nodes.filter((node) => node.pool === pool).length < limit;
}

function countByPool(cluster: ClusterContents, nodes: readonly Node[]): Record<string, number> {
  return byPool(cluster, (pool) => nodes.filter((node) => node.pool === pool).length);
}

function byPool(cluster: ClusterContents, count: (pool: Pool) => number): Record<string, number> {
  return Object.fromEntries(cluster.pools.map((pool) => [pool.name, count(pool)]));
}

/** The table's order first, then others; the same in every run. */
function orders<T>(all: readonly T[]): T[][] {
  let state = 1;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
  return Array.from({ length: ORDERS }, (_, index) => {
    const order = [...all];
    if (index === 0) return order;
    for (let last = order.length - 1; last > 0; last--) {
      const other = below(last + 1);
      [order[last], order[other]] = [order[other] as T, order[last] as T];
    }
    return order;
  });
}
