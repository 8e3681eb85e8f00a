import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a run of jest keeps what it has synthesized, so that its tests synthesize each estate once between them. */
// biome-ignore lint/style/noDefaultExport: jest asks for it
export default function makeCache(): void {
  process.env.SYNTH_CACHE = join(tmpdir(), `matchwatch-synth-${process.pid}`);
}

/** Nothing outlives the run, so nothing is ever stale. */
export function removeCache(): void {
  const { SYNTH_CACHE } = process.env;
  if (SYNTH_CACHE) rmSync(SYNTH_CACHE, { recursive: true, force: true });
}
