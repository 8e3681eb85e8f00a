import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { forget, KEPT } from "./kept";
import { sourcesHash } from "./sources-hash";

const ROOT = join(__dirname, "../..");
/** A run that began before the sources changed goes on with its own. */
const ESTATES_MS = 3_600_000;
/** Rules that somebody works on are changed back. */
const ANSWERS_MS = 86_400_000;

/**
 * Where tests keep what they synthesize, so that each estate is synthesized once for all tests, and again only after a
 * change. What other sources made is thrown away when no run can need it any more, and so is what programs answered.
 */
// biome-ignore lint/style/noDefaultExport: jest asks for it
export default function makeCache(): void {
  const estates = join(KEPT, "synth");
  const sources = sourcesHash(ROOT);
  mkdirSync(join(estates, sources), { recursive: true });
  forget(estates, ESTATES_MS, sources);
  forget(join(KEPT, "promtool"), ANSWERS_MS);
  process.env.SYNTH_CACHE = join(estates, sources);
}
