import { cutPower, loseDisk, restorePower, type Scene } from "../data/strikes";
import { sleepMs, waitUntil } from "../time";
import type { GeoDns } from "./dns";
import type { Country, Stage } from "./stage";

/** The longest that users may be without a success, in seconds. */
export interface Limits {
  /** Without a page or a basket. */
  readonly reads: number;
  /** Without an order. */
  readonly orders: number;
}

export interface Fault {
  readonly name: string;
  readonly title: string;
  /** Part of `--short`. */
  readonly short: boolean;
  /** How many countries, in the order in which the first one's users are led on. */
  readonly strikes: 1 | 2;
  /** From strike to heal. */
  readonly seconds: number;
  /** Of the users of struck countries. Undefined: they are told, and served when it is over. */
  readonly own: Limits | undefined;
  /** Of everybody else. Undefined: the same. */
  readonly others: Limits | undefined;
  /** Whether only what is read goes on elsewhere: pages of struck countries come from the next one in order. */
  readonly inOrder: boolean;
  /** Whether not one request may fail. @default false */
  readonly failsNobody?: boolean;
  readonly strike: (scene: CountryScene) => Promise<void>;
  readonly heal: (scene: CountryScene) => Promise<void>;
}

export interface CountryScene {
  readonly stage: Stage;
  readonly dns: GeoDns;
  readonly struck: readonly Country[];
}

/** DNS leaves an edge out after two failed probes 30 s apart, each of up to 10 s, and resolvers 30 s later. */
const BY_DNS = 30 + 30 + 10 + 30 + 10;
/** A node that is gone is suspected after 3 s; the commit that waited, and the repeated transaction, come on top. */
const WITHOUT_NODE: Limits = { reads: 15, orders: 15 };
const UNTOUCHED: Limits = { reads: 5, orders: 5 };
const LONG_ENOUGH_FOR_DNS = 125;
const DONOR_LIMIT_MS = 120_000;

export const FAULTS: readonly Fault[] = [
  {
    name: "app",
    title: "a country's app killed",
    ...{ short: true, strikes: 1, seconds: 10, inOrder: true },
    own: { reads: 5, orders: 10 },
    others: UNTOUCHED,
    strike: ({ struck }) => eachOf(struck, ({ shop }) => shop.kill()),
    heal: ({ struck }) => eachOf(struck, ({ shop }) => shop.start()),
  },
  {
    name: "release",
    title: "a bad release in one country",
    ...{ short: false, strikes: 1, seconds: 10, inOrder: false },
    own: undefined, // Its probe does not notice, so nobody is sent on: they are told until it is rolled back.
    others: UNTOUCHED,
    strike: ({ struck }) => eachOf(struck, async ({ shop }) => shop.roll("bad")),
    heal: ({ struck }) => eachOf(struck, async ({ shop }) => shop.roll("good")),
  },
  {
    name: "database",
    title: "a country's database node lost",
    ...{ short: false, strikes: 1, seconds: 12, inOrder: false },
    own: WITHOUT_NODE,
    others: WITHOUT_NODE,
    strike: (scene) => cutPower(nodesOf(scene)),
    heal: (scene) => restorePower(nodesOf(scene)),
  },
  {
    name: "edge",
    title: "a country's whole edge lost",
    ...{ short: false, strikes: 1, seconds: LONG_ENOUGH_FOR_DNS, inOrder: false },
    own: { reads: BY_DNS, orders: BY_DNS },
    others: UNTOUCHED,
    strike: ({ stage, struck }) => eachOf(struck, async ({ edge }) => stage.data.network.unplug(edge.machine)),
    heal: ({ stage, struck }) =>
      eachOf(struck, async ({ edge }) => stage.data.network.plugIn(edge.machine, edge.addresses)),
  },
  {
    name: "country",
    title: "a whole country lost",
    ...{ short: true, strikes: 1, seconds: LONG_ENOUGH_FOR_DNS, inOrder: false },
    own: { reads: BY_DNS, orders: BY_DNS },
    others: WITHOUT_NODE,
    strike: loseCountries,
    heal: bringBack,
  },
  {
    name: "split",
    title: "a country cut off from the others, not from its users",
    ...{ short: false, strikes: 1, seconds: 20, inOrder: false },
    own: undefined, // Its database has no quorum. They are told.
    others: WITHOUT_NODE,
    strike: async ({ stage, struck }) => stage.data.wan.cut(struck.map(({ name }) => name)),
    heal: async ({ stage, struck }) => stage.data.wan.join(struck.map(({ name }) => name)),
  },
  {
    name: "evacuated",
    title: "a country evacuated by hand, and led back",
    ...{ short: false, strikes: 1, seconds: 50, inOrder: false },
    own: UNTOUCHED,
    others: UNTOUCHED,
    failsNobody: true,
    strike: evacuate,
    heal: leadBack,
  },
  {
    name: "donor",
    title: "a country lost while another fills a third one's new disk",
    ...{ short: false, strikes: 1, seconds: LONG_ENOUGH_FOR_DNS, inOrder: false },
    own: { reads: BY_DNS, orders: BY_DNS },
    others: { reads: 30, orders: 30 }, // One of them has no node of its own until its copy is there.
    strike: loseCountryOfNoDonor,
    heal: bringBack,
  },
  {
    name: "two",
    title: "two countries lost, back one after the other",
    ...{ short: false, strikes: 2, seconds: LONG_ENOUGH_FOR_DNS, inOrder: false },
    own: undefined, // The third has no quorum: everybody is told.
    others: undefined,
    strike: loseCountries,
    heal: async ({ struck, ...scene }) => {
      for (const one of struck) await bringBack({ ...scene, struck: [one] });
    },
  },
];

/** By the runbook: DNS first, then, when resolvers have asked again, the edge. */
async function evacuate({ dns, struck }: CountryScene): Promise<void> {
  dns.leaveOut(struck.map(({ name }) => name));
  await sleepMs(dns.ttlMs + 2_000);
  await eachOf(struck, async ({ edge, edgeConfig }) => edge.haproxy.reconfigure(edgeConfig("evacuated")));
}

async function leadBack({ dns, struck }: CountryScene): Promise<void> {
  await eachOf(struck, async ({ edge, edgeConfig }) => edge.haproxy.reconfigure(edgeConfig("in service")));
  dns.leaveOut([]);
}

async function eachOf(struck: readonly Country[], act: (country: Country) => Promise<void>): Promise<void> {
  await Promise.all(struck.map(act));
}

function nodesOf({ stage, struck }: CountryScene): Scene {
  const names = struck.map(({ name }) => name);
  const nodes = stage.data.nodes.filter(({ instance }) => names.includes(instance.country));
  return { stage: stage.data, struck: nodes, struckCountries: names };
}

/** A silent loss of power: the network is gone first. */
async function loseCountries(scene: CountryScene): Promise<void> {
  const { stage, struck } = scene;
  for (const { edge, shopMachine, brokerMachine } of struck) {
    for (const { machine } of [edge, shopMachine, brokerMachine]) stage.data.network.unplug(machine);
  }
  await Promise.all([
    cutPower(nodesOf(scene)),
    eachOf(struck, async ({ shop, broker }) => {
      await Promise.all([broker.powerOff(), shop.kill()]);
    }),
  ]);
}

/** Everything boots at once, as when the power is back. */
async function bringBack(scene: CountryScene): Promise<void> {
  const { stage, struck } = scene;
  for (const { edge, shopMachine, brokerMachine } of struck) {
    for (const { machine, addresses } of [edge, shopMachine, brokerMachine]) {
      stage.data.network.plugIn(machine, addresses);
    }
  }
  for (const { broker } of struck) broker.powerOn();
  await restorePower(nodesOf(scene));
  await eachOf(struck, ({ shop }) => shop.start());
}

/** Another country's node gets an empty disk; once a donor fills it, the struck country is lost, unless it is the donor. */
async function loseCountryOfNoDonor(scene: CountryScene): Promise<void> {
  const { data } = scene.stage;
  const own = nodesOf(scene);
  const receiver = data.nodes.find(({ instance }) => !own.struckCountries.includes(instance.country));
  if (!receiver) throw new Error("no other country has a database node");
  await loseDisk({ stage: data, struck: [receiver], struckCountries: [receiver.instance.country] });
  receiver.machine.powerOn();
  await waitUntil("another country's node is a donor", DONOR_LIMIT_MS, async () => {
    const views = await Promise.all(data.nodes.map(async (node) => ({ node, view: await node.probe.view() })));
    const donor = views.find(({ view }) => view?.state.startsWith("Donor"));
    return donor !== undefined && !own.struck.includes(donor.node);
  });
  await loseCountries(scene);
}
