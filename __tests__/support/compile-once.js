const { Script } = require("node:vm");
const { default: Runtime } = require("jest-runtime");

/** What V8 made of modules in this worker, by path, each with the text that it was made of. */
const COMPILED = new Map();

/**
 * Each test file has modules and globals of its own, as jest means it. Only what V8 compiles is shared: jest would have cdktf
 * and the constructs compiled again for every file.
 */
module.exports = class CompileOnce extends Runtime {
  constructor(...given) {
    super(...given);
    const { executor } = this;
    const compile = executor.compile.bind(executor);
    const head = `(function (${executor.injectedModuleParameters}) {`;
    executor.compile = (text, filename) => {
      const context = this._environment.getVmContext();
      try {
        const known = COMPILED.get(filename);
        const script =
          known?.text === text
            ? known.script
            : new Script(`${head}${text}\n})`, { filename, columnOffset: -head.length });
        COMPILED.set(filename, { text, script });
        return script.runInContext(context);
      } catch {
        // jest's own says what is wrong.
        return compile(text, filename);
      }
    };
  }
};
