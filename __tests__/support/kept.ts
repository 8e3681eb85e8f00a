import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** Where tests keep what takes long to make, beside the packages. */
export const KEPT = join(__dirname, "../../node_modules/.cache/matchwatch");

/**
 * What a program answers to an input, made once and kept by a hash of all that it depends on.
 *
 * @param input everything that the answer is made of: what the program reads, and which program it is
 */
export async function kept(folder: string, input: readonly string[], make: () => Promise<string>): Promise<string> {
  const file = join(folder, createHash("sha256").update(JSON.stringify(input)).digest("hex"));
  try {
    const text = readFileSync(file, "utf8");
    const now = new Date();
    utimesSync(file, now, now);
    return text;
  } catch {}
  const text = await make();
  mkdirSync(folder, { recursive: true });
  // Another worker sees it whole or not at all.
  const work = mkdtempSync(`${file}-`);
  writeFileSync(join(work, "answer"), text);
  renameSync(join(work, "answer"), file);
  rmSync(work, { recursive: true });
  return text;
}

/** Throws away what nobody has made or used for so long, but for what the caller needs. */
export function forget(folder: string, milliseconds: number, needed?: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((each) => each !== needed)) {
    const path = join(folder, name);
    // Another run may throw it away at the same time.
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (made < Date.now() - milliseconds) rmSync(path, { recursive: true, force: true });
  }
}

/** A program as it is installed: another version of it has another size or another date. */
export function identityOf(program: string): string {
  const { size, mtimeMs } = statSync(program);
  return `${program} ${size} ${mtimeMs}`;
}
