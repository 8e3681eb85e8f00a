import { type Connection, type End, judge, type Policing } from "./judge";
import type { Pod } from "./kubernetes";

/** A number, the name of a port of the pod that takes, or a number of UDP. */
export type Port = number | string | { readonly udp: number };

/** Each of the first may connect to each of the second, at these ports; without ports at all that a pod listens on. */
export type FlowRow<Name extends string = string> = readonly [
  from: Name | readonly Name[],
  to: Name | readonly Name[],
  ...ports: readonly Port[],
];

/** Who talks to whom in a cluster, by name. Whatever no row names must not pass. */
export interface FlowTable<Name extends string = string> {
  readonly pods: Readonly<Partial<Record<Name, Pod>>>;
  /** Outside the cluster; the text `node` is any of its nodes. */
  readonly addresses: Readonly<Partial<Record<Name, string>>>;
  /** Addresses of load balancers, which take connections and never make any. */
  readonly servers: Readonly<Partial<Record<Name, string>>>;
  /** What the estate needs. */
  readonly needed: readonly FlowRow<Name>[];
  /** What passes beside it, because a policy is for a namespace and not for one pod. */
  readonly tolerated: readonly FlowRow<Name>[];
}

/** One flow of a table. */
export interface NamedFlow extends Connection {
  /** `from -> to:port` */
  readonly name: string;
}

/** Every flow of some rows. @throws Error when a row names what the table has not */
export function flowsOf(table: FlowTable, rows: readonly FlowRow[]): NamedFlow[] {
  return rows.flatMap(([from, to, ...ports]) =>
    [to]
      .flat()
      .flatMap((taker) =>
        (ports.length > 0 ? ports : Object.keys(podOf(table, taker).ports)).flatMap((port) =>
          [from].flat().map((sender) => namedFlow(table, sender, taker, port)),
        ),
      ),
  );
}

/** Every flow that there could be: all pods and addresses to all pods, and to all addresses at the ports of any. */
function possibleFlows(table: FlowTable): NamedFlow[] {
  const pods = Object.keys(table.pods);
  const addresses = Object.keys(table.addresses);
  const outside = [...addresses, ...Object.keys(table.servers)];
  const ports = [...table.needed, ...table.tolerated]
    .filter(([, to]) => [to].flat().some((name) => outside.includes(name)))
    .flatMap(([, , ...ports]) => ports);
  const rows: FlowRow[] = [
    [[...pods, ...addresses], pods],
    // What GKE's own pods send is its own business.
    [pods.filter((name) => podOf(table, name).namespace !== "kube-system"), outside, ...ports],
  ];
  return unique(flowsOf(table, rows)).filter(({ from, to }) => from !== to || from === "node");
}

export interface FlowReport {
  /** Number of flows that were judged: those that must pass and those that must not. */
  readonly judged: { readonly passing: number; readonly forbidden: number };
  /** Each flow that does not go as the table says. */
  readonly problems: readonly string[];
}

/** Judges every possible flow of a table: what it names passes, and nothing else. */
export function judgeTable(table: FlowTable, policing: Policing): FlowReport {
  const named = unique([...flowsOf(table, table.needed), ...flowsOf(table, table.tolerated)]);
  const names = new Set(named.map(({ name }) => name));
  const others = possibleFlows(table).filter(({ name }) => !names.has(name));
  return {
    judged: { passing: named.length, forbidden: others.length },
    problems: [
      ...named.flatMap((flow) => {
        const verdict = judge(flow, policing);
        return verdict === "passes" ? [] : [`${flow.name} ${verdict}`];
      }),
      ...others.flatMap((flow) =>
        judge(flow, policing) === "passes" ? [`${flow.name} passes, and is not named`] : [],
      ),
    ],
  };
}

function namedFlow(table: FlowTable, from: string, to: string, port: Port): NamedFlow {
  const protocol = typeof port === "object" ? "UDP" : "TCP";
  const number = typeof port === "object" ? port.udp : typeof port === "number" ? port : podOf(table, to).ports[port];
  if (number === undefined) throw new Error(`${to} has no port "${port}"`);
  const name = `${from} -> ${to}:${number}${protocol === "UDP" ? "/UDP" : ""}`;
  return { name, from: endOf(table, from), to: endOf(table, to), port: number, protocol };
}

function endOf({ pods, addresses, servers }: FlowTable, name: string): End {
  const pod = pods[name];
  if (pod) return pod;
  const address = addresses[name] ?? servers[name];
  if (address === undefined) throw new Error(`no pod and no address is called "${name}"`);
  return address === "node" ? "node" : { address };
}

function podOf({ pods }: FlowTable, name: string): Pod {
  const pod = pods[name];
  if (!pod) throw new Error(`no pod is called "${name}": a flow to an address needs a number as its port`);
  return pod;
}

function unique(flows: readonly NamedFlow[]): NamedFlow[] {
  return [...new Map(flows.map((flow) => [flow.name, flow])).values()];
}
