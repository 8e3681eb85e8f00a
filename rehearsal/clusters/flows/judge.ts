import { contains, rangeOf } from "../../../config/cidr";
import {
  type Labels,
  type NetworkPolicy,
  type Pod,
  type PolicyPeer,
  type PolicyPort,
  type PolicyRule,
  selects,
} from "./kubernetes";

/** A pod, an address outside the cluster, or a node of it. */
export type End = Pod | { readonly address: string } | "node";

export interface Connection {
  readonly from: End;
  readonly to: End;
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
}

/** What decides in a cluster. */
export interface Policing {
  readonly policies: readonly NetworkPolicy[];
  /** Labels of each namespace. */
  readonly namespaces: Readonly<Record<string, Labels>>;
}

/** Why a connection does not come about. */
export type Verdict = "passes" | "may not be sent" | "may not be taken";

/**
 * Whether the policies let a connection pass, by Kubernetes' rules and Dataplane V2's two of its own: a range matches
 * neither pods nor nodes, and what runs on a node's own address is never policed.
 */
export function judge(connection: Connection, policing: Policing): Verdict {
  const { from, to } = connection;
  if (!passesAt(from, to, "Egress", connection, policing)) return "may not be sent";
  return passesAt(to, from, "Ingress", connection, policing) ? "passes" : "may not be taken";
}

function passesAt(
  end: End,
  other: End,
  direction: "Ingress" | "Egress",
  connection: Connection,
  { policies, namespaces }: Policing,
): boolean {
  const pod = policedPod(end);
  if (!pod) return true;
  const own = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === pod.namespace &&
      spec.policyTypes.includes(direction) &&
      selects(spec.podSelector, pod.labels),
  );
  const rules = own.flatMap(({ spec }) => (direction === "Ingress" ? spec.ingress : spec.egress) ?? []);
  const isPeer = (peer: PolicyPeer) => covers(peer, pod.namespace, other, namespaces);
  return own.length === 0 || rules.some((rule) => allowsPort(rule, connection) && allowsPeer(rule, isPeer));
}

function policedPod(end: End): Pod | undefined {
  return end === "node" || "address" in end || end.isOnHost ? undefined : end;
}

function allowsPort({ ports = [] }: PolicyRule, connection: Connection): boolean {
  return ports.length === 0 || ports.some((port) => isPort(port, connection));
}

function allowsPeer({ from, to }: PolicyRule, isPeer: (peer: PolicyPeer) => boolean): boolean {
  const peers = from ?? to ?? [];
  return peers.length === 0 || peers.some(isPeer);
}

function isPort({ port, endPort, protocol = "TCP" }: PolicyPort, connection: Connection): boolean {
  if (protocol !== connection.protocol) return false;
  if (port === undefined) return true;
  const first = portNumber(port, connection.to);
  return first !== undefined && first <= connection.port && connection.port <= (endPort ?? first);
}

/** Text may be a number, as Terraform writes it, or name one of the taker's ports. */
function portNumber(port: number | string, taker: End): number | undefined {
  if (Number.isInteger(Number(port))) return Number(port);
  return policedPod(taker)?.ports[port];
}

/** @param own the policy's namespace, which a peer that names none is in */
function covers(peer: PolicyPeer, own: string, end: End, namespaces: Policing["namespaces"]): boolean {
  if (peer.ipBlock) {
    const { cidr, except = [] } = peer.ipBlock;
    if (end === "node" || !("address" in end)) return false;
    const address = rangeOf(`${end.address}/32`);
    return contains(rangeOf(cidr), address) && !except.some((range) => contains(rangeOf(range), address));
  }
  const pod = policedPod(end);
  if (!pod) return false;
  const isInNamespace = peer.namespaceSelector
    ? selects(peer.namespaceSelector, namespaces[pod.namespace] ?? {})
    : pod.namespace === own;
  return isInNamespace && selects(peer.podSelector ?? {}, pod.labels);
}
