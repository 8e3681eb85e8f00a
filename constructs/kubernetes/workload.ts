import type { Requests } from "../../config/node-resources";
import type { HelmValue, HelmValues } from "./values/helm-values";

/** Pods of one kind, as the scheduler sees them. */
export interface Workload extends Requests {
  readonly name: string;
  readonly namespace: string;
  /** Least and greatest number of pods; 1 and 1 of each on every node for an agent. */
  readonly pods: number;
  readonly mostPods: number;
  /** Whether each node has one. */
  readonly isOnEveryNode: boolean;
  /** The pool that is reserved for it. @default any pool that is not reserved */
  readonly pool?: string;
  /** Whether zones may differ by one pod at most. */
  readonly isSpread: boolean;
  /** Whether no node takes two of them. */
  readonly isApart: boolean;
  /** Whether a pod's disk keeps it in its zone. */
  readonly hasDisk: boolean;
  /** Pods that a rollout adds before it takes away. */
  readonly surge: number;
}

/** What of a {@link Workload} is not the usual: one pod, anywhere, without a disk. */
export type WorkloadTraits = Partial<Omit<Workload, "name" | "namespace" | "cpuMillis" | "memoryMib">>;

/**
 * Pods with these containers' resources, as they stand in Helm values.
 *
 * @param containers the `resources` of each container; what an init container asks for is less than that
 */
export function workload(
  namespace: string,
  name: string,
  containers: readonly HelmValue[],
  traits: WorkloadTraits = {},
): Workload {
  const requests = containers.map((resources) => requestsOf(`${namespace}/${name}`, resources));
  const pods = traits.pods ?? 1;
  return {
    namespace,
    name,
    cpuMillis: requests.reduce((sum, { cpuMillis }) => sum + cpuMillis, 0),
    memoryMib: requests.reduce((sum, { memoryMib }) => sum + memoryMib, 0),
    mostPods: pods,
    isOnEveryNode: false,
    isSpread: false,
    isApart: false,
    hasDisk: false,
    surge: 0,
    ...traits,
    pods,
  };
}

/** What stands at a path of Helm values. @throws Error when nothing does: a table that names it is out of date */
export function valueAt(values: HelmValues, path: string): HelmValue {
  const found = path.split(".").reduce<HelmValue | undefined>((holder, key) => {
    return typeof holder === "object" && holder !== null ? (holder as HelmValues)[key] : undefined;
  }, values);
  if (found === undefined) throw new Error(`Helm values have nothing at "${path}"`);
  return found;
}

function requestsOf(owner: string, resources: HelmValue): Requests {
  const { requests } = resources as { requests?: { cpu?: unknown; memory?: unknown } };
  const [, cpu, millis] = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(requests?.cpu)) ?? [];
  const [, memory, unit] = /^(\d+)(Mi|Gi)$/.exec(String(requests?.memory)) ?? [];
  if (cpu === undefined || memory === undefined) {
    throw new Error(`${owner} requests ${JSON.stringify(requests)}: write CPU as 100m or 1, memory as 64Mi or 1Gi`);
  }
  return { cpuMillis: Number(cpu) * (millis ? 1 : 1000), memoryMib: Number(memory) * (unit === "Gi" ? 1024 : 1) };
}
