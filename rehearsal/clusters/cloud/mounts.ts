import type { KubernetesObject } from "../kubernetes-client";

type Find = (path: string) => Promise<KubernetesObject | undefined>;

/** A Secret or ConfigMap that a pod cannot start without, and the keys that it reads of it. */
interface Need {
  readonly kind: "secrets" | "configmaps";
  readonly name: string;
  readonly keys: readonly string[];
}

/** What a kubelet would hold the pod back for. */
export async function missingFor(pod: KubernetesObject, find: Find): Promise<string[]> {
  const missing = await Promise.all(
    needsOf(pod).map(async ({ kind, name, keys }) => {
      const found = await find(`/api/v1/namespaces/${pod.metadata.namespace}/${kind}/${name}`);
      if (!found) return [`${kind} ${name}`];
      const data = { ...found.data, ...found.binaryData };
      return keys.filter((key) => !(key in data)).map((key) => `${kind} ${name} key ${key}`);
    }),
  );
  return [...new Set(missing.flat())];
}

function needsOf({ spec }: KubernetesObject): Need[] {
  const containers: KubernetesObject[] = [...(spec.initContainers ?? []), ...spec.containers];
  const volumes: KubernetesObject[] = spec.volumes ?? [];
  return [
    ...volumes.flatMap(volumeNeeds),
    ...containers.flatMap(({ env = [], envFrom = [] }) => [...env.flatMap(variableNeeds), ...envFrom.flatMap(allOf)]),
    ...containers.flatMap(({ volumeMounts = [] }) =>
      volumeMounts.flatMap((mount: KubernetesObject) => subPathNeeds(mount, volumes)),
    ),
  ];
}

function volumeNeeds({ secret, configMap, projected }: KubernetesObject): Need[] {
  const sources: KubernetesObject[] = [{ secret, configMap }, ...(projected?.sources ?? [])];
  return sources.flatMap((source) => [
    ...need("secrets", source.secret?.secretName ?? source.secret?.name, source.secret),
    ...need("configmaps", source.configMap?.name, source.configMap),
  ]);
}

function variableNeeds({ valueFrom }: KubernetesObject): Need[] {
  const { secretKeyRef, configMapKeyRef } = valueFrom ?? {};
  return [
    ...need("secrets", secretKeyRef?.name, secretKeyRef, secretKeyRef?.key),
    ...need("configmaps", configMapKeyRef?.name, configMapKeyRef, configMapKeyRef?.key),
  ];
}

function allOf({ secretRef, configMapRef }: KubernetesObject): Need[] {
  return [...need("secrets", secretRef?.name, secretRef), ...need("configmaps", configMapRef?.name, configMapRef)];
}

/** A mounted key that is not there would become a folder. */
function subPathNeeds({ name, subPath }: KubernetesObject, volumes: readonly KubernetesObject[]): Need[] {
  const volume = volumes.find((each) => each.name === name);
  if (!subPath || !volume) return [];
  return volumeNeeds(volume)
    .filter(({ keys }) => keys.length === 0)
    .map((each) => ({ ...each, keys: [subPath] }));
}

function need(kind: Need["kind"], name: string | undefined, source: KubernetesObject, key?: string): Need[] {
  if (!name || source?.optional) return [];
  return [{ kind, name, keys: key ? [key] : (source?.items ?? []).map((item: KubernetesObject) => item.key) }];
}
