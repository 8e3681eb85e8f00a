import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { parseSync } from "@swc/core";

// What an import leads to: a path from the top of the project without its ending, `npm:` a package, or `node:`.
const CONFIG = /^config\/(?!(production|staging|environments)$)/;
const TOPOLOGIES = /^config\/(production|staging|environments)$/;
const RENDERERS = /^constructs\/.+-(config|values|settings|rules|table)$/;
const CONSTRUCTS = /^constructs\//;
const STACKS = /^stacks\/[a-z]+-stack$/;
const ESTATE = /^stacks\/estate$/;
const CDKTF = /^npm:(cdktf|constructs)$/;
/** One resource of a provider; the whole of it (`/lib`, `/lib/index` or no path) costs 3 s and 450 MB. */
const RESOURCES = /^npm:@cdktf\/provider-[a-z]+\/lib\/(?!index$)[a-z0-9-]+$/;
const PACKAGES = /^npm:(?!cdktf|constructs$|@cdktf\/)/;
const NODE = /^node:/;

interface Rule {
  /** The files that it is for; the first row that has a file is its rule. */
  readonly files: RegExp;
  readonly may: readonly RegExp[];
  /** Allowed with `import type` only. @default none */
  readonly mayTypes?: readonly RegExp[];
  readonly rule: string;
}

const RULES: readonly Rule[] = [
  {
    rule: "main picks the topology and calls the estate",
    files: /^main\.ts$/,
    may: [/^npm:cdktf$/, /^config\/(environments|refused-error)$/, ESTATE],
  },
  { rule: "config knows itself alone", files: /^config\//, may: [CONFIG, TOPOLOGIES] },
  {
    rule: "a renderer is pure: settings in, text out",
    files: /^constructs\/.+-(config|values|settings|rules|table)\.ts$/,
    may: [CONFIG, RENDERERS],
  },
  {
    rule: "a construct knows no stack and no concrete topology",
    files: /^constructs\//,
    may: [CONFIG, CONSTRUCTS, CDKTF, RESOURCES, /^npm:js-yaml$/, /^node:(fs|path)$/],
  },
  {
    rule: "a stack knows no concrete topology, and of another stack the types alone",
    files: /^stacks\/[a-z]+-stack\.ts$/,
    may: [CONFIG, CONSTRUCTS, CDKTF, RESOURCES],
    mayTypes: [STACKS],
  },
  {
    rule: "the estate puts stacks together and makes nothing itself",
    files: /^stacks\/estate\.ts$/,
    may: [CONFIG, STACKS, /^constructs\/labels$/, /^constructs\/cloud-limits\//],
    mayTypes: [CDKTF],
  },
  {
    rule: "the bootstrap picks a topology and builds its one stack",
    files: /^bootstrap\//,
    may: [/^npm:cdktf$/, /^config\/(environments|refused-error|validate-topology)$/, /^stacks\/bootstrap-stack$/, NODE],
  },
  {
    rule: "a tool works on data and on what was synthesized",
    files: /^tools\//,
    may: [CONFIG, TOPOLOGIES, RENDERERS, PACKAGES, NODE, /^tools\//],
  },
  {
    rule: "a drill works on data and on what was synthesized",
    files: /^drill\//,
    may: [CONFIG, TOPOLOGIES, RENDERERS, PACKAGES, NODE, /^tools\//, /^drill\//],
  },
  {
    rule: "the benchmark builds the estate as main does",
    files: /^bench\//,
    may: [CONFIG, TOPOLOGIES, ESTATE, /^npm:cdktf$/, NODE, /^tools\/table$/, /^bench\//],
  },
];

/** Who may read the environment; all others are given what they need. */
const ENVIRONMENT_READERS: Readonly<Record<string, string>> = {
  "main.ts": "the name of the environment to synthesize",
  "drill/main.ts": "where programs are looked for",
  "bench/main.ts": "what the measured commands inherit",
};

/** Folders without source of ours, and the tests, which may import everything. */
const SKIPPED = ["node_modules", "cdktf.out", "state", "docs", "__tests__"];

const ROOT = join(__dirname, "..");
const files = sourceFiles("");

test("every import is one that the table allows", () => {
  expect(files.flatMap((file) => importProblems(file, sourceOf(file)))).toEqual([]);
});

test("every row of the table has a file", () => {
  const idle = RULES.filter((rule) => !files.some((file) => ruleOf(file) === rule));
  expect(idle.map(({ rule }) => rule)).toEqual([]);
});

test("the environment is read where the table says", () => {
  expect(files.filter((file) => readsEnvironment(sourceOf(file))).sort()).toEqual(
    Object.keys(ENVIRONMENT_READERS).sort(),
  );
});

test.each([
  ["config/names.ts", 'import { App } from "cdktf";', "npm:cdktf", "config knows itself alone"],
  ["config/names.ts", 'import { readFileSync } from "node:fs";', "node:fs", "config knows itself alone"],
  ["config/names.ts", 'export * from "../stacks/estate";', "stacks/estate", "config knows itself alone"],
  ["config/names.ts", 'import "./support/x";', "__tests__/support/x", "config knows itself alone"],
  ["config/names.ts", 'import x from "../../elsewhere";', "../elsewhere", "config knows itself alone"],
  ["constructs/a/b-config.ts", 'import "node:fs";', "node:fs", "a renderer is pure: settings in, text out"],
  [
    "constructs/a/b-values.ts",
    'import { literal } from "../terraform-text";',
    "constructs/terraform-text",
    "a renderer is pure: settings in, text out",
  ],
  ...["@cdktf/provider-google", "@cdktf/provider-google/lib", "@cdktf/provider-google/lib/index"].map((barrel) => [
    "constructs/a/b.ts",
    `import { computeNetwork } from "${barrel}";`,
    `npm:${barrel}`,
    "a construct knows no stack and no concrete topology",
  ]),
  [
    "constructs/a/b.ts",
    'import type { NetworkStack } from "../../stacks/network-stack";',
    "stacks/network-stack",
    "a construct knows no stack and no concrete topology",
  ],
  [
    "constructs/a/b.ts",
    'import { production } from "../../config/production";',
    "config/production",
    "a construct knows no stack and no concrete topology",
  ],
  [
    "stacks/region-stack.ts",
    'import { NetworkStack } from "./network-stack";',
    "stacks/network-stack",
    "a stack knows no concrete topology, and of another stack the types alone",
  ],
  [
    "stacks/region-stack.ts",
    'import { type CountryNetworkOutputs, NetworkStack } from "./network-stack";',
    "stacks/network-stack",
    "a stack knows no concrete topology, and of another stack the types alone",
  ],
  [
    "stacks/estate.ts",
    'import { App } from "cdktf";',
    "npm:cdktf",
    "the estate puts stacks together and makes nothing itself",
  ],
  [
    "main.ts",
    'const { production } = await import("./config/production");',
    "config/production",
    "main picks the topology and calls the estate",
  ],
  [
    "tools/topology.ts",
    'import { Edge } from "../constructs/edge/edge";',
    "constructs/edge/edge",
    "a tool works on data and on what was synthesized",
  ],
  [
    "tools/topology.ts",
    'const { App } = require("cdktf");',
    "npm:cdktf",
    "a tool works on data and on what was synthesized",
  ],
  [
    "tools/topology.ts",
    'import cdktf = require("cdktf");',
    "npm:cdktf",
    "a tool works on data and on what was synthesized",
  ],
  [
    "drill/main.ts",
    'type Edge = import("../constructs/edge/edge").Edge;',
    "constructs/edge/edge",
    "a drill works on data and on what was synthesized",
  ],
  ["bench/main.ts", 'import "../drill/table";', "drill/table", "the benchmark builds the estate as main does"],
  ["scripts/new.ts", 'import "node:fs";', "node:fs", "this file has no row in the table"],
])("in %s, %s is caught", (file, source, to, rule) => {
  expect(importProblems(file, source)).toEqual([`${file} -> ${to}: ${rule}`]);
});

test.each([
  ["stacks/region-stack.ts", 'import type { CountryNetworkOutputs } from "./network-stack";'],
  ["stacks/region-stack.ts", 'import { type CountryNetworkOutputs } from "./network-stack";'],
  ["stacks/region-stack.ts", 'import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";'],
  ["tools/topology.ts", 'import { firewallRows } from "../constructs/network/firewall-rows";'],
  ["config/names.ts", '// import { App } from "cdktf";\nexport const text = `import "cdktf"`;'],
])("in %s, %s is allowed", (file, source) => {
  expect(importProblems(file, source)).toEqual([]);
});

test.each([
  ["process.env.HOME", true],
  ['process["env"].HOME', true],
  ["const { env } = process;", true],
  ['import { env } from "node:process";', true],
  ["process.exitCode = 1;", false],
  ["// process.env", false],
])("%s reads the environment: %p", (source, expected) => {
  expect(readsEnvironment(source)).toBe(expected);
});

interface Import {
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Every import that a file's rule does not allow, as `file -> import: rule`. */
function importProblems(file: string, source: string): string[] {
  const rule = ruleOf(file);
  return importsOf(file, source)
    .filter(({ to, typeOnly }) => {
      const allowed = [...(rule?.may ?? []), ...(typeOnly ? (rule?.mayTypes ?? []) : [])];
      return !allowed.some((target) => target.test(to));
    })
    .map(({ to }) => `${file} -> ${to}: ${rule?.rule ?? "this file has no row in the table"}`);
}

function ruleOf(file: string): Rule | undefined {
  return RULES.find((rule) => rule.files.test(file));
}

/** A node of the syntax tree; which fields it has depends on its type. */
interface Node {
  readonly type?: string;
  readonly value?: unknown;
  readonly typeOnly?: boolean;
  readonly specifiers?: readonly { readonly isTypeOnly?: boolean }[];
  readonly source?: Node | null;
  readonly argument?: Node;
  readonly expression?: Node;
  readonly callee?: Node;
  readonly arguments?: readonly { readonly expression: Node }[];
  readonly object?: Node;
  readonly property?: Node & { readonly expression?: Node };
  readonly id?: Node;
  readonly init?: Node | null;
}

function importsOf(file: string, source: string): Import[] {
  return nodesOf(source).flatMap((node): Import[] => {
    const { type, typeOnly = false, specifiers = [] } = node;
    if (node.source) {
      const onlyTypes = specifiers.length > 0 && specifiers.every(({ isTypeOnly }) => isTypeOnly);
      return [{ to: target(file, node.source.value), typeOnly: typeOnly || onlyTypes }];
    }
    if (type === "TsExternalModuleReference") return [{ to: target(file, node.expression?.value), typeOnly }];
    if (type === "TsImportType") return [{ to: target(file, node.argument?.value), typeOnly: true }];
    const isCall = node.callee?.type === "Import" || node.callee?.value === "require";
    return isCall ? [{ to: target(file, node.arguments?.[0]?.expression.value), typeOnly: false }] : [];
  });
}

function target(file: string, specifier: unknown): string {
  if (typeof specifier !== "string") return "something computed";
  if (specifier.startsWith(".")) return posix.join(posix.dirname(file), specifier.replace(/\.[jt]s$/, ""));
  return specifier.startsWith("node:") ? specifier : `npm:${specifier}`;
}

function readsEnvironment(source: string): boolean {
  return nodesOf(source).some(({ object, property, id, init, source }) => {
    const member = property?.expression?.value ?? property?.value;
    const isTakenApart = id?.type === "ObjectPattern" && init?.value === "process";
    return (object?.value === "process" && member === "env") || isTakenApart || source?.value === "node:process";
  });
}

function nodesOf(source: string): Node[] {
  const collect = (value: unknown): Node[] => {
    if (typeof value !== "object" || value === null) return [];
    const below = Object.values(value).flatMap(collect);
    return Array.isArray(value) ? below : [value as Node, ...below];
  };
  return collect(parseSync(source, { syntax: "typescript", target: "es2022" }).body);
}

/** Every source file of the project below a folder, as paths from its top. */
function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((found) => {
    const path = posix.join(folder, found.name);
    if (found.isDirectory()) return SKIPPED.includes(path) || found.name.startsWith(".") ? [] : sourceFiles(path);
    return found.name.endsWith(".ts") ? [path] : [];
  });
}

function sourceOf(file: string): string {
  return readFileSync(join(ROOT, file), "utf8");
}
