// Preloaded into a process: prints which files it has read, also as modules, when it ends.
const fs = require("node:fs");

const { readFileSync } = fs;
const read = new Set();
fs.readFileSync = (path, ...rest) => {
  read.add(String(path));
  return readFileSync(path, ...rest);
};
process.on("exit", () => fs.writeSync(1, JSON.stringify([...new Set([...read, ...Object.keys(require.cache)])])));
