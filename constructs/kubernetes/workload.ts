import type { Requests } from "../../config/node-resources";
import type { HelmValue, HelmValues } from "./values/helm-values";

/** Pods of one kind, from the scheduler's point of view. */
export interface Workload extends Requests {
  readonly name: string;
  readonly namespace: string;
  /** Minimum and maximum number of pods; 1 and 1 per node for a DaemonSet. */
  readonly pods: number;
  readonly mostPods: number;
  /** Whether each node has one. */
  readonly isOnEveryNode: boolean;
  /** The pool reserved for it. @default any pool that is not reserved */
  readonly pool?: string;
  /** Whether pods are spread over zones with a skew of at most one. */
  readonly isSpread: boolean;
  /** Whether no node runs two of them. */
  readonly isApart: boolean;
  /** Whether a disk binds each pod to its zone. */
  readonly hasDisk: boolean;
  /** Extra pods during a rollout. */
  readonly surge: number;
}

/** Deviations of a {@link Workload} from the default: one pod, anywhere, without a disk. */
export type WorkloadTraits = Partial<Omit<Workload, "name" | "namespace" | "cpuMillis" | "memoryMib">>;

/**
 * Pods with these containers' resources, as written in Helm values.
 * @param containers the `resources` of each container; init containers request less than that
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

/** The value at a path of Helm values. @throws Error when there is none: the table that refers to it is out of date */
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
