import { command, EXIT, SYNTH, start } from "../cli";
import { SynthesizedEstate } from "../synthesized/estate";
import { left, renderTable, right, wrap } from "../table";
import { billOf, type Line, NOT_COUNTED, sumBy } from "./lines";

export const cost = command({
  name: "cost",
  summary:
    "Computes what the synthesized estate costs a month at list prices, by country and layer, with everything at its minimum and at its maximum.",
  options: SYNTH,
  details: [
    `Not included: ${NOT_COUNTED}. Prices, with sources and dates, are in tools/cost/prices.ts. The plan review says what a change costs.`,
  ],
  exits: { fine: "printed", refused: "a price is missing; the rest is printed" },
  run: ({ synth }) => {
    const { lines, unpriced } = billOf(SynthesizedEstate.read(synth).resources);
    console.log(
      [
        table(lines, "by kind", ({ what, layer }) => (what === "machines" ? `machines: ${layer}` : what)),
        table(lines, "by country and layer", ({ country, layer }) => `${country || "all countries"}: ${layer}`),
        table(lines, "by country", ({ country }) => country || "all countries"),
        wrap(`Not counted: ${NOT_COUNTED}.`),
      ].join("\n\n"),
    );
    if (unpriced.length === 0) return EXIT.fine;
    console.error(`\nno price for ${unpriced.join(", ")}: add it to tools/cost/prices.ts`);
    return EXIT.refused;
  },
});

function table(lines: readonly Line[], title: string, keyOf: (line: Line) => string): string {
  const rows = [...sumBy(lines, keyOf), ...sumBy(lines, () => "in all")];
  return renderTable(
    [...left(`USD a month, ${title}`), ...right("minimum", "maximum")],
    rows.map(([key, least, most]) => [key, Math.round(least), Math.round(most)]),
  );
}

if (require.main === module) void start(cost);
