import { GKE_WORKLOADS } from "../../../constructs/kubernetes/gke-workloads";
import type { Workload } from "../../../constructs/kubernetes/workload";
import type { KubernetesClient, KubernetesObject } from "../kubernetes-client";

/** What GKE itself runs on a cluster, with the requests that the check of the pools reckons with. */
export async function putGkePods(client: KubernetesClient): Promise<void> {
  for (const each of GKE_WORKLOADS) {
    const kind = each.isOnEveryNode ? "DaemonSet" : "Deployment";
    await client.create(`/apis/apps/v1/namespaces/${each.namespace}/${kind.toLowerCase()}s`, object(kind, each));
  }
}

function object(
  kind: string,
  { name, namespace, pods, cpuMillis, memoryMib, isOnEveryNode }: Workload,
): KubernetesObject {
  const labels = { "k8s-app": name };
  const requests = { cpu: `${cpuMillis}m`, memory: `${memoryMib}Mi` };
  const everywhere = { hostNetwork: true, tolerations: [{ operator: "Exists" }] };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      ...(!isOnEveryNode && { replicas: pods }),
      template: {
        metadata: { labels },
        spec: {
          priorityClassName: isOnEveryNode ? "system-node-critical" : "system-cluster-critical",
          ...(isOnEveryNode && everywhere),
          containers: [{ name: "stand-in", image: "gke.gcr.io/stand-in:1", resources: { requests } }],
        },
      },
    },
  };
}
