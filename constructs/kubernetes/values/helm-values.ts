/** Values of a Helm release: plain data, known at synth, without Terraform's `$` followed by a brace. */
export interface HelmValues {
  readonly [key: string]: HelmValue;
}

export type HelmValue = string | number | boolean | null | HelmValues | readonly HelmValue[];

/**
 * Resources of a container. Memory has a limit, so that a leak kills its own pod and not a neighbour; CPU has none,
 * because a limit throttles a pod even on an idle node.
 * @param cpu requested, for example `100m`
 * @param memory requested, for example `256Mi`
 * @param memoryLimit @default the requested memory
 */
export function resources(cpu: string, memory: string, memoryLimit = memory): HelmValues {
  return { requests: { cpu, memory }, limits: { memory: memoryLimit } };
}

/**
 * Whether nodes with taints that a pod does not tolerate are ignored. They must be: nodes of a lost zone remain as
 * objects, and a zone counted with no pods would block more of them in the others.
 */
export const NODE_TAINTS_POLICY = "Honor";

/**
 * Spreads the pods with these labels evenly over the zones that have nodes for them. With `byRevision`, which only
 * Deployments support, each rollout's pods are counted separately: otherwise the old ones would let the last new ones
 * share a zone.
 */
export function spreadOverZones(labels: HelmValues, { byRevision = true } = {}): readonly HelmValues[] {
  return [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "DoNotSchedule",
      nodeTaintsPolicy: NODE_TAINTS_POLICY,
      labelSelector: { matchLabels: labels },
      ...(byRevision && { matchLabelKeys: ["pod-template-hash"] }),
    },
  ];
}
