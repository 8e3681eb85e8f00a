import { isShared, machineSize } from "./machine-types";

/** What pods request, or what a node can allocate. */
export interface Requests {
  readonly cpuMillis: number;
  readonly memoryMib: number;
}

/**
 * Thousandths of each vCPU that GKE reserves, and percent of each step of memory. Source:
 * https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes, 2026-11.
 */
const RESERVED_CPU_MILLIS = [60, 10, 5, 5];
const RESERVED_CPU_MILLIS_BEYOND = 2.5;
const RESERVED_MEMORY = [
  { stepMib: 4096, percent: 25 },
  { stepMib: 4096, percent: 20 },
  { stepMib: 8192, percent: 10 },
  { stepMib: 114_688, percent: 6 },
  { stepMib: Infinity, percent: 2 },
] as const;

/** What remains of a shared-core machine. */
const SHARED_CPU_MILLIS = 940;

/** Reserved so that the kubelet evicts pods before the kernel kills them. */
const EVICTION_MIB = 100;

/** Share of a machine's memory that its kernel takes before the kubelet counts: an e2-standard-4 shows 16,009 of 16,384 MiB. */
const KERNEL_SHARE = 0.025;

/** Pods per node (GKE's default). */
export const PODS_PER_NODE = 110;

/** What a GKE node of a machine type can allocate to pods, or undefined if the type's size is unknown here. */
export function allocatable(machineType: string): Requests | undefined {
  const size = machineSize(machineType);
  if (!size) return undefined;
  return {
    cpuMillis: isShared(machineType) ? SHARED_CPU_MILLIS : 1000 * size.cpus - Math.ceil(reservedCpuMillis(size.cpus)),
    memoryMib: Math.floor(size.memoryMb * (1 - KERNEL_SHARE) - reservedMemoryMib(size.memoryMb) - EVICTION_MIB),
  };
}

function reservedCpuMillis(cpus: number): number {
  const first = RESERVED_CPU_MILLIS.slice(0, cpus).reduce((sum, millis) => sum + millis, 0);
  return first + Math.max(0, cpus - RESERVED_CPU_MILLIS.length) * RESERVED_CPU_MILLIS_BEYOND;
}

function reservedMemoryMib(mib: number): number {
  let left = mib;
  return RESERVED_MEMORY.reduce((sum, { stepMib, percent }) => {
    const step = Math.min(left, stepMib);
    left -= step;
    return sum + (step * percent) / 100;
  }, 0);
}
