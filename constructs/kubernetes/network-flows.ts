import { EVERYWHERE, METADATA_SERVER, NODE_DNS_CACHE, PRIVATE_RANGES } from "../../config/google-ranges";
import { DNS_PORT, GOOGLE_APIS_PORT, HOST_METRICS_PORT, KUBERNETES_PORTS, METADATA_PORTS } from "../../config/ports";
import type { Flow } from "./network-policy-row";

/** What network policies of every cluster have in common. */

/** Cloud DNS answers at the metadata server, the node's cache before it, and GKE's own DNS pods if it ever falls back. */
export const DNS: Flow = {
  peers: [{ range: METADATA_SERVER.address }, { range: NODE_DNS_CACHE }, { namespace: "kube-system" }],
  ports: [DNS_PORT],
  protocols: ["UDP", "TCP"],
};

/** Where a pod gets a token of its Google identity. */
export const TO_METADATA_SERVER: Flow[] = [
  { peers: [{ range: METADATA_SERVER.address }], ports: [METADATA_PORTS.http] },
  { peers: [{ range: METADATA_SERVER.workloadIdentity }], ports: METADATA_PORTS.workloadIdentity },
];

/** Google's APIs have public addresses that change. What is private is not reached this way. */
export const GOOGLE_APIS: Flow = {
  peers: EVERYWHERE.map((range) => ({ range, except: PRIVATE_RANGES })),
  ports: [GOOGLE_APIS_PORT],
};

/** Where a kubelet and a node's own exporter answer; no range matches nodes. */
export const HOST_PORTS = [KUBERNETES_PORTS.kubelet, HOST_METRICS_PORT] as const;

/** To the API server, whose range (CIDR) is `controlPlane`. */
export function toControlPlane(controlPlane: string): Flow {
  return { peers: [{ range: controlPlane }], ports: [KUBERNETES_PORTS.api] };
}

/** The control plane calls from its own range, or, in newer clusters, through agents in `kube-system`. */
export function calledByControlPlane(controlPlane: string, ...ports: number[]): Flow {
  return {
    peers: [{ range: controlPlane }, { namespace: "kube-system", pods: { "k8s-app": "konnectivity-agent" } }],
    ports,
  };
}
