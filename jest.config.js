/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  testMatch: ["<rootDir>/__tests__/**/*-test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out"],
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } } }] },
  snapshotFormat: { printBasicPrototype: false, escapeString: false },
};
