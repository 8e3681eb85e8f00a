import { CARD, GAP, INSET, middleOf, needsLines, tallest, X } from "./grid";
import type { Country, Item, Site } from "./picture";
import { LINE_HEIGHT, type Point, type Sheet, SIZES } from "./sheet";

const SITE_WIDTH = X.middle + CARD + 8 - INSET;
const STORES = { x: 312, width: 130 } as const;
/** Between two rows of cards, where the agent's line to the lower one passes. */
const AISLE = 30;
const VPN = { x: X.middle, width: STORES.x + STORES.width - X.middle } as const;

/** Where lines meet these things from above or below, from the country's left border. */
export const SITE_PORTS = {
  prometheus: middleOf(X.middle),
  stores: STORES.x + STORES.width / 2,
  vpn: VPN.x + VPN.width / 2,
} as const;

/** Heights that all sites of the sheet share. */
export interface SiteHeights {
  readonly upper: number;
  readonly lower: number;
  readonly total: number;
  readonly vpn: number;
}

export function siteHeights(countries: readonly Country[]): SiteHeights {
  const sites = countries.flatMap(({ site }) => site ?? []);
  const upper = tallest(
    CARD,
    sites.flatMap(({ grafana, prometheus }) => [grafana, prometheus]),
  );
  const lower = tallest(
    CARD,
    sites.flatMap(({ kibana, elasticsearch }) => [kibana, elasticsearch]),
  );
  const foot = LINE_HEIGHT * Math.max(0, ...sites.map((each) => footLines(each).length));
  const site = sites.length > 0 ? GAP + upper + AISLE + lower + GAP + foot + GAP : 0;
  const vpn = tallest(
    VPN.width,
    countries.map(({ vpn }) => vpn),
  );
  return { upper, lower, total: Math.max(site, tallest(STORES.width, countries.map(storesItem))), vpn };
}

export function drawSite(sheet: Sheet, country: Country, colour: string, [x, y]: Point, heights: SiteHeights): void {
  const { name, site } = country;
  if (!site) return;
  const id = `${name}/site`;
  sheet.box(id, "group", colour, { x: x + INSET, y, width: SITE_WIDTH, height: heights.total });
  const [upperY, lowerY] = [y + GAP, lowerSiteY(y, heights)];
  const card = (key: string, column: number, top: number, height: number, item: Item | undefined) => {
    if (item) sheet.card(`${id}/${key}`, "card", colour, { x: x + column, y: top, width: CARD, height }, item);
  };
  card("grafana", X.left, upperY, heights.upper, site.grafana);
  card("prometheus", X.middle, upperY, heights.upper, site.prometheus);
  card("kibana", X.left, lowerY, heights.lower, site.kibana);
  card("elasticsearch", X.middle, lowerY, heights.lower, site.elasticsearch);
  const [title = "", ...needs] = footLines(site);
  const footY = lowerY + heights.lower + GAP + SIZES.line;
  sheet.label(title, x + X.left, footY, { isBold: true, anchor: "start", box: id });
  sheet.paragraph(needs, x + X.left, footY + LINE_HEIGHT, { anchor: "start", box: id });
  connect(sheet, site, x, [upperY + heights.upper / 2, lowerY + heights.lower / 2]);
}

/** Top of a site's second row of cards. */
export function lowerSiteY(y: number, { upper }: Pick<SiteHeights, "upper">): number {
  return y + GAP + upper + AISLE;
}

/** Who reads asks what stands right of it, and that archives to the right. */
function connect(sheet: Sheet, site: Site, x: number, [upper, lower]: readonly [number, number]): void {
  const rows = [
    { reader: site.grafana, source: site.prometheus, y: upper },
    { reader: site.kibana, source: site.elasticsearch, y: lower },
  ];
  for (const { reader, source, y } of rows) {
    if (reader && source) sheet.connect([x + X.left + CARD, y], [x + X.middle, y]);
    if (source) sheet.connect([x + X.middle + CARD, y], [x + STORES.x, y]);
  }
}

function footLines({ title, others }: Site): string[] {
  return [title, ...needsLines(others, SITE_WIDTH - 2 * GAP)];
}

/** The country's buckets. */
export function drawStores(sheet: Sheet, country: Country, colour: string, [x, y]: Point, height: number): void {
  const item = storesItem(country);
  const place = { x: x + STORES.x, y, width: STORES.width, height };
  if (item) sheet.card(`${country.name}/buckets`, "store", colour, place, item);
}

function storesItem({ buckets }: Country): Item | undefined {
  return buckets.length > 0 ? { title: "Cloud Storage", lines: buckets } : undefined;
}

/** In the corner, as in the seed's picture. */
export function drawVpn(sheet: Sheet, { name, vpn }: Country, colour: string, [x, y]: Point, height: number): void {
  if (vpn) sheet.card(`${name}/vpn`, "card", colour, { x: x + VPN.x, y, width: VPN.width, height }, vpn);
}
