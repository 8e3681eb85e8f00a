import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Later versions of Node keep code by themselves. */
const isNeeded = !("enableCompileCache" in Module);

let project: string;
let cache: string;
/** A cache as the first run leaves it. */
let filled: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "code-"));
  cache = join(project, "cache");
  filled = join(project, "filled");
  cpSync(join(__dirname, "../../tools/code-cache.js"), join(project, "code-cache.js"));
  write("hook.js", `require("./code-cache.js").keepCode(${JSON.stringify(cache)});`);
  // Tells of each module that V8 is handed, and whether with kept code that it takes.
  write(
    "spy.js",
    `const vm = require("node:vm");
     vm.Script = class extends vm.Script {
       constructor(text, options) {
         super(text, options);
         console.error(options.cachedData && !this.cachedDataRejected ? "kept" : "compiled");
       }
     };`,
  );
});
beforeEach(() => {
  for (const made of [cache, join(project, "node_modules")]) rmSync(made, { recursive: true, force: true });
  write("word.js", "module.exports = () => 'one';");
  write(
    "main.js",
    "console.log(require('./word.js')(), require.main === module, require.resolve('./word.js') === module.children[0].id);",
  );
});
afterAll(() => rmSync(project, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(project, name), text);
/** Instead of the program's own word. */
function writePackage(text: string) {
  mkdirSync(join(project, "node_modules"));
  write("node_modules/word.js", text);
  write(
    "main.js",
    "console.log(require('word')(), require.main === module, require.resolve('word') === module.children[0].id);",
  );
}
/** What the program says, and how its modules came to be. */
function run(...before: readonly string[]) {
  const flags = [...before, "./spy.js", "./hook.js"].flatMap((name) => ["--require", name]);
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "main.js"], { cwd: project, encoding: "utf8" });
  const lines = `${stdout}${stderr}`.trim().split("\n");
  const said = lines.filter((line) => line !== "kept" && line !== "compiled");
  return { said, made: lines.filter((line) => !said.includes(line)) };
}
/** As `run` would leave an empty cache, which takes a process only once. */
function fill() {
  if (!existsSync(filled)) {
    run();
    cpSync(cache, filled, { recursive: true });
  }
  cpSync(filled, cache, { recursive: true });
}
const keptFiles = () => readdirSync(cache).map((name) => join(cache, name));
const plant = (change: (all: Buffer) => Buffer) => {
  for (const file of keptFiles()) writeFileSync(file, change(readFileSync(file)));
};

const FINE = ["one true true"];

(isNeeded ? describe : describe.skip)("code that is kept", () => {
  test("is used by the next run, which runs as the first one did", () => {
    expect(run()).toEqual({ said: FINE, made: ["compiled", "compiled"] });
    expect(run()).toEqual({ said: FINE, made: ["kept", "kept"] });
  });

  test("is not used for another text of the same length, which is all that V8 looks at", () => {
    fill();
    write("word.js", "module.exports = () => 'two';");
    expect(run()).toEqual({ said: ["two true true"], made: ["kept", "compiled"] });
    expect(run()).toEqual({ said: ["two true true"], made: ["kept", "kept"] });
    write("word.js", "module.exports = () => 'one';");
    expect(run().said).toEqual(FINE);
  });

  test.each<[string, (all: Buffer) => Buffer]>([
    [
      "a byte",
      (all) => Buffer.concat([all.subarray(0, -900), Buffer.from([all.at(-900) === 7 ? 8 : 7]), all.subarray(-899)]),
    ],
    [
      "an entry",
      (all) => Buffer.from(all.toString("latin1").replace(/"modules":\[\["[^"]*"/, '"modules":[["/x"'), "latin1"),
    ],
    ["its end", (all) => all.subarray(0, all.length / 2)],
    ["everything", () => Buffer.from("")],
  ])("is not used when %s of it is damaged", (_what, damage) => {
    fill();
    plant(damage);
    expect(run()).toEqual({ said: FINE, made: ["compiled", "compiled"] });
    expect(run()).toEqual({ said: FINE, made: ["kept", "kept"] });
  });

  test("is another version's of Node, and another program's, alone", () => {
    fill();
    write("other.js", "Object.defineProperty(process, 'version', { value: 'v99.0.0' });");
    expect(run("./other.js").made).toEqual(["compiled", "compiled"]);
    expect(keptFiles()).toHaveLength(2);
  });

  test("holds no source map of a package", () => {
    const map = `data:application/json;base64,${"bWFw".repeat(100)}`;
    writePackage(`module.exports = () => 'one';\n//# sourceMappingURL=${map}\n`);
    expect(run()).toEqual({ said: FINE, made: ["compiled", "compiled"] });
    expect(keptFiles().map((file) => readFileSync(file).includes(map))).toEqual([false]);
    expect(run()).toEqual({ said: FINE, made: ["kept", "kept"] });
  });

  test.each([
    "module.exports = () => `one\n//# sourceMappingURL=data:`.slice(0, 3);",
    "module.exports = () => 'two';\n//# sourceMappingURL=data:\nmodule.exports = () => 'one';",
  ])("is that of the whole text where it only looks like a source map: %j", (text) => {
    writePackage(text);
    expect(run().said).toEqual(FINE);
    expect(run().said).toEqual(FINE);
  });

  test("is Node's own business where a module imports as it runs", () => {
    write("word.js", "exports.late = () => import('node:path');");
    write("main.js", "require('./word.js').late().then(({ sep }) => console.log(sep));");
    expect(run()).toEqual({ said: ["/"], made: ["compiled"] });
  });

  test("does not hide where a text is wrong", () => {
    write("word.js", "module.exports = (;");
    expect(run().said.join("\n")).toMatch(/word\.js:1.*SyntaxError/s);
  });

  test("is made again where nothing can be written", () => {
    writeFileSync(cache, "a file where the folder should be");
    expect(run().said).toEqual(FINE);
  });
});
