import type { Flow, NetworkPolicyRow, Peer } from "../../../constructs/kubernetes/network-policy-row";

/** What the rows of a table of network policies let through, a line each. */
export function writtenFlows(rows: readonly NetworkPolicyRow[]): string[] {
  return rows
    .filter(({ name }) => name !== "default-deny")
    .flatMap(({ namespace, name, from = [], to = [] }) => [
      ...from.map((flow) => `${namespace}/${name} <- ${writtenFlow(flow)}`),
      ...to.map((flow) => `${namespace}/${name} -> ${writtenFlow(flow)}`),
    ]);
}

export function writtenFlow({ peers, ports, protocols }: Flow): string {
  return `${peers ? peers.map(writtenPeer).join(" ") : "anybody"} :${
    ports?.join(",") ?? "any"
  }${protocols?.join("/") ?? ""}`;
}

export function writtenPeer(peer: Peer): string {
  if ("range" in peer) return peer.except ? `${peer.range} but ${peer.except.join(" ")}` : peer.range;
  return [peer.namespace, ...Object.values(peer.pods ?? {})].join("/");
}
