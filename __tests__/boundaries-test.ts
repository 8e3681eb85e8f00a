import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "..");
const CONFIG = join(ROOT, ".dependency-cruiser.cjs");

/** A wrong import of each kind: in which file, of what, and the rule that refuses it. */
const WRONG: readonly [file: string, imports: string, rule: string][] = [
  ["main.ts", 'import "./config/names";', "main-picks-the-topology"],
  ["config/a.ts", 'import "cdktf";', "config-knows-itself-alone"],
  ["config/b.ts", 'import "node:fs";', "config-knows-itself-alone"],
  ["config/c.ts", 'import "../settings/edge";', "config-knows-itself-alone"],
  ["settings/a.ts", 'import "../constructs/edge/edge";', "settings-are-pure"],
  ["settings/b.ts", 'import "node:fs";', "settings-read-no-files"],
  ["constructs/edge/render-a.ts", 'import "./edge";', "pure-text-reaches-no-cdktf"],
  ["constructs/edge/values/b.ts", 'import "node:path";', "pure-text-reads-no-files"],
  ["constructs/edge/a-rows.ts", 'import "../edge/through";', "pure-text-reaches-no-cdktf"],
  ["constructs/edge/b.ts", 'import "../../stacks/estate";', "constructs-know-no-stack"],
  ["constructs/edge/c.ts", 'import "../../settings/edge";', "constructs-know-no-stack"],
  ["constructs/edge/d.ts", 'import "../../config/production";', "constructs-know-no-stack"],
  ["constructs/edge/e.ts", 'import type {} from "../vpn/vpn";', "constructs-keep-their-insides"],
  ["constructs/kubernetes/a.ts", 'import "../edge/edge";', "toolkits-know-no-tenant"],
  ["checks/a.ts", 'import "../stacks/estate";', "checks-look-at-the-tree"],
  ["stacks/region-stack.ts", 'import "./network-stack";', "stacks-hand-each-other-outputs"],
  ["stacks/network-stack.ts", 'import "../config/production";', "stacks-know-no-concrete-topology"],
  ["stacks/estate.ts", 'import "../constructs/edge/edge";', "the-estate-makes-nothing"],
  ["tools/a.ts", 'import "../constructs/edge/edge";', "commands-reach-no-cdktf"],
  ["tools/b.ts", 'const { App } = require("cdktf");', "commands-reach-no-cdktf"],
  ["drill/a.ts", 'const edge = await import("../constructs/edge/through");', "commands-reach-no-cdktf"],
  ["rehearsal/a.ts", 'export * from "../stacks/estate";', "commands-reach-no-cdktf"],
  ["rehearsal/b.ts", 'import "./synth";', "synthesis-is-a-process-of-its-own"],
  ["constructs/edge/f.ts", 'import "@cdktf/provider-google";', "no-provider-barrel"],
  ["tools/c.ts", 'import "../__tests__/support/synth";', "nothing-imports-the-tests"],
  ["tools/d.ts", 'import "./not-there";', "every-import-is-there"],
];

/** What the wrong imports lead to. */
const TARGETS: Readonly<Record<string, string>> = {
  "config/names.ts": "",
  "config/production.ts": "",
  "settings/edge.ts": "",
  "constructs/edge/edge.ts": 'import "cdktf";',
  "constructs/edge/through.ts": 'import "./edge";',
  "constructs/vpn/vpn.ts": "",
  "rehearsal/synth.ts": "",
  "__tests__/support/synth.ts": "",
};

/** The project's folders, as `npm run lint` names them. */
const FOLDERS = readdirSync(ROOT, { withFileTypes: true })
  .filter((found) => found.isDirectory() && !found.name.startsWith("."))
  .map(({ name }) => name)
  .filter(
    (name) => !["node_modules", "docs", "charts", "state", "plans"].includes(name) && !/\.out$|-report$/.test(name),
  );

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "boundaries-"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("every rule refuses what it is for, and nothing that is allowed", () => {
  for (const [file, source] of [...Object.entries(TARGETS), ...WRONG]) put(file, source);
  writeFileSync(join(folder, "tsconfig.json"), "{}");
  const found = violations(folder, [
    "main.ts",
    "config",
    "settings",
    "constructs",
    "checks",
    "stacks",
    "tools",
    "drill",
    "rehearsal",
  ]);
  const expected = WRONG.map(([file, , rule]) => `${file}: ${rule}`);
  expect(found).toEqual(expected.sort());
  const rules: { forbidden: { name: string }[] } = require(CONFIG);
  expect([...new Set(WRONG.map(([, , rule]) => rule))].sort()).toEqual(rules.forbidden.map(({ name }) => name).sort());
});

test("lint looks at every folder with source of ours", () => {
  const { scripts } = require(join(ROOT, "package.json"));
  for (const name of FOLDERS.filter((name) => name !== "__tests__")) expect(scripts.boundaries).toContain(` ${name}`);
});

function put(file: string, source: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${source}\nexport {};\n`);
}

/** Broken rules as `file: rule`, sorted. */
function violations(cwd: string, paths: readonly string[]): string[] {
  const program = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const args = [program, "--config", CONFIG, "--output-type", "json", ...paths];
  const output = execFileSync("node", args, { cwd, encoding: "utf8" });
  const { summary } = JSON.parse(output) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  return [...new Set(summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`))].sort();
}
