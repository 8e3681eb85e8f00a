// What V8 made of the code of a program's modules, functions that ran included, kept for its next run: Node 20 can do so,
// and does it by itself only from 22.1 on. V8 refuses what another V8 or other flags made; what it does not look at, the
// text and the bytes, is checked here by hashes (docs/decisions/0005-fast-synth.md).
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

const { _compile: compile } = Module.prototype;

/** Keeps the code of this process's program in a file of the folder. */
exports.keepCode = function keepCode(folder) {
  const [, program = ""] = process.argv;
  const file = join(folder, `${sha256(`${process.version} ${process.arch} ${program}`)}.code`);
  const kept = read(file);
  /** Scripts that are not kept yet, by the path of the module. */
  const made = new Map();

  Module.prototype._compile = function (text, path) {
    const script = scriptOf(path.includes("node_modules") ? withoutMap(text) : text, path);
    if (!script) return compile.call(this, text, path);
    return script.runInThisContext().call(this.exports, this.exports, requireOf(this), this, path, dirname(path));
  };
  process.on("exit", () => {
    if (made.size > 0) write(file, kept, made);
  });

  /** Nothing for what Node has to compile itself: text with imports at run time, or that is refused with a reason. */
  function scriptOf(text, path) {
    if (text.includes("import(")) return undefined;
    const hash = sha256(text);
    const { data: cachedData } = kept.get(path)?.hash === hash ? kept.get(path) : {};
    try {
      const script = new Script(Module.wrap(text), { filename: path, cachedData });
      if (!cachedData || script.cachedDataRejected) made.set(path, { hash, script });
      return script;
    } catch {
      return undefined;
    }
  }
};

/**
 * Nobody debugs a package, and source maps are two thirds of cdktf's: V8 would keep each map twice, in the text and in the code.
 * What only looks like one, in a text of several lines, is no JavaScript without its end, so is left to Node.
 */
function withoutMap(text) {
  const at = text.indexOf("\n//# sourceMappingURL=data:");
  const end = text.indexOf("\n", at + 1);
  return at >= 0 && (end < 0 || end === text.length - 1) ? text.slice(0, at + 1) : text;
}

/** What a module of Node's own loader has. */
function requireOf(from) {
  const require = (id) => from.require(id);
  require.resolve = (id, options) => Module._resolveFilename(id, from, false, options);
  require.main = process.mainModule;
  require.extensions = Module._extensions;
  require.cache = Module._cache;
  return require;
}

/** By the module's path: nothing of a file that is missing, damaged or half written. */
function read(file) {
  const kept = new Map();
  try {
    const all = readFileSync(file);
    const end = all.indexOf("\n");
    const data = all.subarray(end + 1);
    const { sum, modules } = JSON.parse(all.toString("utf8", 0, end));
    if (sum !== sha256(JSON.stringify(modules), data)) return kept;
    for (const [path, hash, from, to] of modules) kept.set(path, { hash, data: data.subarray(from, to) });
  } catch {}
  return kept;
}

/** Another process sees the file whole or not at all. Where nothing can be written, the next run compiles again. */
function write(file, kept, made) {
  try {
    const all = new Map(kept);
    for (const [path, { hash, script }] of made) all.set(path, { hash, data: script.createCachedData() });
    let end = 0;
    const modules = [...all].map(([path, { hash, data }]) => {
      const from = end;
      end += data.length;
      return [path, hash, from, end];
    });
    const data = Buffer.concat([...all.values()].map((each) => each.data));
    const head = JSON.stringify({ sum: sha256(JSON.stringify(modules), data), modules });
    mkdirSync(dirname(file), { recursive: true });
    const whole = `${file}.${process.pid}`;
    writeFileSync(whole, Buffer.concat([Buffer.from(`${head}\n`), data]));
    renameSync(whole, file);
  } catch {}
}

function sha256(...parts) {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
