import { chmodSync } from "node:fs";
import { join } from "node:path";
import { planAddresses } from "../../config/address-plan";
import { getOrThrow } from "../../config/get-or-throw";
import { hosts } from "../../config/names";
import type { Topology } from "../../config/topology";
import { makeCertificate } from "../certificate";
import { readEdgeConfig, shopHostOf } from "../edge/synthesized-config";
import { Haproxy } from "../haproxy";
import type { Supervisor } from "../supervisor";
import { waitUntil } from "../time";
import type { Entrance } from "./client";
import { type DatabaseCloud, startDatabaseCloud } from "./cloud";
import { DatabaseMachine } from "./machine";
import { DRILL_ADDRESS, Network } from "./network";
import { Probe, type View } from "./probe";
import { type DatabaseInstance, readDatabaseInstances, settingsReader } from "./synthesized-database";
import { Wan } from "./wan";

export interface StageProps {
  readonly supervisor: Supervisor;
  readonly topology: Topology;
  /** Output folder of `npm run synth`. */
  readonly synth: string;
  readonly programs: { readonly haproxy: string; readonly openssl: string; readonly ip: string };
  /** Search path for programs. */
  readonly searchPath: string;
}

/** One node of the cluster on its machine. */
export interface Node {
  readonly instance: DatabaseInstance;
  readonly machine: DatabaseMachine;
  readonly probe: Probe;
}

/** A country's HAProxy, alone in its group. */
export interface EdgeMachine {
  /** Name on its network. */
  readonly machine: string;
  /** The machine's own, then the database load balancer's. */
  readonly addresses: readonly string[];
  /** The certificate that the shop's users see, in PEM. */
  readonly certificate: string;
  readonly haproxy: Haproxy;
}

/** The whole system on one machine: every country's real database and HAProxy, on their own network. */
export interface Stage {
  readonly countries: readonly string[];
  readonly edges: Readonly<Record<string, EdgeMachine>>;
  readonly nodes: readonly Node[];
  readonly network: Network;
  readonly wan: Wan;
  readonly cloud: DatabaseCloud;
  /** The app's. */
  readonly schema: string;
  /** Whether the cluster has created the app's account. */
  isInitialized(): boolean;
  /** How a country's apps reach the database. @throws Error before the cluster is initialized */
  entrance(country: string): Entrance;
}

/** Host number of the first HAProxy machine in the edge subnet. */
const EDGE_HOST = 2;

/** Boots every machine but starts no servers. The supervisor owns everything that was started. */
export async function setStage(props: StageProps): Promise<Stage> {
  const { supervisor, topology, synth, programs, searchPath } = props;
  const countries = Object.keys(topology.countries);
  const plan = planAddresses(topology);
  const blocks = Object.fromEntries(countries.map((country) => [country, getOrThrow(plan, country).block]));
  const instances = countries.flatMap((country) => readDatabaseInstances(synth, country));

  chmodSync(supervisor.directory, 0o755); // The servers' user must pass through.
  const network = new Network(programs.ip, blocks);
  const wan = await Wan.open(supervisor, blocks);
  network.routeAbroad();
  const cloud = await startDatabaseCloud(DRILL_ADDRESS);
  makeSecrets(cloud, instances);
  const nodes = instances.map((instance) => placeNode(instance, { network, cloud, supervisor, searchPath }));
  for (const { machine } of nodes) await machine.boot();
  const edges = new Map<string, EdgeMachine>();
  for (const country of countries) edges.set(country, await startEdge(country, props, network));
  const account = appAccount(instances, cloud);
  return {
    countries,
    edges: Object.fromEntries(edges),
    nodes,
    network,
    wan,
    cloud,
    schema: account.schema,
    isInitialized: () => Object.values(account.secrets()).every((secret) => secret !== undefined),
    entrance: (country) => entranceOf(country, props, account),
  };
}

/** Resolves once all nodes are synced members of one primary component. */
export function untilSynced(nodes: readonly Node[], limitMs: number): Promise<void> {
  return waitUntil("every node is synced", limitMs, async () => {
    const views = await Promise.all(nodes.map(({ probe }) => probe.view()));
    return views.every((view) => isSynced(view) && view?.members.length === nodes.length);
  });
}

export function isSynced(view: View | undefined): boolean {
  return view?.status === "Primary" && view.state === "Synced";
}

function makeSecrets(cloud: DatabaseCloud, instances: readonly DatabaseInstance[]): void {
  for (const { metadata } of instances) {
    for (const [, secret = ""] of metadata["database-environment"].matchAll(/^DATABASE_SECRET_\w+="(.*)"$/gm)) {
      cloud.secrets.set(secret, []);
    }
  }
}

interface Surroundings {
  readonly network: Network;
  readonly cloud: DatabaseCloud;
  readonly supervisor: Supervisor;
  readonly searchPath: string;
}

function placeNode(instance: DatabaseInstance, { network, cloud, supervisor, searchPath }: Surroundings): Node {
  const { name, country, address, metadata } = instance;
  network.add({ name, country, addresses: [address] });
  const machine = new DatabaseMachine({
    name,
    address,
    cloud,
    searchPath,
    metadata: () => metadata,
    root: join(supervisor.directory, name),
    within: network.within(name),
  });
  supervisor.atEnd(async () => {
    await machine.powerOff();
    machine.removeSmallDisk();
  });
  return { instance, machine, probe: new Probe(machine.socket) };
}

/** A country's HAProxy with its complete synthesized configuration; the ingresses do not exist here. */
async function startEdge(country: string, props: StageProps, network: Network): Promise<EdgeMachine> {
  const { supervisor, topology, synth, programs } = props;
  const { text } = readEdgeConfig(synth, country);
  const { subnets, fixed } = getOrThrow(planAddresses(topology), country);
  const edgeAddress = subnets.edge.replace(/\.\d+\/\d+$/, `.${EDGE_HOST}`);
  const name = `${country}-edge`;
  const addresses = [edgeAddress, getOrThrow(fixed, "database").address];
  network.add({ name, country, addresses });
  const certificate = makeCertificate(programs.openssl, supervisor.directory, shopHostOf(text));
  const within = network.within(name);
  const haproxy = await Haproxy.start(supervisor, {
    program: programs.haproxy,
    name,
    config: text,
    certificate,
    edgeAddress,
    within,
  });
  return { machine: name, addresses, certificate, haproxy };
}

/** The apps' login, as named in the machines' settings. */
function appAccount(instances: readonly DatabaseInstance[], { secrets }: DatabaseCloud) {
  const [first] = instances;
  if (!first) throw new Error("no country has a database machine");
  const setting = settingsReader(first.metadata["database-environment"], "the database's metadata");
  const latest = (name: string) => secrets.get(setting(name))?.at(-1);
  return {
    user: setting("APP_USER"),
    schema: setting("SCHEMA"),
    /** Set once the cluster is initialized. */
    secrets: () => ({ password: latest("SECRET_APP_PASSWORD"), ca: latest("SECRET_CA_CERTIFICATE") }),
  };
}

type AppAccount = ReturnType<typeof appAccount>;

function entranceOf(country: string, { topology }: StageProps, account: AppAccount): Entrance {
  const { user, schema } = account;
  const { password, ca } = account.secrets();
  if (password === undefined || ca === undefined) throw new Error("the cluster is not initialized: apps cannot log in");
  return {
    country,
    host: hosts.internal(topology.domain, country, "database"),
    address: getOrThrow(getOrThrow(planAddresses(topology), country).fixed, "database").address,
    user,
    schema,
    password,
    ca,
  };
}
