/** A Kubernetes object; its fields depend on its kind. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: Spec;
}

interface Spec extends Workload {
  readonly topologySpreadConstraints?: readonly Spread[];
  readonly jobTemplate?: { readonly spec: Workload };
  readonly minReplicas?: number;
  readonly minReplicaCount?: number;
  readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
  readonly override?: { readonly statefulSet?: { readonly spec?: Workload } };
}

interface Workload extends Container {
  readonly replicas?: number;
  readonly template?: { readonly metadata?: { readonly labels?: Labels }; readonly spec?: PodSpec };
}

interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly topologySpreadConstraints?: readonly Spread[];
}

interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly resources?: {
    readonly requests?: { readonly cpu?: unknown; readonly memory?: unknown };
    readonly limits?: { readonly memory?: unknown };
  };
}

interface Spread {
  readonly topologyKey: string;
  readonly whenUnsatisfiable?: string;
  readonly nodeTaintsPolicy?: string;
  readonly labelSelector?: { readonly matchLabels?: Labels };
}

type Labels = Readonly<Record<string, string>>;

/** Kinds whose operator creates the pods, from an image and resources in the spec itself. */
const BY_OPERATOR = ["RabbitmqCluster", "PrometheusAgent", "Prometheus", "Alertmanager"];

/** Minimum replicas of a release's Deployments. */
const PROMISED: Readonly<Record<string, number>> = {
  ingress: 3,
  keda: 2,
  "external-secrets": 2,
  "rabbitmq-operator": 2,
};

/** Minimum replicas by kind, in any release. */
const PROMISED_BY_KIND: Readonly<Record<string, number>> = {
  RabbitmqCluster: 3,
  ScaledObject: 3,
  Prometheus: 2,
  Alertmanager: 2,
};

/** Promises of the platform that a release's objects break: one line per problem. */
export function objectProblems(release: string, objects: readonly KubernetesObject[]): string[] {
  return objects.flatMap((object) => {
    const found = [...containersOf(object).flatMap(containerProblems), ...replicaProblems(release, object, objects)];
    return found.map((problem) => `${object.kind} ${object.metadata.name}: ${problem}`);
  });
}

function containersOf({ kind, spec = {} }: KubernetesObject): Container[] {
  if (BY_OPERATOR.includes(kind)) return [{ name: kind, ...spec }];
  const pods = kind === "Pod" ? (spec as PodSpec) : (spec.jobTemplate?.spec ?? spec).template?.spec;
  return [...(pods?.initContainers ?? []), ...(pods?.containers ?? [])];
}

function containerProblems({ name, image = "", resources = {} }: Container): string[] {
  const { requests, limits } = resources;
  const tag = /:([^:/@]+)(@|$)/.exec(image)?.[1];
  return [
    ...(requests?.cpu === undefined ? [`container ${name} requests no CPU`] : []),
    ...(requests?.memory === undefined ? [`container ${name} requests no memory`] : []),
    ...(limits?.memory === undefined ? [`container ${name} has no memory limit`] : []),
    ...(tag === undefined || tag === "latest" ? [`container ${name} has image "${image}" without an exact tag`] : []),
  ];
}

function replicaProblems(release: string, object: KubernetesObject, all: readonly KubernetesObject[]): string[] {
  const promised = PROMISED_BY_KIND[object.kind] ?? (object.kind === "Deployment" ? (PROMISED[release] ?? 1) : 0);
  const replicas = replicasOf(object, all);
  return [
    ...(replicas < promised ? [`has ${replicas} replicas, ${promised} are promised`] : []),
    ...(replicas > 1 && object.kind !== "ScaledObject" && !isSpread(object) ? ["is not spread over zones"] : []),
    ...(spreadsOf(object).some(countsLostZones)
      ? ["cannot move to the other zones when one is lost: set nodeTaintsPolicy Honor in its spread"]
      : []),
  ];
}

function countsLostZones({ whenUnsatisfiable, nodeTaintsPolicy }: Spread): boolean {
  return whenUnsatisfiable === "DoNotSchedule" && nodeTaintsPolicy !== "Honor";
}

function spreadsOf({ spec = {} }: KubernetesObject): readonly Spread[] {
  const template = spec.override?.statefulSet?.spec?.template ?? spec.template;
  return template?.spec?.topologySpreadConstraints ?? spec.topologySpreadConstraints ?? [];
}

/** Its own number, or the minimum of its autoscaler. */
function replicasOf({ kind, metadata, spec = {} }: KubernetesObject, all: readonly KubernetesObject[]): number {
  const scaler = all.find(({ spec: { scaleTargetRef } = {} }) => {
    return scaleTargetRef?.kind === kind && scaleTargetRef.name === metadata.name;
  });
  return scaler?.spec?.minReplicas ?? spec.replicas ?? spec.minReplicaCount ?? 1;
}

/** A constraint whose labels don't match the pods silently spreads nothing. */
function isSpread(object: KubernetesObject): boolean {
  const { spec = {} } = object;
  const labels = (spec.override?.statefulSet?.spec?.template ?? spec.template)?.metadata?.labels;
  return spreadsOf(object).some(
    ({ topologyKey, labelSelector }) =>
      topologyKey === "topology.kubernetes.io/zone" &&
      Object.entries(labelSelector?.matchLabels ?? {}).every(([key, value]) => !labels || labels[key] === value),
  );
}
