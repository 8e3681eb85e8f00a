// Preloaded by every command: runs TypeScript by removing its types (docs/decisions/0005-fast-synth.md). What sucrase made of a
// file is kept beside the packages, and used only for the very same text, path, sucrase and Node.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const { addHook } = require("pirates");
const { version } = require("sucrase/package.json");

const CACHE = join(__dirname, "../node_modules/.cache/matchwatch");

// Since Node 22.1.
if (Module.enableCompileCache) Module.enableCompileCache(join(CACHE, "node"));
else require("./code-cache.js").keepCode(CACHE);

// cdktf loads these for assets and for moved resources, which the project has none of, and that takes longer than an eighth
// of a synthesis: they wait until they are used.
const LATE = ["archiver", "semver"];
const { _load: load } = Module;
Module._load = (request, ...rest) =>
  LATE.includes(request) ? late(() => load(request, ...rest)) : load(request, ...rest);

addHook(withoutTypes, { exts: [".ts"] });

function late(loaded) {
  return new Proxy(() => undefined, {
    get: (_, name) => loaded()[name],
    apply: (_, self, args) => loaded().apply(self, args),
  });
}

function withoutTypes(source, path) {
  const key = sha256(JSON.stringify([version, process.version, path, source]));
  const file = join(CACHE, `${sha256(path)}.js`);
  const kept = read(file);
  const [head, text = ""] = split(kept);
  if (head === `${key} ${sha256(text)}`) return text;
  const made = transpile(source, path);
  keep(file, `${key} ${sha256(made)}\n${made}`);
  return made;
}

function transpile(source, path) {
  // Loading it takes as long as transpiling a tenth of the project.
  const { transform } = require("sucrase");
  const { code, sourceMap } = transform(source, {
    transforms: ["imports", "typescript"],
    sourceMapOptions: { compiledFilename: path },
    filePath: path,
  });
  const map = Buffer.from(JSON.stringify(sourceMap)).toString("base64");
  return `${code}\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${map}`;
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function split(kept) {
  const end = kept.indexOf("\n");
  return [kept.slice(0, end), kept.slice(end + 1)];
}

/** Another process sees the file whole or not at all. Where nothing can be written, the next run transpiles again. */
function keep(file, text) {
  try {
    mkdirSync(CACHE, { recursive: true });
    const whole = `${file}.${process.pid}`;
    writeFileSync(whole, text);
    renameSync(whole, file);
  } catch {}
}

function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}
