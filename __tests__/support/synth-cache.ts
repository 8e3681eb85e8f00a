import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { sourcesHash } from "./sources-hash";

const ROOT = join(__dirname, "../..");
const CACHE = join(ROOT, "node_modules/.cache/matchwatch/synth");
/** A run that began before the sources changed goes on with its own. */
const KEPT_MS = 3_600_000;

/**
 * Where tests keep what they synthesize, so that each estate is synthesized once for all tests, and again only after a
 * change. What other sources made is thrown away when no run can need it any more.
 */
// biome-ignore lint/style/noDefaultExport: jest asks for it
export default function makeCache(): void {
  const sources = sourcesHash(ROOT);
  mkdirSync(join(CACHE, sources), { recursive: true });
  const isOld = (name: string) => statSync(join(CACHE, name)).mtimeMs < Date.now() - KEPT_MS;
  for (const other of readdirSync(CACHE).filter((name) => name !== sources && isOld(name))) {
    rmSync(join(CACHE, other), { recursive: true, force: true });
  }
  process.env.SYNTH_CACHE = join(CACHE, sources);
}
