import type { NetworkPolicyV1Spec } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import type { Flow, NetworkPolicyRow, Peer } from "./network-policy-row";

/** A row as a Kubernetes spec: both directions are always restricted. */
export function networkPolicySpec({ pods = {}, from = [], to = [] }: NetworkPolicyRow): NetworkPolicyV1Spec {
  return {
    podSelector: { matchLabels: pods },
    policyTypes: ["Ingress", "Egress"],
    ingress: from.map((flow) => ({ from: peersOf(flow), ports: portsOf(flow) })),
    egress: to.map((flow) => ({ to: peersOf(flow), ports: portsOf(flow) })),
  };
}

function peersOf({ peers = [] }: Flow) {
  return peers.map((peer) => ("range" in peer ? { ipBlock: rangeOf(peer) } : podsOf(peer)));
}

function rangeOf({ range, except }: Extract<Peer, { range: string }>) {
  return { cidr: range, ...(except && { except: [...except] }) };
}

function podsOf({ namespace, pods }: Extract<Peer, { namespace: string }>) {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    ...(pods && { podSelector: { matchLabels: pods } }),
  };
}

function portsOf({ ports = [], protocols = ["TCP"] }: Flow) {
  return ports.flatMap((port) => protocols.map((protocol) => ({ port: String(port), protocol })));
}
