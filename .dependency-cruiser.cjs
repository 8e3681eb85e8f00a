// Who may import whom, by what can be reached. `npm run lint` asks; docs/conventions.md has the table in words.

const COMMANDS = "^(tools|drill|rehearsal)/";
/** A rehearsal's child process: nobody imports it. */
const SYNTHESIS = "^rehearsal/synth\\.ts$";
/** Text, tables, values, interfaces and constants: everything in constructs/ that needs no cdktf. */
const PURE = [
  "^constructs/.+/(values|rules)/",
  "^constructs/.+/render-",
  "^constructs/.+-(rows|row|settings|names|flows|rule)\\.ts$",
  "^constructs/escape-template\\.ts$",
];
const CDKTF = "node_modules/(cdktf|constructs|@cdktf)/";
/** What other things are built with. */
const TOOLKITS = "^constructs/(bucket|disk|kubernetes|load-balancer|machine)/";
const TYPE_ONLY = { dependencyTypesNot: ["type-only"] };

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "main-picks-the-topology",
      comment: "main.ts picks the topology and has its estate written.",
      severity: "error",
      from: { path: "^main\\.ts$" },
      to: { pathNot: ["^config/(environments|refused-error)\\.ts$", "^stacks/(estate|synthesize)\\.ts$"] },
    },
    {
      name: "config-knows-itself-alone",
      comment: "Topologies, names, ports and limits: no cdktf, no files, no environment.",
      severity: "error",
      from: { path: "^config/" },
      to: { pathNot: "^config/" },
    },
    {
      name: "settings-are-pure",
      comment: "Settings follow from the topology and the address plan alone.",
      severity: "error",
      from: { path: "^settings/" },
      to: { path: [CDKTF, "^(stacks|checks|tools|drill|rehearsal|bench)/"], reachable: true },
    },
    {
      name: "settings-read-no-files",
      severity: "error",
      from: { path: "^settings/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "pure-text-reaches-no-cdktf",
      comment: "Renderers, rows and values can be asked for without a synth.",
      severity: "error",
      from: { path: PURE },
      to: { path: CDKTF, reachable: true },
    },
    {
      name: "pure-text-reads-no-files",
      severity: "error",
      from: { path: PURE },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "constructs-know-no-stack",
      comment:
        "A construct is given its settings: it knows no stack, no concrete topology, and does not derive anything.",
      severity: "error",
      from: { path: "^constructs/" },
      to: {
        path: "^(stacks|settings|checks|tools|drill|rehearsal|bench|config/(production|staging|environments)\\.ts)",
      },
    },
    {
      name: "constructs-keep-their-insides",
      comment: "One thing does not reach into another: what both need is in config/ or in a toolkit.",
      severity: "error",
      from: { path: "^constructs/([^/]+)/", pathNot: TOOLKITS },
      to: {
        path: "^constructs/[^/]+/",
        pathNot: [
          "^constructs/$1/",
          TOOLKITS,
          // A monitoring site is a cluster with things in it.
          "^constructs/cluster/",
        ],
      },
    },
    {
      name: "toolkits-know-no-tenant",
      severity: "error",
      from: { path: TOOLKITS },
      to: { path: "^constructs/[^/]+/", pathNot: TOOLKITS },
    },
    {
      name: "checks-look-at-the-tree",
      severity: "error",
      from: { path: "^checks/" },
      to: { path: "^(stacks|settings|tools|drill|rehearsal|bench)/" },
    },
    {
      name: "stacks-hand-each-other-outputs",
      comment: "Of another stack, the type of its outputs alone.",
      severity: "error",
      from: { path: "^stacks/[a-z]+-stack\\.ts$" },
      to: { path: "^stacks/[a-z]+-stack\\.ts$", ...TYPE_ONLY },
    },
    {
      name: "stacks-know-no-concrete-topology",
      severity: "error",
      from: { path: "^stacks/" },
      to: { path: "^config/(production|staging|environments)\\.ts$" },
    },
    {
      name: "the-estate-makes-nothing",
      comment: "stacks/estate.ts puts stacks together.",
      severity: "error",
      from: { path: "^stacks/estate\\.ts$" },
      to: { path: ["node_modules/@cdktf/", "^constructs/(?!labels)"] },
    },
    {
      name: "commands-reach-no-cdktf",
      comment: "Commands work on data and on the synthesized JSON, so they start at once.",
      severity: "error",
      from: { path: COMMANDS, pathNot: SYNTHESIS },
      to: { path: CDKTF, reachable: true },
    },
    {
      name: "synthesis-is-a-process-of-its-own",
      severity: "error",
      from: {},
      to: { path: SYNTHESIS },
    },
    {
      name: "no-provider-barrel",
      comment: "A whole provider costs 3 s and 450 MB.",
      severity: "error",
      from: {},
      to: { path: "node_modules/@cdktf/provider-[a-z]+/lib/index\\.(js|d\\.ts)$" },
    },
    {
      name: "nothing-imports-the-tests",
      severity: "error",
      from: { pathNot: "^__tests__/" },
      to: { path: "^__tests__/" },
    },
    {
      name: "every-import-is-there",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(cdktf\\.out|node_modules/(?!cdktf|constructs|@cdktf))" },
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".d.ts"] },
    detectProcessBuiltinModuleCalls: true,
  },
};
