import { EDGE_PORTS } from "./edge-section";
import { X } from "./grid";
import type { Country } from "./picture";
import { agentPort, type Ends, ingressPort, type Slot } from "./routes";
import { GREY, type Point, type Sheet } from "./sheet";
import { lowerSiteY, SITE_PORTS, type SiteHeights } from "./site-section";

interface Places extends Ends {
  readonly sites: SiteHeights;
  readonly vpn: number;
  readonly height: number;
}

/** Lines that stay within a country; `top` is its upper border. */
export function drawOwnLines(sheet: Sheet, country: Country, { x, colour }: Slot, top: number, places: Places): void {
  const at = (dx: number, dy: number): Point => [x + dx, top + dy];
  drawUsers(sheet, country, colour, at, places);
  drawDatabasePath(sheet, country, at, places);
  drawAgent(sheet, country, at, places);
  drawOperators(sheet, country, at, places);
}

type At = (dx: number, dy: number) => Point;

/** Thick when it is what the edge asks first, as it should be. */
function drawUsers(sheet: Sheet, { name, edge }: Country, colour: string, at: At, places: Places): void {
  const place = edge?.reads.indexOf(name) ?? -1;
  if (place < 0) return;
  const port = ingressPort(0, 1);
  const [x, y] = at(port, places.ingress);
  sheet.line(place === 0 ? "own" : "backup", colour, [at(port, places.edgeBottom), [x, y]]);
  if (place > 0) sheet.badge(x, y, place, colour);
}

/** Where the app's way to its database leaves it: left of what is written above it. */
const DATABASE_PORT = X.middle + 44;

/** From the app to its country's HAProxy, and from there to the first node. */
function drawDatabasePath(sheet: Sheet, { name, edge, cluster, databases }: Country, at: At, places: Places): void {
  if (edge && cluster?.app?.databaseEdge === name) {
    const x = DATABASE_PORT;
    sheet.line("plain", GREY, [at(x, places.ingress), at(x, places.edgeBottom)]);
    const [labelX, labelY] = at(x - 3, places.ingress - 10);
    sheet.label("MySQL", labelX, labelY, { anchor: "end" });
  }
  if (databases.some(({ title }) => title === edge?.database[0])) {
    sheet.line("plain", GREY, [at(EDGE_PORTS.database, places.edgeBottom), at(EDGE_PORTS.database, places.databases)]);
  }
}

/** What turns furthest to the right turns first, so that no two of these lines cross. */
function drawAgent(sheet: Sheet, { name, cluster, site, buckets }: Country, at: At, places: Places): void {
  const { agent } = cluster ?? {};
  if (!agent) return;
  const pushes = (what: string) =>
    agent.pushesTo.some(({ what: found, country }) => country === name && found.startsWith(what));
  const start = (index: number) => at(agentPort(index), places.agentBottom);
  const turn = (index: number) => places.site - 10 * (index + 1);
  if (site?.elasticsearch && pushes("elasticsearch")) {
    const [lower, aisle, end] = [lowerSiteY(places.site, places.sites), X.aisle, SITE_PORTS.prometheus];
    const ways = [at(agentPort(0), turn(0)), at(aisle, turn(0)), at(aisle, lower - 14), at(end, lower - 14)];
    sheet.line("plain", GREY, [start(0), ...ways, at(end, lower)]);
  }
  const straight = (index: number, x: number, y: number) => {
    sheet.line("plain", GREY, [start(index), at(agentPort(index), turn(index)), at(x, turn(index)), at(x, y)]);
  };
  if (site?.prometheus && pushes("prometheus")) straight(1, SITE_PORTS.prometheus, places.site + 10);
  if (buckets.length > 0 && agent.archives) straight(2, SITE_PORTS.stores, places.site);
}

function drawOperators(sheet: Sheet, { vpn }: Country, at: At, { height, vpn: vpnTop, sites }: Places): void {
  if (!vpn?.isPublic) return;
  const [x, y] = at(SITE_PORTS.vpn, height + 22);
  sheet.line("plain", GREY, [[x, y], at(SITE_PORTS.vpn, vpnTop + sites.vpn)]);
  sheet.label("operators", x, y + 18, {});
}
