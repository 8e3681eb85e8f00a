/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  globalSetup: "<rootDir>/__tests__/support/inside-engines.ts",
  // A test that hangs ends some day. The longest takes two minutes, and a machine may be twenty times slower.
  testTimeout: 3_600_000,
  // jest leaves a core idle, which with two of them is half of the machine.
  maxWorkers: "100%",
  // Live tests take minutes and want more engines: npm run test:live.
  testMatch: ["<rootDir>/__tests__/**/*-test.ts", "!**/*-live-test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  snapshotFormat: { printBasicPrototype: false, escapeString: false },
};
