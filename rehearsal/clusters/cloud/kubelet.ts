import { ApiError, type KubernetesClient, type KubernetesObject } from "../kubernetes-client";
import { missingFor } from "./mounts";
import type { Node, Nodes } from "./nodes";

/** Pods on a node get addresses one after the other. */
const ADDRESSES_PER_NODE = 250;

/**
 * Says of the pods on living nodes that they run, as soon as all that they mount is there; of those that are deleted that
 * they are gone; of Jobs' that they ended well. No container is started.
 */
export class Kubelet {
  private started = 0;

  constructor(
    private readonly client: KubernetesClient,
    private readonly nodes: Nodes,
  ) {}

  async look(pods: readonly KubernetesObject[]): Promise<void> {
    const known = new Map<string, Promise<KubernetesObject | undefined>>();
    const find = (path: string) => {
      const found = known.get(path) ?? this.client.find(path);
      known.set(path, found);
      return found;
    };
    for (const pod of pods) {
      const node = this.nodes.alive(pod.spec.nodeName);
      if (node) await this.lookAt(pod, node, find).catch(ignoreChanges);
    }
  }

  private async lookAt(
    pod: KubernetesObject,
    node: Node,
    find: (path: string) => Promise<KubernetesObject | undefined>,
  ): Promise<void> {
    const { name, namespace, uid, deletionTimestamp } = pod.metadata;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
    if (deletionTimestamp) return this.client.delete(path, { gracePeriodSeconds: 0, preconditions: { uid } });
    const { phase } = pod.status;
    if (phase !== "Pending" && !(phase === "Running" && (isOfJob(pod) || !isReady(pod)))) return;
    if (phase === "Pending" && (await missingFor(pod, find)).length > 0) return;
    this.started += 1;
    const next = `10.201.${node.number}.${(this.started % ADDRESSES_PER_NODE) + 2}`;
    const own = pod.spec.hostNetwork ? node.address : (pod.status.podIP ?? next);
    const status = statusOf(pod, { node: node.address, pod: own });
    await this.client.patch(`${path}/status`, { status }, "strategic");
  }
}

function isOfJob({ metadata }: KubernetesObject): boolean {
  return (metadata.ownerReferences ?? []).some(({ kind }: { kind: string }) => kind === "Job");
}

/** Not so once its node was away: the control plane says so then, and the kubelet the opposite when the node is back. */
function isReady({ status }: KubernetesObject): boolean {
  const conditions: KubernetesObject[] = status.conditions ?? [];
  return conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
}

/** First running, and then, if it is a Job's, ended. */
function statusOf(pod: KubernetesObject, address: { readonly node: string; readonly pod: string }): KubernetesObject {
  const at = new Date().toISOString();
  const hasEnded = pod.status.phase === "Running" && isOfJob(pod);
  const ended = { terminated: { exitCode: 0, reason: "Completed", startedAt: at, finishedAt: at } };
  const running = { running: { startedAt: at } };
  const container = (isRunning: boolean) => (each: KubernetesObject) => ({
    name: each.name,
    image: each.image,
    imageID: each.image,
    ready: isRunning,
    started: isRunning,
    restartCount: 0,
    state: isRunning ? running : ended,
  });
  const conditions = Object.entries({ Initialized: true, Ready: !hasEnded, ContainersReady: !hasEnded }).map(
    ([type, isTrue]) => ({ type, status: isTrue ? "True" : "False", lastTransitionTime: at }),
  );
  return {
    phase: hasEnded ? "Succeeded" : "Running",
    conditions,
    hostIP: address.node,
    podIP: address.pod,
    podIPs: [{ ip: address.pod }],
    startTime: at,
    // A sidecar, which is an init container that is restarted, goes on running.
    initContainerStatuses: (pod.spec.initContainers ?? []).map((each: KubernetesObject) =>
      container(each.restartPolicy === "Always")(each),
    ),
    containerStatuses: pod.spec.containers.map(container(!hasEnded)),
  };
}

/** Somebody else changed the pod in between: the next look sees it. */
function ignoreChanges(error: unknown): void {
  if (!(error instanceof ApiError && [409, 422].includes(error.code))) throw error;
}
