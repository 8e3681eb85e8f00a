import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { defaultDashboard } from "@grafana/schema";
import { renderDashboards } from "../../../constructs/monitoring/dashboard-rows";
import { KEPT } from "../../support/kept";
import { indonesia, stagingSite } from "./sites";

const ROOT = join(__dirname, "../../..");

const dashboards: object[] = [indonesia, stagingSite].flatMap((site) => Object.values(renderDashboards(site)));

/** What TypeScript says of each dashboard as a literal: also of properties that the schema does not have. */
function objections(all: readonly object[]): string[] {
  mkdirSync(KEPT, { recursive: true });
  const folder = mkdtempSync(join(KEPT, "dashboards-"));
  try {
    const schema = join(relative(folder, __dirname), "grafana-schema.js");
    for (const [n, dashboard] of all.entries()) {
      const literal = `export const dashboard: GrafanaDashboard = ${JSON.stringify(dashboard, null, 1)};`;
      writeFileSync(join(folder, `${n}.ts`), `import type { GrafanaDashboard } from "${schema}";\n${literal}`);
    }
    const settings = { extends: join(ROOT, "tsconfig.json"), include: ["*.ts"], exclude: [] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "--pretty", "false", "-p", "."], {
      cwd: folder,
      encoding: "utf8",
    });
    const lines = stdout.split("\n");
    const others = lines.filter((line) => !/^(\d+\.ts\(| |$)/.test(line));
    if (others.length > 0) throw new Error(`tsc says ${others.join("\n")}`);
    return all.map((_dashboard, n) => lines.filter((line) => line.startsWith(`${n}.ts(`)).join("\n"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Wrong in one place each: what is written instead, and what the schema does not have or take. */
const WRONG: Readonly<Record<string, readonly [string, string]>> = {
  "a panel that there is not": ['"type": "stat"', '"type": "status"'],
  "a property of a panel": ['"gridPos":', '"transparency": true, "gridPos":'],
  "a colour's mode": ['"mode": "thresholds"', '"mode": "threshold"'],
  "a threshold": ['"value": null', '"value": "0"'],
  "the style of a line": ['"thresholdsStyle": {', '"thresholdStyle": {'],
  "a word of that style": ['"mode": "line"', '"mode": "lines"'],
  "an option of a panel of logs": ['"showTime":', '"showTimes": true, "showTime":'],
  "an order of lines": ['"Descending"', '"Newest"'],
  "a query of Prometheus": ['"legendFormat":', '"legend": "", "legendFormat":'],
  "a query of Elasticsearch": ['"timeField":', '"field": "", "timeField":'],
  "a variable": ['"includeAll":', '"includeEvery": true, "includeAll":'],
  "a kind of variable": ['"type": "custom"', '"type": "choice"'],
  "an annotation": ['"iconColor":', '"colour": "", "iconColor":'],
  "a link": ['"asDropdown":', '"dropdown": true, "asDropdown":'],
  "the dashboard": ['"schemaVersion":', '"schema": 41, "schemaVersion":'],
};

/** Asked in one go: reading the schema takes longest. */
let said: { readonly right: readonly string[]; readonly wrong: readonly string[] };
beforeAll(() => {
  const text = JSON.stringify(dashboards[0], null, 1);
  const planted = Object.values(WRONG).map(([right, wrong]) => JSON.parse(text.replace(right, wrong)));
  const all = objections([...dashboards, ...planted]);
  said = { right: all.slice(0, dashboards.length), wrong: all.slice(dashboards.length) };
});

test("every dashboard is as Grafana's schema wants it", () => {
  expect(dashboards).toHaveLength(10);
  // Else Grafana would change them when it loads them.
  for (const dashboard of dashboards)
    expect(dashboard).toMatchObject({ schemaVersion: defaultDashboard.schemaVersion });
  expect(said.right).toEqual(dashboards.map(() => ""));
});

test("what is wrong is found", () => {
  const found = Object.keys(WRONG).map((what, n) => `${what}: ${/'"?[^']+'/.exec(said.wrong[n] ?? "")?.[0]}`);
  expect(found.join("\n")).toMatchInlineSnapshot(`
    "a panel that there is not: '"status"'
    a property of a panel: '"transparency"'
    a colour's mode: '"threshold"'
    a threshold: 'string'
    the style of a line: '"thresholdStyle"'
    a word of that style: '"lines"'
    an option of a panel of logs: '"showTimes"'
    an order of lines: '"Newest"'
    a query of Prometheus: '"legend"'
    a query of Elasticsearch: '"field"'
    a variable: '"includeEvery"'
    a kind of variable: '"choice"'
    an annotation: '"colour"'
    a link: '"dropdown"'
    the dashboard: '"schema"'"
  `);
});
