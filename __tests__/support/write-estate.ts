import type { Topology } from "../../config/topology";
import { buildEstate } from "../../stacks/estate";
import { synthesize } from "../../stacks/synthesize";

/** Writes an estate as main.ts does. */
export function writeEstate(outdir: string, topology: Topology): void {
  synthesize((app) => buildEstate(app, topology), { outdir });
}
