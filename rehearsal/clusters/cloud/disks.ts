import type { KubernetesClient, KubernetesObject } from "../kubernetes-client";
import type { Node, Nodes } from "./nodes";

const DRIVER = "pd.csi.storage.gke.io";

/** Makes the disks that claims ask for, in the zone of the pod that waits, and takes released ones away. */
export async function provideDisks(client: KubernetesClient, nodes: Nodes): Promise<void> {
  const classes = new Map(
    (await client.list("/apis/storage.k8s.io/v1/storageclasses")).map((one) => [one.metadata.name, one]),
  );
  for (const claim of await client.list("/api/v1/persistentvolumeclaims")) {
    const storageClass = classes.get(claim.spec.storageClassName);
    const chosen = claim.metadata.annotations?.["volume.kubernetes.io/selected-node"];
    const node = nodes.all.find(({ name }) => name === chosen);
    if (claim.status.phase !== "Pending" || storageClass?.provisioner !== DRIVER || !node) continue;
    await client.create("/api/v1/persistentvolumes", disk(claim, storageClass, node));
  }
  for (const { metadata, spec, status } of await client.list("/api/v1/persistentvolumes")) {
    const isLeft = status.phase === "Released" && spec.persistentVolumeReclaimPolicy === "Delete";
    if (isLeft) await client.delete(`/api/v1/persistentvolumes/${metadata.name}`);
  }
}

function disk(
  { metadata, spec }: KubernetesObject,
  storageClass: KubernetesObject,
  { zone, pool }: Node,
): KubernetesObject {
  const isRegional = storageClass.parameters?.["replication-type"] === "regional-pd";
  const zones = isRegional ? [zone, pool.zones.find((other) => other !== zone)] : [zone];
  const { name, namespace, uid } = metadata;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: `pvc-${uid}`, annotations: { "pv.kubernetes.io/provisioned-by": DRIVER } },
    spec: {
      capacity: { storage: spec.resources.requests.storage },
      accessModes: spec.accessModes,
      storageClassName: storageClass.metadata.name,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      csi: { driver: DRIVER, volumeHandle: `projects/rehearsal/zones/${zones.join("__")}/disks/pvc-${uid}` },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: "topology.gke.io/zone", operator: "In", values: zones }] }],
        },
      },
    },
  };
}
