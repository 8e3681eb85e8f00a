import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sourcesHash } from "./sources-hash";

const ROOT = join(__dirname, "../..");
const CACHE = join(ROOT, "node_modules/.cache/matchwatch/synth");

/**
 * Where tests keep what they synthesize, so that each estate is synthesized once for all tests, and again only after a
 * change. What other sources made is thrown away.
 */
// biome-ignore lint/style/noDefaultExport: jest asks for it
export default function makeCache(): void {
  const sources = sourcesHash(ROOT);
  mkdirSync(join(CACHE, sources), { recursive: true });
  for (const other of readdirSync(CACHE).filter((name) => name !== sources)) {
    rmSync(join(CACHE, other), { recursive: true, force: true });
  }
  process.env.SYNTH_CACHE = join(CACHE, sources);
}
