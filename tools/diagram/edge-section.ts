import { GAP, INNER_WIDTH, INSET, LANE, tallest, X } from "./grid";
import type { Country, DatabaseNode, Item } from "./picture";
import { cardHeight, type Point, type Sheet } from "./sheet";

const DATABASE = { x: 212, width: 222 } as const;
/** Where lines meet the edge and the databases, from the country's left border. */
export const EDGE_PORTS = { backups: X.aisle, database: 323, replication: 442 } as const;
/** Right side of the databases. */
export const DATABASE_RIGHT = DATABASE.x + DATABASE.width;

export function edgeHeight(countries: readonly Country[]): number {
  return tallest(INNER_WIDTH, countries.map(edgeItem));
}

/** What stands above the cluster at the right, one node below the other. */
export function databasesHeight(countries: readonly Country[]): number {
  return Math.max(0, ...countries.map(({ databases }) => databases.length * (nodeHeight(databases) + GAP)));
}

export function drawEdge(sheet: Sheet, country: Country, colour: string, [x, y]: Point, height: number): void {
  const item = edgeItem(country);
  if (!item) return;
  const place = { x: x + INSET, y, width: INNER_WIDTH, height };
  sheet.card(`${country.name}/edge`, "card", colour, place, item);
}

export function drawDatabases(sheet: Sheet, { name, databases }: Country, colour: string, [x, y]: Point): void {
  const height = nodeHeight(databases);
  databases.forEach((node, index) => {
    const place = { x: x + DATABASE.x, y: y + index * (height + GAP), width: DATABASE.width, height };
    sheet.card(`${name}/${node.title}`, "database", colour, place, node);
  });
}

/** Where the replication of a country's node number `index` arrives, from the top of its databases. */
export function replicationY(databases: readonly DatabaseNode[], index: number): number {
  const height = nodeHeight(databases);
  return index * (height + GAP) + height / 2;
}

/** Height of lanes between edges and clusters. */
export function upperLanesHeight(lanes: number): number {
  return (lanes + 1) * LANE + GAP;
}

function nodeHeight(databases: readonly DatabaseNode[]): number {
  return Math.max(0, ...databases.map((node) => cardHeight(node, DATABASE.width)));
}

function edgeItem({ edge }: Country): Item | undefined {
  if (!edge) return undefined;
  const { machines, machineType, address, reads, writes, database } = edge;
  const shop = (what: string, order: readonly string[]) => `${what}: ${order.join(" › ")}`;
  const shops = reads.join() === writes.join() ? [shop("shop", reads)] : [shop("reads", reads), shop("writes", writes)];
  const databases = database.length > 0 ? [shop("MySQL", database.map(shortNode))] : [];
  return {
    title: "HAProxy edge",
    lines: [`${machines} x ${machineType} at ${address}`, ...shops, ...databases],
  };
}

/** `indonesia-database-1` as `indonesia 1`: a row of nodes must fit. */
function shortNode(name: string): string {
  return name.replace(/-database-(\d+)$/, " $1");
}
