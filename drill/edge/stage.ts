import { EDGE_PORTS } from "../../config/ports";
import { makeCertificate } from "../certificate";
import { Haproxy } from "../haproxy";
import type { Supervisor } from "../supervisor";
import { type LoadTarget, makeClient } from "./client";
import { Ingress } from "./ingress";
import { edgeAddressBeside, loopbackAddress, ontoLoopback } from "./loopback";
import { NetworkCut } from "./network-cut";
import { renderPlainConfig } from "./plain-config";
import { type EdgeConfig, type ServerLine, serversOf, shopHostOf } from "./synthesized-config";

export interface StageProps {
  readonly supervisor: Supervisor;
  readonly programs: { readonly haproxy: string; readonly openssl: string; readonly nft: string | undefined };
  /** One configuration per country, as synthesized. */
  readonly configs: readonly EdgeConfig[];
  /** Pods that an ingress tries for one request. */
  readonly ingressTries: number;
  /** True within a network namespace that nobody else uses. */
  readonly isIsolated: boolean;
  /** The country whose edge is run a second time with the plain configuration. @default none */
  readonly plainCountry?: string;
}

/** A HAProxy and where its users find it. */
export interface Edge {
  readonly country: string;
  readonly haproxy: Haproxy;
  readonly target: LoadTarget;
  /** Where its health is asked for. */
  readonly healthPort: number;
}

/** The whole system on one machine: every country's edge and ingress, all real but for the app. */
export interface Stage {
  readonly edges: readonly Edge[];
  /** Edges with the plain configuration: one or none. */
  readonly plainEdges: readonly Edge[];
  readonly ingresses: ReadonlyMap<string, Ingress>;
  /** Missing when the machine does not let us drop packets. */
  readonly network?: NetworkCut;
}

/** Hosts of the edge subnet: the first machine, and the plain comparison that is not in the estate. */
const EDGE_HOST = 2;
const PLAIN_HOST = 3;
/** Outside a namespace of our own ports below 1024 are not ours, and others may use them. */
const SHARED_PORT_OFFSET = 20_000;
/** At the fastest rate each stays below what the edge lets one address ask for. */
const CLIENTS_PER_EDGE = 10;

/** Starts everything. What was started belongs to the supervisor, also when this fails half way. */
export async function setStage(props: StageProps): Promise<Stage> {
  const { supervisor, programs, configs, ingressTries, isIsolated, plainCountry } = props;
  const portOffset = isIsolated ? 0 : SHARED_PORT_OFFSET;
  const ingresses = ingressServers(configs).map(
    ({ country, address, port }) =>
      new Ingress(supervisor, {
        ...{ country, address: loopbackAddress(address), port: port + portOffset, tries: ingressTries },
      }),
  );
  await Promise.all(ingresses.map((ingress) => ingress.start()));

  const [first] = configs;
  if (!first) throw new Error("there is no edge to drill");
  const host = shopHostOf(first.text);
  const certificate = makeCertificate(programs.openssl, supervisor.directory, host);
  const shared = { supervisor, program: programs.haproxy, host, certificate, portOffset };
  const plainConfigs = configs
    .filter(({ country }) => country === plainCountry)
    .map(({ country, text }) => ({ country, text: renderPlainConfig({ host, servers: serversOf(text) }) }));
  const [edges, plainEdges] = await Promise.all([
    Promise.all(configs.map((config) => startEdge(config, { ...shared, name: config.country, edgeHost: EDGE_HOST }))),
    Promise.all(plainConfigs.map((config) => startEdge(config, { ...shared, name: "plain", edgeHost: PLAIN_HOST }))),
  ]);
  const network = isIsolated && programs.nft ? NetworkCut.prepare(programs.nft) : undefined;
  return {
    edges,
    plainEdges,
    ingresses: new Map(ingresses.map((ingress) => [ingress.place.country, ingress])),
    ...(network && { network }),
  };
}

interface EdgeSetup {
  readonly supervisor: Supervisor;
  readonly program: string;
  readonly name: string;
  readonly host: string;
  readonly certificate: string;
  readonly portOffset: number;
  /** Its place in the country's edge subnet. */
  readonly edgeHost: number;
}

async function startEdge({ country, text }: EdgeConfig, setup: EdgeSetup): Promise<Edge> {
  const { supervisor, program, name, host, certificate, portOffset, edgeHost } = setup;
  const own = serversOf(text).find((server) => server.country === country);
  if (!own) throw new Error(`the edge of ${country} does not know its own ingress`);
  const address = edgeAddressBeside(own.address, edgeHost);
  const config = ontoLoopback(text, { address, portOffset });
  const haproxy = await Haproxy.start(supervisor, { program, name, config, certificate, edgeAddress: address });
  const clients = Array.from({ length: CLIENTS_PER_EDGE }, (_, index) => makeClient(beside(address, index + 1), index));
  const target = {
    ...{ edge: name, address, port: EDGE_PORTS.https + portOffset, host, certificate, clients },
    attacker: beside(address, CLIENTS_PER_EDGE + 1),
  };
  return { country, haproxy, target, healthPort: EDGE_PORTS.health + portOffset };
}

/** Every ingress that any edge sends to. @throws Error when two edges disagree about where one stands */
function ingressServers(configs: readonly EdgeConfig[]): ServerLine[] {
  const servers = new Map<string, ServerLine>();
  for (const server of configs.flatMap(({ text }) => serversOf(text))) {
    const known = servers.get(server.country) ?? server;
    if (known.address !== server.address || known.port !== server.port) {
      throw new Error(`the ingress of ${server.country} stands at ${known.address} and at ${server.address}`);
    }
    servers.set(server.country, server);
  }
  return [...servers.values()];
}

/** A source address beside the edge: the same block, a subnet that the estate leaves free. */
function beside(edgeAddress: string, number: number): string {
  const [, block, , host] = edgeAddress.split(".");
  return `127.${block}.20${host}.${number}`;
}
