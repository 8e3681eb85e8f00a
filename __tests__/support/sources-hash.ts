import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** All of the project that the JSON of an estate is made of; main-test checks that a synthesis reads nothing else. */
export const SOURCES = ["charts", "checks", "config", "constructs", "settings", "stacks"];

/** A hash of everything that the JSON depends on besides the topology: the sources, the packages and Node. */
export function sourcesHash(root: string, node = process.version): string {
  const files = SOURCES.flatMap((folder) => filesIn(join(root, folder)));
  const hash = createHash("sha256").update(node);
  for (const file of [...files, join(root, "package-lock.json")]) {
    const content = readFileSync(file);
    hash.update(`\0${file.slice(root.length)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}
