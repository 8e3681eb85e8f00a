import { EVERYWHERE, METADATA_SERVER, NODE_DNS_CACHE, PRIVATE_RANGES } from "../../config/google-ranges";
import { DNS_PORT, GOOGLE_APIS_PORT, HOST_METRICS_PORT, KUBERNETES_PORTS, METADATA_PORTS } from "../../config/ports";
import type { Flow } from "./network-policy-row";

/** Network policy flows that every cluster uses. */

/**
 * Cloud DNS answers at the metadata server's address; in front of it is the node's cache; GKE's own DNS pods are a
 * fallback.
 */
export const DNS: Flow = {
  peers: [{ range: METADATA_SERVER.address }, { range: NODE_DNS_CACHE }, { namespace: "kube-system" }],
  ports: [DNS_PORT],
  protocols: ["UDP", "TCP"],
};

/** Where pods get tokens of their Google identities. */
export const TO_METADATA_SERVER: Flow[] = [
  { peers: [{ range: METADATA_SERVER.address }], ports: [METADATA_PORTS.http] },
  { peers: [{ range: METADATA_SERVER.workloadIdentity }], ports: METADATA_PORTS.workloadIdentity },
];

/** Google's APIs have public addresses that change. Private ranges are excluded. */
export const GOOGLE_APIS: Flow = {
  peers: EVERYWHERE.map((range) => ({ range, except: PRIVATE_RANGES })),
  ports: [GOOGLE_APIS_PORT],
};

/** Ports of the kubelet and of a node's own exporter; no range matches nodes. */
export const HOST_PORTS = [KUBERNETES_PORTS.kubelet, HOST_METRICS_PORT] as const;

/** To the API server, in the range (CIDR) `controlPlane`. */
export function toControlPlane(controlPlane: string): Flow {
  return { peers: [{ range: controlPlane }], ports: [KUBERNETES_PORTS.api] };
}

/** The control plane calls from its own range or, in newer clusters, through agents in `kube-system`. */
export function calledByControlPlane(controlPlane: string, ...ports: number[]): Flow {
  return {
    peers: [{ range: controlPlane }, { namespace: "kube-system", pods: { "k8s-app": "konnectivity-agent" } }],
    ports,
  };
}
