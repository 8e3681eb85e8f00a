import type { SynthesizedEstate } from "../synthesized/estate";
import { layOut } from "./layout";
import { readPicture } from "./read-picture";
import { renderSvg } from "./svg";

/** The drawing of an estate. */
export function drawEstate(estate: SynthesizedEstate): string {
  const picture = readPicture(estate);
  const shop = picture.dns?.names[0] ?? "the estate";
  const countries = picture.countries.map(({ name }) => name).join(", ");
  return renderSvg(layOut(picture), `${shop}, ${picture.environment}: ${countries}`);
}
