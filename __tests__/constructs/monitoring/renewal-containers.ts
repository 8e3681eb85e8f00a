import type { HelmValues } from "../../../constructs/kubernetes/values/helm-values";
import { valueAt } from "../../../constructs/kubernetes/workload";

/** A step of the renewal's pod. */
export interface TestContainer {
  readonly name: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

interface Written {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

/** In the order in which they run. */
export function containersIn(values: HelmValues): TestContainer[] {
  const spec = valueAt(values, "objects.renewal.spec.jobTemplate.spec.template.spec");
  const { initContainers, containers } = spec as unknown as { initContainers: Written[]; containers: Written[] };
  return [...initContainers, ...containers].map(({ name, command, env }) => ({
    name,
    command,
    environment: Object.fromEntries(env.map((one) => [one.name, one.value])),
  }));
}
