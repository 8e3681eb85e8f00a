import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { layOut } from "./diagram/layout";
import { readPicture } from "./diagram/read-picture";
import { renderSvg } from "./diagram/svg";
import { Estate, Unable } from "./reach/estate";

const HELP = `Draws the estate as the synthesized JSON of all stacks says, in the shape of the seed's picture.

  npm run diagram -- [--from DIR] [--out FILE] [--check]

  --from DIR  where cdktf synth wrote to (default: cdktf.out)
  --out FILE  the SVG (default: docs/architecture.svg)
  --check     writes nothing, and compares
  --help      this text

Exit code: 0 written or current, 1 --check found a difference, 2 it cannot be drawn (a wrong call, nothing synthesized).`;

/** The drawing of an estate. */
export function drawEstate(estate: Estate): string {
  const picture = readPicture(estate);
  const shop = picture.dns?.names[0] ?? "the estate";
  const countries = picture.countries.map(({ name }) => name).join(", ");
  return renderSvg(layOut(picture), `${shop}, ${picture.environment}: ${countries}`);
}

function diagram(from: string, file: string, isCheck: boolean): number {
  const svg = drawEstate(Estate.read(from));
  if (!isCheck) {
    writeFileSync(file, svg);
    console.log(`${file} is drawn`);
    return 0;
  }
  const isCurrent = existsSync(file) && readFileSync(file, "utf8") === svg;
  if (!isCurrent)
    console.error(`${file} is not what ${from} says: run npm run diagram -- --from ${from} --out ${file}`);
  return isCurrent ? 0 : 1;
}

function main(): number {
  try {
    const { values } = parseArgs({
      options: {
        from: { type: "string", default: "cdktf.out" },
        out: { type: "string", default: join("docs", "architecture.svg") },
        check: { type: "boolean", default: false },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    return diagram(values.from, values.out, values.check);
  } catch (error) {
    const isCall = String((error as NodeJS.ErrnoException).code).startsWith("ERR_PARSE_ARGS");
    if (!(error instanceof Unable) && !isCall) throw error;
    console.error(isCall ? `${(error as Error).message}\n\n${HELP}` : (error as Error).message);
    return 2;
  }
}

if (require.main === module) process.exitCode = main();
