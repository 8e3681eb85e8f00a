const { availableParallelism } = require("node:os");

/** What the projects have in common. */
const shared = {
  testEnvironment: "node",
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  moduleNameMapper: { "^archiver$": "<rootDir>/__tests__/support/no-archiver.js" },
  snapshotFormat: { printBasicPrototype: false, escapeString: false },
  globalSetup: "<rootDir>/__tests__/support/synth-cache.ts",
};
/** Runs jest again in the engine root, whose programs these tests run. */
const inEngines = { globalSetup: "<rootDir>/__tests__/support/inside-engines.ts" };

/** @type {import("jest").Config} */
module.exports = {
  // A test that hangs ends some day. The longest takes two minutes, and a machine may be twenty times slower.
  testTimeout: 3_600_000,
  // About four tests of engines wait at any time, of those that are at the head.
  maxWorkers: availableParallelism() + 4,
  testSequencer: "<rootDir>/__tests__/support/engines-first.js",
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/__tests__/**/*-test.ts", "!**/*-{engine,live}-test.ts"],
    },
    { ...shared, ...inEngines, displayName: "engines", testMatch: ["<rootDir>/__tests__/**/*-engine-test.ts"] },
    { ...shared, ...inEngines, displayName: "live", testMatch: ["<rootDir>/__tests__/**/*-live-test.ts"] },
  ],
};
