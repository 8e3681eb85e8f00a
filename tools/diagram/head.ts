import { middleOf, X } from "./grid";
import type { Picture } from "./picture";
import { REPLICATION_COLOUR, type Slot } from "./routes";
import { cardHeight, GREY, type Sheet, type Stroke } from "./sheet";

/** Above the countries: title, users, DNS, and what the lines mean. */
export const HEAD_HEIGHT = 262;
/** So that title, DNS and legend stand side by side. */
export const LEAST_WIDTH = 1000;

const INK = "#1e293b";
const DNS_WIDTH = 380;
const DNS_TOP = 136;
const LEGEND: readonly { stroke: Stroke; colour: string; badge?: string; text: string }[] = [
  { stroke: "own", colour: INK, text: "users of a country, to its own app" },
  { stroke: "backup", colour: INK, badge: "1", text: "asked 1st, 2nd … when that is down" },
  { stroke: "replication", colour: REPLICATION_COLOUR, text: "Galera replication" },
  { stroke: "plain", colour: GREY, text: "who connects to whom" },
];
const LEGEND_WIDTH = 344;

interface Stage {
  readonly slots: ReadonlyMap<string, Slot>;
  readonly rowTops: readonly number[];
  /** From the top of a row. */
  readonly edgeTop: number;
}

export function drawHead(sheet: Sheet, picture: Picture, stage: Stage): void {
  const shop = picture.dns?.names[0] ?? "";
  sheet.label(shop, 14, 44, { size: 28, isBold: true, anchor: "start" });
  sheet.paragraph([picture.environment, "Drawn from the synthesized", "JSON by npm run diagram"], 14, 70, {
    anchor: "start",
  });
  drawLegend(sheet);
  if (picture.dns) drawDns(sheet, picture.dns, stage);
}

function drawLegend(sheet: Sheet): void {
  const x = sheet.width - LEGEND_WIDTH - 14;
  LEGEND.forEach(({ stroke, colour, badge, text }, index) => {
    const y = 34 + index * 26;
    sheet.line(stroke, colour, [
      [x, y],
      [x + 44, y],
    ]);
    if (badge) sheet.badges.push({ x: x + 20, y, text: badge, colour });
    sheet.label(text, x + 54, y + 6, { anchor: "start" });
  });
}

/** Users ask DNS for an address, and come to the edge that has it. */
function drawDns(sheet: Sheet, { names, policy, countries }: NonNullable<Picture["dns"]>, stage: Stage): void {
  const middle = sheet.width / 2;
  const item = { title: "Cloud DNS", lines: [names.join(", "), policy] };
  const height = cardHeight(item, DNS_WIDTH);
  const place = { x: middle - DNS_WIDTH / 2, y: DNS_TOP, width: DNS_WIDTH, height };
  sheet.people.push({ x: middle, y: 34 });
  sheet.label("users", middle + 22, 44, { isBold: true, anchor: "start" });
  sheet.line("own", INK, [
    [middle, 58],
    [middle, DNS_TOP],
  ]);
  sheet.card("dns", "card", INK, place, item);
  const answers = countries.flatMap((name) => stage.slots.get(name) ?? []);
  const trunkX = sheet.width - 14;
  const busY = (row: number) => (stage.rowTops[row] ?? 0) - 22;
  const rows = [...new Set(answers.map(({ row }) => row))].sort((a, b) => a - b);
  for (const row of rows) {
    const edges = answers.filter((slot) => slot.row === row).map(({ x }) => x + middleOf(X.middle));
    const isLast = row === rows.at(-1);
    const ends = [...edges, ...(row === 0 ? [middle] : [trunkX]), ...(isLast ? [] : [trunkX])];
    sheet.line(
      "own",
      INK,
      [
        [Math.min(...ends), busY(row)],
        [Math.max(...ends), busY(row)],
      ],
      false,
    );
    for (const x of edges)
      sheet.line("own", INK, [
        [x, busY(row)],
        [x, (stage.rowTops[row] ?? 0) + stage.edgeTop],
      ]);
  }
  if (answers.length > 0)
    sheet.line(
      "own",
      INK,
      [
        [middle, DNS_TOP + height],
        [middle, busY(0)],
      ],
      false,
    );
  const last = rows.at(-1) ?? 0;
  if (last > 0)
    sheet.line(
      "own",
      INK,
      [
        [trunkX, busY(0)],
        [trunkX, busY(last)],
      ],
      false,
    );
}
