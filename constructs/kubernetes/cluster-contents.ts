import type { Requests } from "../../config/node-resources";
import type { Workload } from "./workload";

/** A node pool as the scheduler and the autoscaler see it. */
export interface Pool {
  readonly name: string;
  readonly machineType: string;
  /** Whether it only accepts pods meant for it. */
  readonly isReserved: boolean;
  readonly minNodes: number;
  readonly maxNodes: number;
  /** What one of its nodes can allocate to pods. */
  readonly allocatable: Requests;
}

/** A cluster and its workloads. */
export interface ClusterContents {
  /** Path of its pools in the topology, for example `countries.india.cluster.pools`. */
  readonly path: string;
  readonly name: string;
  readonly zones: readonly string[];
  readonly pools: readonly Pool[];
  readonly workloads: readonly Workload[];
}
