import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
let project: string;
let cache: string;

/** A project of one file, with the hook, the packages that it needs, and a cache of its own. */
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "typescript-"));
  cache = join(project, "node_modules/.cache/matchwatch");
  mkdirSync(join(project, "tools"));
  mkdirSync(join(project, "node_modules"));
  for (const name of ["typescript.js", "code-cache.js"])
    cpSync(join(ROOT, "tools", name), join(project, "tools", name));
  for (const name of ["pirates", "sucrase"])
    symlinkSync(join(ROOT, "node_modules", name), join(project, "node_modules", name));
  write("console.log('one' as string);");
});
afterEach(() => rmSync(project, { recursive: true }));

const write = (source: string) => writeFileSync(join(project, "main.ts"), source);
const run = (...before: readonly string[]) =>
  execFileSync(process.execPath, [...before, "--require", "./tools/typescript.js", "main.ts"], {
    cwd: project,
    encoding: "utf8",
  }).trim();
const kept = () => {
  const [name = ""] = readdirSync(cache).filter((each) => each.endsWith(".js"));
  return join(cache, name);
};
/** As if an earlier run had made something else of the file: what is used shows. */
const plant = (change: (text: string) => string) => writeFileSync(kept(), change(readFileSync(kept(), "utf8")));

test("what was made of a file is used again", () => {
  expect(run()).toBe("one");
  const first = readFileSync(kept(), "utf8");
  const refuse = join(project, "refuse.js");
  writeFileSync(refuse, "require('sucrase').transform = () => { throw new Error('transpiled again'); };");
  expect(run("--require", refuse)).toBe("one");
  expect(readFileSync(kept(), "utf8")).toBe(first);
});

test("a changed source is read anew", () => {
  expect(run()).toBe("one");
  write("console.log('two' as string);");
  expect(run()).toBe("two");
  write("console.log('one' as string);");
  expect(run()).toBe("one");
  expect(readdirSync(cache).filter((each) => each.endsWith(".js"))).toHaveLength(1);
});

test("a damaged or half-written file is not used", () => {
  run();
  plant((text) => text.replace("one", "bad"));
  expect(run()).toBe("one");
  plant((text) => text.slice(0, text.length / 2));
  expect(run()).toBe("one");
  plant(() => "");
  expect(run()).toBe("one");
});

test("another version of sucrase or of Node makes it anew", () => {
  run();
  const before = readFileSync(kept(), "utf8");
  const other = join(project, "other.js");
  writeFileSync(other, "Object.defineProperty(process, 'version', { value: 'v99.0.0' });");
  expect(run("--require", other)).toBe("one");
  const byNode = readFileSync(kept(), "utf8");
  expect(byNode).not.toBe(before);
  writeFileSync(other, "require('sucrase/package.json').version = '99.0.0';");
  expect(run("--require", other)).toBe("one");
  expect(readFileSync(kept(), "utf8")).not.toBe(byNode);
});

test("what cdktf may need is loaded when it is used", () => {
  const folder = join(project, "node_modules/archiver");
  mkdirSync(folder);
  const source = "console.log('loaded'); module.exports = (kind) => kind; module.exports.kinds = 2;";
  writeFileSync(join(folder, "index.js"), source);
  write("const archiver = require('archiver'); console.log('before'); console.log(archiver('zip'), archiver.kinds);");
  expect(run()).toBe("before\nloaded\nzip 2");
});

test("where nothing can be written, it runs all the same", () => {
  writeFileSync(join(project, "node_modules/.cache"), "a file where the folder should be");
  expect(run()).toBe("one");
});
