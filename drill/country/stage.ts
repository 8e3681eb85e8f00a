import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { planAddresses } from "../../config/address-plan";
import { blockAround, dotted, rangeOf } from "../../config/cidr";
import { getOrThrow } from "../../config/get-or-throw";
import type { Topology } from "../../config/topology";
import { renderHaproxyConfig } from "../../constructs/edge/render-haproxy";
import { edgeSettings } from "../../settings/edge";
import { connectionOptions } from "../data/client";
import { realRoundTrips } from "../data/round-trips";
import { type Stage as DataStage, type EdgeMachine, type StageProps, setStage as setDataStage } from "../data/stage";
import { readEdgeConfig, shopHostOf } from "../edge/synthesized-config";
import { Broker } from "../queue/broker";
import { PASSWORDS, readBroker } from "../queue/synthesized-broker";
import { GeoDns, readDns } from "./dns";
import { Shop } from "./shop";
import { Users } from "./users";

/** A whole country but its database node: where it stands, and its shop, broker and users. */
export interface Country {
  readonly name: string;
  readonly edge: EdgeMachine;
  /** Configuration of its edge, in service or evacuated. */
  readonly edgeConfig: (state: "in service" | "evacuated") => string;
  readonly shop: Shop;
  readonly shopMachine: { readonly machine: string; readonly addresses: readonly string[] };
  readonly broker: Broker;
  readonly brokerMachine: { readonly machine: string; readonly addresses: readonly string[] };
}

/** Everything real at once: the data drill's edges and databases, and each country's shop, broker, users and DNS. */
export interface Stage {
  readonly data: DataStage;
  readonly countries: ReadonlyMap<string, Country>;
}

/** Port that ingress-nginx listens on behind the edges. */
const INGRESS_PORT = 80;

const TABLES = [
  "CREATE TABLE products (id INT PRIMARY KEY, price INT NOT NULL)",
  `INSERT INTO products VALUES ${Array.from({ length: 100 }, (_, id) => `(${id}, ${1000 + id})`).join(", ")}`,
  "CREATE TABLE baskets (id VARCHAR(80) PRIMARY KEY, version INT NOT NULL)",
  "CREATE TABLE orders (id VARCHAR(120) PRIMARY KEY, country VARCHAR(40) NOT NULL)",
  "CREATE TABLE outbox (id VARCHAR(120) PRIMARY KEY, country VARCHAR(40) NOT NULL)",
  "CREATE TABLE fulfilments (id VARCHAR(120) PRIMARY KEY, country VARCHAR(40) NOT NULL)",
];

/** Boots the machines; databases and brokers do not run yet. */
export async function setStage(props: StageProps & { readonly acknowledgesEarly: boolean }): Promise<Stage> {
  const { topology, synth, supervisor, searchPath } = props;
  const data = await setDataStage(props);
  data.wan.setRoundTrips(realRoundTrips(data.countries));
  const plan = planAddresses(topology);
  const countries = data.countries.map((name): [string, Country] => {
    const { fixed } = getOrThrow(plan, name);
    const place = (what: string, address: string) => {
      const machine = `${name}-${what}`;
      data.network.add({ name: machine, country: name, addresses: [address] });
      return { machine, addresses: [address] };
    };
    const shopMachine = place("shop", getOrThrow(fixed, "ingress").address);
    const brokerMachine = place("broker", getOrThrow(fixed, "rabbitmq").address);
    const [brokerAddress = ""] = brokerMachine.addresses;
    const broker = new Broker({
      ...{ name: brokerMachine.machine, address: brokerAddress, members: [brokerAddress], searchPath },
      root: join(supervisor.directory, brokerMachine.machine),
      synthesized: readBroker(synth, name),
      within: data.network.within(brokerMachine.machine),
    });
    const shop = new Shop(supervisor, data.network.within(shopMachine.machine), () => ({
      country: name,
      address: String(shopMachine.addresses[0]),
      port: INGRESS_PORT,
      entrance: data.entrance(name),
      broker: { address: brokerAddress, password: PASSWORDS.app, queue: readBroker(synth, name).queue },
      acknowledgesEarly: props.acknowledgesEarly,
    }));
    const edgeConfig: Country["edgeConfig"] = (state) => renderEdge(topology, name, state === "evacuated");
    return [name, { name, edge: getOrThrow(data.edges, name), edgeConfig, shop, shopMachine, broker, brokerMachine }];
  });
  supervisor.atEnd(async () => {
    await Promise.all(countries.map(([, { broker }]) => broker.powerOff()));
  });
  return { data, countries: new Map(countries) };
}

/** As a synthesis of the topology with that country evacuated would have it. */
function renderEdge(topology: Topology, country: string, isEvacuated: boolean): string {
  const { state: _, ...entry } = getOrThrow(topology.countries, country);
  const changed = isEvacuated ? { ...entry, state: "evacuated" as const } : entry;
  const after = { ...topology, countries: { ...topology.countries, [country]: changed } };
  return renderHaproxyConfig(edgeSettings(after, planAddresses(after), country).haproxy);
}

/** Makes the shop's tables. The databases must serve. */
export async function makeTables({ data }: Stage): Promise<void> {
  const rows = await query(data, data.countries[0] ?? "", TABLES);
  if (rows.length !== TABLES.length) throw new Error("the shop has no tables");
}

/** Runs statements by way of a country's apps. @returns the rows of each */
export async function query(data: DataStage, country: string, statements: readonly string[]): Promise<unknown[]> {
  const connection = await createConnection(connectionOptions(data.entrance(country)));
  try {
    const results: unknown[] = [];
    for (const statement of statements) results.push((await connection.query(statement))[0]);
    return results;
  } finally {
    connection.destroy();
  }
}

/** Users of every country, and the DNS that leads them. */
export async function openShop(
  stage: Stage,
  props: StageProps,
  perSecond: number,
): Promise<{ users: Users[]; dns: GeoDns }> {
  const { topology, synth, supervisor } = props;
  const settings = readDns(synth);
  const certificates = Object.values(stage.data.edges).map(({ certificate }) => certificate);
  const users: Users[] = [];
  for (const name of stage.countries.keys()) {
    const machine = `${name}-users`;
    stage.data.network.add({ name: machine, country: name, addresses: [usersAddress(topology, name)] });
    const host = shopHostOf(readEdgeConfig(synth, name).text);
    const setup = { country: name, host, certificates, perSecond, ttlMs: settings.ttlMs };
    users.push(await Users.arrive(supervisor, stage.data.network.within(machine), setup));
  }
  const lead = () => {
    for (const each of users) each.tell({ address: dns.answer(each.country) });
  };
  const edges = [...stage.countries.values()].map(({ name, edge }) => ({
    country: name,
    address: edge.addresses[0] ?? "",
  }));
  const dns: GeoDns = new GeoDns(
    settings,
    edges,
    (country) => nearest(stage.data.countries, country),
    () => lead(),
  );
  lead();
  return { users, dns };
}

/** The address plan leaves the last /16 of each country free. */
function usersAddress(topology: Topology, country: string): string {
  const { last } = rangeOf(getOrThrow(planAddresses(topology), country).block);
  return dotted(blockAround({ first: last, last }, 24).first + 10);
}

/** As far as packets travel. */
function nearest(countries: readonly string[], country: string): string[] {
  const trips = realRoundTrips(countries);
  const distance = (other: string) =>
    other === country
      ? 0
      : (trips.find(({ between }) => between.includes(country) && between.includes(other))?.milliseconds ?? 0);
  return [...countries].sort((a, b) => distance(a) - distance(b));
}
