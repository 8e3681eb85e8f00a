import { App } from "cdktf";
import type { Topology } from "../../config/topology";
import { buildEstate } from "../../stacks/estate";

/** Writes an estate as `cdktf synth` does, with every stack prepared. */
export function writeEstate(outdir: string, topology: Topology): void {
  const { captureStackTrace } = Error;
  // As main.ts does: half of what a resource costs. A test's own errors need theirs.
  Error.captureStackTrace = () => undefined;
  try {
    const app = new App({ outdir });
    buildEstate(app, topology);
    app.synth();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
