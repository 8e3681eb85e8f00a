import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SOURCES, sourcesHash } from "./sources-hash";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sources-"));
  for (const folder of SOURCES) {
    mkdirSync(join(root, folder, "inner"), { recursive: true });
    writeFileSync(join(root, folder, "inner", "file.sh"), "text");
  }
  writeFileSync(join(root, "package-lock.json"), '{ "cdktf": "0.21.0" }');
});
afterEach(() => rmSync(root, { recursive: true }));

test("the same sources have the same hash, wherever they are", () => {
  const copy = `${root}-copy`;
  cpSync(root, copy, { recursive: true });
  expect(sourcesHash(copy)).toBe(sourcesHash(root));
  rmSync(copy, { recursive: true });
});

test.each<[string, () => void]>([
  ...SOURCES.map((folder): [string, () => void] => [
    `a file in ${folder} is changed`,
    () => writeFileSync(join(root, folder, "inner", "file.sh"), "other"),
  ]),
  ["a file is added", () => writeFileSync(join(root, "config", "file.ts"), "")],
  ["a file is gone", () => rmSync(join(root, "config", "inner", "file.sh"))],
  ["a file is renamed", () => renameSync(join(root, "config", "inner", "file.sh"), join(root, "config", "file.sh"))],
  ["a package has another version", () => writeFileSync(join(root, "package-lock.json"), '{ "cdktf": "0.21.1" }')],
])("another hash when %s", (_what, change) => {
  const before = sourcesHash(root);
  change();
  expect(sourcesHash(root)).not.toBe(before);
});

test("another hash with another Node", () => {
  expect(sourcesHash(root, "v99.0.0")).not.toBe(sourcesHash(root));
});
