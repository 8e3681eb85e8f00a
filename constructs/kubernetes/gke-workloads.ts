import type { Workload } from "./workload";
import { workload } from "./workload";

const requests = (cpu: string, memory: string) => ({ requests: { cpu, memory } });

/**
 * What GKE itself runs on a cluster with Dataplane V2, Cloud DNS, workload identity, logging and backup. Google publishes
 * no figures: this is an estimate from `kubectl describe node`; the largest are public (fluentbit 105m and 230 MiB,
 * metadata server 100m and 100 MiB, https://github.com/cryptnono/cryptnono/issues/34). To be confirmed on a new cluster.
 */
export const GKE_WORKLOADS: readonly Workload[] = [
  workload("kube-system", "gke-node-agents", [requests("450m", "700Mi")], { isOnEveryNode: true }),
  workload("kube-system", "gke-cluster-agents", [requests("100m", "200Mi")], { pods: 2 }),
  workload("kube-system", "konnectivity-agent", [requests("15m", "60Mi")], { pods: 2 }),
];
