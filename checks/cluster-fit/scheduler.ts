import { PODS_PER_NODE } from "../../config/node-resources";
import type { Pool } from "../../constructs/kubernetes/cluster-contents";
import type { Workload } from "../../constructs/kubernetes/workload";

export interface Node {
  readonly pool: Pool;
  readonly zone: string;
  readonly used: { cpuMillis: number; memoryMib: number };
  readonly pods: Workload[];
}

/**
 * Nodes of a cluster and what runs on them, filled the way the Kubernetes scheduler does: the emptiest node that accepts the pod.
 */
export class Schedule {
  readonly nodes: Node[] = [];

  constructor(
    private zones: readonly string[],
    private readonly everywhere: readonly Workload[],
  ) {}

  /** The same nodes with the same pods, to be filled in another way. */
  copy(): Schedule {
    const copy = new Schedule(this.zones, this.everywhere);
    copy.nodes.push(...this.nodes.map((node) => ({ ...node, used: { ...node.used }, pods: [...node.pods] })));
    return copy;
  }

  /** A node in the zone that has the fewest of its pool, with every node's DaemonSet pods. */
  addNode(pool: Pool, zones: readonly string[] = this.zones): Node {
    const count = (zone: string) => this.nodes.filter((node) => node.pool === pool && node.zone === zone).length;
    const [first = "", ...others] = zones;
    const zone = others.reduce((least, next) => (count(next) < count(least) ? next : least), first);
    const node: Node = { pool, zone, used: { cpuMillis: 0, memoryMib: 0 }, pods: [] };
    for (const agent of this.everywhere) put(agent, node);
    this.nodes.push(node);
    return node;
  }

  /** Whether the pod was placed. */
  place(pod: Workload): boolean {
    const zones = this.zonesFor(pod);
    const best = this.nodes
      .filter((node) => zones.includes(node.zone) && takes(node, pod))
      .reduce<Node | undefined>((most, node) => (most && freeShare(most) >= freeShare(node) ? most : node), undefined);
    if (best) put(pod, best);
    return best !== undefined;
  }

  /** Whether the pod was placed, if necessary on a node that the autoscaler adds. */
  placeOrGrow(pod: Workload, pools: readonly Pool[], allows: (pool: Pool) => boolean): boolean {
    if (this.place(pod)) return true;
    for (const pool of pools.filter((each) => mayCome(each, pod) && allows(each))) {
      this.addNode(pool, this.zonesFor(pod));
      if (this.place(pod)) return true;
      this.nodes.pop();
    }
    return false;
  }

  /** Removes a zone and what runs there. @returns its pods */
  loseZone(zone: string): Workload[] {
    const lost = this.nodes.filter((node) => node.zone === zone);
    this.zones = this.zones.filter((each) => each !== zone);
    this.nodes.splice(0, this.nodes.length, ...this.nodes.filter((node) => node.zone !== zone));
    return lost.flatMap(({ pods }) => pods.filter(({ isOnEveryNode }) => !isOnEveryNode));
  }

  /** The zones that the pod's spread constraint allows: those with the fewest pods of its kind, or one more. */
  private zonesFor(pod: Workload): string[] {
    if (!pod.isSpread) return [...this.zones];
    const count = (zone: string) =>
      this.nodes.filter((node) => node.zone === zone).reduce((sum, node) => sum + ofKind(node, pod), 0);
    const counts = this.zones.map(count);
    const least = Math.min(...counts);
    return this.zones.filter((_, index) => counts[index] === least);
  }
}

/** Whether pods of this kind can be scheduled on a pool at all. */
function mayCome(pool: Pool, { pool: wanted }: Workload): boolean {
  return wanted === undefined ? !pool.isReserved : pool.name === wanted;
}

function takes(node: Node, pod: Workload): boolean {
  const { allocatable } = node.pool;
  return (
    mayCome(node.pool, pod) &&
    node.used.cpuMillis + pod.cpuMillis <= allocatable.cpuMillis &&
    node.used.memoryMib + pod.memoryMib <= allocatable.memoryMib &&
    node.pods.length < PODS_PER_NODE &&
    !(pod.isApart && ofKind(node, pod) > 0)
  );
}

function put(pod: Workload, node: Node): void {
  node.used.cpuMillis += pod.cpuMillis;
  node.used.memoryMib += pod.memoryMib;
  node.pods.push(pod);
}

function ofKind({ pods }: Node, { name, namespace }: Workload): number {
  return pods.filter((pod) => pod.name === name && pod.namespace === namespace).length;
}

/** Free CPU and free memory, each as a share of the node's allocatable. */
function freeShare({ pool: { allocatable }, used }: Node): number {
  return 2 - used.cpuMillis / allocatable.cpuMillis - used.memoryMib / allocatable.memoryMib;
}
