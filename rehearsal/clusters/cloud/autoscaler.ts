import type { DeclaredPool } from "../declared-clusters";
import type { KubernetesObject } from "../kubernetes-client";
import type { Nodes } from "./nodes";

/** A pod that waits for so long gets a node: the disk that it waits for may come first. */
const PATIENCE_MS = 8000;

/** Adds a node to the pool of a pod that has no place, up to the pool's declared maximum. */
export class Autoscaler {
  private readonly since = new Map<string, number>();

  constructor(
    private readonly nodes: Nodes,
    private readonly pools: readonly DeclaredPool[],
  ) {}

  async look(pods: readonly KubernetesObject[]): Promise<void> {
    const stuck = pods.filter(isUnschedulable);
    const now = Date.now();
    for (const uid of this.since.keys()) {
      if (!stuck.some(({ metadata }) => metadata.uid === uid)) this.since.delete(uid);
    }
    for (const { metadata } of stuck) if (!this.since.has(metadata.uid)) this.since.set(metadata.uid, now);
    const longest = stuck.find(({ metadata }) => now - (this.since.get(metadata.uid) ?? now) > PATIENCE_MS);
    const pool = longest && this.pools.find((each) => mayCome(longest, each) && this.hasRoom(each));
    if (!pool) return;
    await this.nodes.add(pool);
    for (const { metadata } of stuck) this.since.set(metadata.uid, now);
  }

  private hasRoom(pool: DeclaredPool): boolean {
    return this.nodes.all.filter((node) => node.pool === pool).length < pool.maxNodes;
  }
}

function isUnschedulable({ spec, status, metadata }: KubernetesObject): boolean {
  const conditions: KubernetesObject[] = status.conditions ?? [];
  const isRefused = conditions.some(({ type, reason }) => type === "PodScheduled" && reason === "Unschedulable");
  return !spec.nodeName && !metadata.deletionTimestamp && isRefused;
}

function mayCome({ spec }: KubernetesObject, { labels, taints }: DeclaredPool): boolean {
  const wanted = Object.entries<string>(spec.nodeSelector ?? {});
  const tolerations: KubernetesObject[] = spec.tolerations ?? [];
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    taints.every(({ key, value }) =>
      tolerations.some((one) =>
        one.operator === "Exists" ? !one.key || one.key === key : one.key === key && one.value === value,
      ),
    )
  );
}
