import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { command, EXIT, SYNTH, start } from "../cli";
import { SynthesizedEstate } from "../synthesized/estate";
import { drawEstate } from "./draw-estate";

export const diagram = command({
  name: "diagram",
  summary: "Draws the estate from the synthesized JSON of all stacks.",
  options: {
    ...SYNTH,
    out: { type: "string", value: "FILE", default: "docs/architecture.svg", says: "where to write the SVG" },
    check: { type: "boolean", says: "writes nothing, and compares" },
  },
  exits: { fine: "written, or current", refused: "--check found a difference" },
  run: ({ synth, out, check }) => {
    const svg = drawEstate(SynthesizedEstate.read(synth));
    if (check) return isCurrent(out, svg) ? EXIT.fine : outdated(synth, out);
    writeFileSync(out, svg);
    console.log(`${out} is drawn`);
    return EXIT.fine;
  },
});

function isCurrent(file: string, svg: string): boolean {
  return existsSync(file) && readFileSync(file, "utf8") === svg;
}

function outdated(synth: string, out: string): number {
  console.error(`${out} does not match ${synth}: run npm run diagram -- --synth ${synth} --out ${out}`);
  return EXIT.refused;
}

if (require.main === module) void start(diagram);
