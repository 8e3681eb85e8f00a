import { clusterHeights, drawCluster } from "./cluster-section";
import { drawOwnLines } from "./country-lines";
import { databasesHeight, drawDatabases, drawEdge, edgeHeight } from "./edge-section";
import { GAP, INSET, LANE, middleOf, X } from "./grid";
import { drawHead, HEAD_HEIGHT, LEAST_WIDTH } from "./head";
import { drawRoutes } from "./lanes";
import type { Country, Picture } from "./picture";
import { type Ends, lowerRoutes, type Slot, upperRoutes } from "./routes";
import { Sheet } from "./sheet";
import { drawSite, drawStores, drawVpn, siteHeights } from "./site-section";
import { fittingSize } from "./text-width";

/** More countries than these stand in several rows. */
const COUNTRIES_PER_ROW = 4;
const BETWEEN = { columns: 24, rows: 84 } as const;
const MARGIN = 14;
/** Room for a country's name. */
const NAME_HEIGHT = 44;
/** Room for the agent's own lines, below those that lead elsewhere. */
const AGENT_LANES = 46;
/** Below the last row: where operators come from. */
const FOOT = 60;
/** Told apart by those who see few colours, and dark enough on white for text. */
const COLOURS = ["#0b5cad", "#c2410c", "#6d3fa0", "#a8125e", "#6b6200", "#00727a"] as const;

/** Where everything stands. */
export function layOut(picture: Picture): Sheet {
  const { countries } = picture;
  const rows = Math.ceil(countries.length / COUNTRIES_PER_ROW);
  const columns = Math.ceil(countries.length / rows);
  const lanes = { upper: upperRoutes(picture, slotsOf(countries, columns, 0)).length, lower: 0 };
  lanes.lower = lowerRoutes(picture, slotsOf(countries, columns, 0)).length;
  const trunks = rows > 1 ? Math.max(lanes.upper, lanes.lower) * LANE : 0;
  const needed = columns * (X.width + BETWEEN.columns) - BETWEEN.columns + 2 * MARGIN + trunks;
  const width = Math.max(needed, LEAST_WIDTH);
  const left = (width - needed) / 2 + MARGIN + trunks;
  const frame = frameOf(countries, lanes);
  const rowTops = Array.from({ length: rows }, (_, row) => HEAD_HEIGHT + row * (frame.height + BETWEEN.rows));
  const sheet = new Sheet(width, (rowTops.at(-1) ?? 0) + frame.height + FOOT);
  const slots = slotsOf(countries, columns, left);

  for (const country of countries) {
    const slot = slots.get(country.name);
    if (slot) drawCountry(sheet, country, slot, rowTops[slot.row] ?? 0, frame);
  }
  drawHead(sheet, picture, { slots, rowTops, edgeTop: NAME_HEIGHT });
  const trunkX = left - MARGIN / 2;
  const upper = { rowTops, top: frame.edgeBottom + LANE, trunkX };
  drawRoutes(sheet, upperRoutes(picture, slots, frame), upper);
  drawRoutes(sheet, lowerRoutes(picture, slots, frame), { rowTops, top: frame.clusterBottom + LANE, trunkX });
  return sheet;
}

function slotsOf(countries: readonly Country[], columns: number, left: number): Map<string, Slot> {
  return new Map(
    countries.map(({ name }, index) => {
      const x = left + (index % columns) * (X.width + BETWEEN.columns);
      return [name, { row: Math.floor(index / columns), x, colour: COLOURS[index % COLOURS.length] ?? "" }];
    }),
  );
}

/** What stands how far below a country's top: the same in all, so that lanes between countries run straight. */
interface Frame extends Ends {
  readonly cluster: ReturnType<typeof clusterHeights>;
  readonly sites: ReturnType<typeof siteHeights>;
  readonly clusterTop: number;
  readonly clusterBottom: number;
  readonly vpn: number;
  readonly height: number;
}

function frameOf(countries: readonly Country[], lanes: { readonly upper: number; readonly lower: number }): Frame {
  const cluster = clusterHeights(countries);
  const sites = siteHeights(countries);
  const edgeBottom = NAME_HEIGHT + edgeHeight(countries);
  const databases = edgeBottom + (lanes.upper + 1) * LANE + GAP;
  const clusterTop = databases + databasesHeight(countries);
  const clusterBottom = clusterTop + cluster.total;
  const site = clusterBottom + lanes.lower * LANE + AGENT_LANES;
  const vpn = site + sites.total + GAP;
  return {
    cluster,
    sites,
    edgeBottom,
    databases,
    clusterTop,
    clusterBottom,
    ingress: clusterTop + cluster.ingress,
    agentBottom: clusterTop + cluster.agentBottom,
    site,
    vpn,
    height: vpn + sites.vpn + INSET,
  };
}

function drawCountry(sheet: Sheet, country: Country, slot: Slot, top: number, frame: Frame): void {
  const { name, region } = country;
  const { x, colour } = slot;
  const { cluster, sites } = frame;
  sheet.box(name, "country", colour, { x, y: top, width: X.width, height: frame.height });
  // The line from DNS comes down in the middle.
  const size = fittingSize(name, 24, middleOf(X.middle) - INSET - GAP);
  sheet.label(name, x + INSET, top + 30, { size, isBold: true, anchor: "start", box: name, colour });
  sheet.label(region, x + X.width - INSET, top + 30, { anchor: "end", box: name });
  drawEdge(sheet, country, colour, [x, top + NAME_HEIGHT], frame.edgeBottom - NAME_HEIGHT);
  drawDatabases(sheet, country, colour, [x, top + frame.databases]);
  drawCluster(sheet, country, colour, [x, top + frame.clusterTop], cluster);
  drawSite(sheet, country, colour, [x, top + frame.site], sites);
  drawStores(sheet, country, colour, [x, top + frame.site], sites.total);
  drawVpn(sheet, country, colour, [x, top + frame.vpn], sites.vpn);
  drawOwnLines(sheet, country, slot, top, frame);
}
