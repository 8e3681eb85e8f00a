import { DATABASE_RIGHT, EDGE_PORTS, replicationY } from "./edge-section";
import { X } from "./grid";
import type { Route, Tap } from "./lanes";
import type { Country, Picture } from "./picture";
import { SITE_PORTS } from "./site-section";

/** Where a country stands on the sheet. */
export interface Slot {
  readonly row: number;
  /** Its left border. */
  readonly x: number;
  readonly colour: string;
}

/** Where lines end when only their number is asked for. */
const NOWHERE: Ends = { edgeBottom: 0, ingress: 0, databases: 0, agentBottom: 0, site: 0 };

/** Where lines end, from the top of a row of countries. */
export interface Ends {
  readonly edgeBottom: number;
  readonly ingress: number;
  readonly databases: number;
  readonly agentBottom: number;
  readonly site: number;
}

export const REPLICATION_COLOUR = "#2e7d32";
/** Room between the first line into an ingress and the card's side. */
const FIRST_PORT = 12;
/** From there to the last one, which leaves room for what is written beside the app's line. */
const PORTS_WIDTH = 100;

/** Where the line from edge number `index` of `total` reaches an ingress, from the country's left border. */
export function ingressPort(index: number, total: number): number {
  return X.left + FIRST_PORT + index * Math.min(24, PORTS_WIDTH / Math.max(1, total - 1));
}

/** Lines between countries that run between edges and clusters: failover, far databases, replication. */
export function upperRoutes({ countries }: Picture, slots: ReadonlyMap<string, Slot>, ends = NOWHERE): Route[] {
  const routes = [
    ...countries.map((country) => failoverRoute(country, countries, slots, ends)),
    ...countries.map((country) => farDatabaseRoute(country, countries, slots, ends)),
    ...replicationRoutes(countries, slots, ends),
  ];
  return routes.filter(({ taps }) => taps.length > 1);
}

/** From an edge to the other countries' ingresses, numbered in the order in which it asks them. */
function failoverRoute(
  { name, edge }: Country,
  countries: readonly Country[],
  slots: ReadonlyMap<string, Slot>,
  { edgeBottom, ingress }: Ends,
): Route {
  const taps = (edge?.reads ?? []).flatMap((asked, place): Tap[] => {
    const others = countries.map((each) => each.name).filter((each) => each !== asked);
    const x = ingressPort(1 + others.indexOf(name), countries.length);
    return asked === name
      ? []
      : tapAt(slots.get(asked), { x, y: ingress, hasArrow: true, ...(place > 0 && { badge: place }) });
  });
  return routeFrom(name, "backup", slots, { x: EDGE_PORTS.backups, y: edgeBottom }, taps);
}

/** From an edge whose country has no database to the one that it asks first. */
function farDatabaseRoute(
  { name, edge }: Country,
  countries: readonly Country[],
  slots: ReadonlyMap<string, Slot>,
  { edgeBottom, databases: y }: Ends,
): Route {
  const [first] = edge?.database ?? [];
  const owner = countries.find((each) => each.databases.some(({ title }) => title === first));
  const x = EDGE_PORTS.database + 14 * (1 + countries.findIndex((each) => each.name === name));
  const taps =
    owner && owner.name !== name
      ? tapAt(slots.get(owner.name), { x: Math.min(x, DATABASE_RIGHT - 8), y, hasArrow: true })
      : [];
  return routeFrom(name, "plain", slots, { x: EDGE_PORTS.database, y: edgeBottom }, taps);
}

/** One route for all nodes that name the same members: nodes that do not know each other show as two. */
function replicationRoutes(
  countries: readonly Country[],
  slots: ReadonlyMap<string, Slot>,
  { databases: top }: Ends,
): Route[] {
  const clusters = new Map<string, Tap[]>();
  for (const { name, databases } of countries) {
    databases.forEach(({ members }, index) => {
      const slot = slots.get(name);
      const y = top + replicationY(databases, index);
      const turnTo = (slot?.x ?? 0) + DATABASE_RIGHT;
      const taps = tapAt(slot, { x: EDGE_PORTS.replication, y, hasArrow: true, turnTo });
      clusters.set(members, [...(clusters.get(members) ?? []), ...taps]);
    });
  }
  return [...clusters.values()].map((taps) => ({ stroke: "replication", colour: REPLICATION_COLOUR, taps }));
}

/** From agents that push to another country's site. */
export function lowerRoutes({ countries }: Picture, slots: ReadonlyMap<string, Slot>, ends = NOWHERE): Route[] {
  const far = countries.map(({ name, cluster }, index) => {
    const pushed = new Set(cluster?.agent?.pushesTo.map(({ country }) => country));
    const others = countries.filter((each) => each.site && each.name !== name && pushed.has(each.name));
    const x = SITE_PORTS.prometheus + 9 * (1 + index);
    const taps = others.flatMap((other) => tapAt(slots.get(other.name), { x, y: ends.site, hasArrow: true }));
    return routeFrom(name, "plain", slots, { x: agentPort(1), y: ends.agentBottom }, taps);
  });
  return far.filter(({ taps }) => taps.length > 1);
}

/** Where the agent's lines leave: to logs, to metrics, to the archive. */
export function agentPort(index: number): number {
  return X.left + 34 + index * 24;
}

function routeFrom(
  name: string,
  stroke: Route["stroke"],
  slots: ReadonlyMap<string, Slot>,
  source: Pick<Tap, "x" | "y">,
  taps: readonly Tap[],
): Route {
  const slot = slots.get(name);
  const start = taps.length > 0 ? tapAt(slot, { ...source, hasArrow: false }) : [];
  return { stroke, colour: slot?.colour ?? "", taps: [...start, ...taps] };
}

/** A tap of a country, whose x counts from its left border. */
function tapAt(slot: Slot | undefined, tap: Omit<Tap, "row">): Tap[] {
  return slot ? [{ ...tap, row: slot.row, x: slot.x + tap.x }] : [];
}
