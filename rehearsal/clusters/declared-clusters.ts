import { allocatable, type Requests } from "../../config/node-resources";
import { CannotTell } from "../../tools/cli";
import type { Resource, StackJson } from "../google-part";

/** A node pool as a stack declares it. */
export interface DeclaredPool {
  readonly name: string;
  readonly machineType: string;
  readonly zones: readonly string[];
  readonly minNodes: number;
  readonly maxNodes: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
  /** What one of its nodes can allocate to pods. */
  readonly allocatable: Requests;
}

/** A cluster as a stack declares it. */
export interface DeclaredCluster {
  readonly name: string;
  readonly region: string;
  readonly pools: readonly DeclaredPool[];
}

/** Google's words for what Kubernetes calls an effect. */
const EFFECTS: Readonly<Record<string, string>> = {
  NO_SCHEDULE: "NoSchedule",
  PREFER_NO_SCHEDULE: "PreferNoSchedule",
  NO_EXECUTE: "NoExecute",
};

export function declaredClusters({ resource = {} }: StackJson): DeclaredCluster[] {
  const pools = Object.values(resource.google_container_node_pool ?? {});
  return Object.entries(resource.google_container_cluster ?? {}).map(([id, cluster]) => ({
    name: String(cluster.name),
    region: String(cluster.location),
    pools: pools.filter((pool) => String(pool.cluster).includes(`google_container_cluster.${id}.`)).map(declaredPool),
  }));
}

function declaredPool(pool: Resource): DeclaredPool {
  const { name, node_locations, autoscaling, node_config } = pool as unknown as PoolAttributes;
  const resources = allocatable(node_config.machine_type);
  if (!resources)
    throw new CannotTell(`the size of a ${node_config.machine_type} is unknown: add it to config/machine-types.ts`);
  return {
    name,
    machineType: node_config.machine_type,
    zones: node_locations,
    minNodes: autoscaling.total_min_node_count,
    maxNodes: autoscaling.total_max_node_count,
    labels: node_config.labels ?? {},
    taints: (node_config.taint ?? []).map(({ key, value, effect }) => ({
      key,
      value,
      effect: EFFECTS[effect] ?? effect,
    })),
    allocatable: resources,
  };
}

interface PoolAttributes {
  readonly name: string;
  readonly node_locations: readonly string[];
  readonly autoscaling: { readonly total_min_node_count: number; readonly total_max_node_count: number };
  readonly node_config: {
    readonly machine_type: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly taint?: readonly { readonly key: string; readonly value: string; readonly effect: string }[];
  };
}
