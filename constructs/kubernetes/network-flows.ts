import type { Flow } from "./network-policy-row";

/** What network policies of every cluster have in common. */

/** Cloud DNS answers at the metadata server, the node's cache before it, and GKE's own DNS pods if it ever falls back. */
export const DNS: Flow = {
  peers: [{ range: "169.254.169.254/32" }, { range: "169.254.20.10/32" }, { namespace: "kube-system" }],
  ports: [53],
  protocols: ["UDP", "TCP"],
};

/** Where a pod gets a token of its Google identity. */
export const METADATA_SERVER: Flow[] = [
  { peers: [{ range: "169.254.169.254/32" }], ports: [80] },
  { peers: [{ range: "169.254.169.252/32" }], ports: [987, 988] },
];

/** Google's APIs have public addresses that change. What is private is not reached this way. */
export const GOOGLE_APIS: Flow = {
  peers: [{ range: "0.0.0.0/0", except: ["10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"] }],
  ports: [443],
};

/** Where a kubelet and a node's own exporter answer; no range matches nodes. */
export const HOST_PORTS = [10250, 9100] as const;

export const EXTERNAL_SECRETS_METRICS = 8080;

/** To the API server, whose range (CIDR) is `controlPlane`. */
export function toControlPlane(controlPlane: string): Flow {
  return { peers: [{ range: controlPlane }], ports: [443] };
}

/** The control plane calls from its own range, or, in newer clusters, through agents in `kube-system`. */
export function calledByControlPlane(controlPlane: string, ...ports: number[]): Flow {
  return {
    peers: [{ range: controlPlane }, { namespace: "kube-system", pods: { "k8s-app": "konnectivity-agent" } }],
    ports,
  };
}
