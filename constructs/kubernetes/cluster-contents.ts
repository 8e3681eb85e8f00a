import type { Requests } from "../../config/node-resources";
import type { Workload } from "./workload";

/** A node pool as the scheduler and the autoscaler see it. */
export interface Pool {
  readonly name: string;
  readonly machineType: string;
  /** Whether only pods that are meant for it come to it. */
  readonly isReserved: boolean;
  readonly minNodes: number;
  readonly maxNodes: number;
  /** What one of its nodes has for pods. */
  readonly allocatable: Requests;
}

/** A cluster and what is to run in it. */
export interface ClusterContents {
  /** Where its pools stand in the topology, for example `countries.india.cluster.pools`. */
  readonly path: string;
  readonly name: string;
  readonly zones: readonly string[];
  readonly pools: readonly Pool[];
  readonly workloads: readonly Workload[];
}
