import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dashboards } from "../../../constructs/monitoring/dashboard-rows";
import { alertGroups, recordingGroups } from "../../../constructs/monitoring/rules/alerts";
import { ON_DUTY } from "../../../constructs/monitoring/rules/recording";
import { EXPORTERS, metricsOf } from "./metric-sources";
import { india, indonesia } from "./sites";

// The last one on duty records who goes before it.
const records = [indonesia, india]
  .flatMap(recordingGroups)
  .flatMap(({ rules }) => rules as readonly { readonly record: string; readonly expr: string }[]);
const used = [
  ...records.map(({ expr }) => expr),
  ...alertGroups(indonesia).flatMap(({ alerts }) => alerts.map(({ expr }) => expr)),
  ON_DUTY,
  ...Object.values(dashboards(indonesia)).flatMap(({ panels }) => panels.map(({ expr }) => expr)),
].flatMap(metricsOf);

test("every metric in an alert or a dashboard is of a known exporter, and none is listed in vain", () => {
  const known = Object.values(EXPORTERS).flatMap(({ metrics }) => metrics);
  expect([...new Set(used)].sort()).toEqual([...known].sort());
});

test("what rules and dashboards read of recorded series is recorded, by one site or another", () => {
  expect([...new Set(records.map(({ record }) => record))].sort()).toEqual([...EXPORTERS.recorded.metrics].sort());
});

test.each(Object.values(EXPORTERS).filter(({ source }) => source.startsWith("constructs/")))(
  "$source writes what rules ask for",
  ({ source, metrics }) => {
    const script = readFileSync(join(__dirname, "../../..", source), "utf8");
    const written = [...script.matchAll(/metric ([a-z_]+) |^ *printf '(?:# HELP )?([a-z_]+)[ {]/gm)].flatMap(
      ([, first, second]) => first ?? second ?? [],
    );
    expect(written).toEqual(expect.arrayContaining([...metrics]));
  },
);

test.each([
  ['sum by (country) (rate(a_total{b="c"}[5m])) > 0', ["a_total"]],
  ['x:y unless on (country) (up{job=~"a|b"} == 1)', ["x:y", "up"]],
  ["time() - max(a) < 2.5e9 and on () (b offset 10m)", ["a", "b"]],
  ['count by (a) (b == 0 and on (c, d) label_replace(up{}, "e", "$1", "f", "(.+)"))', ["b", "up"]],
  ["a > bool 0", ["a"]],
])("the metrics of %s", (expr, metrics) => {
  expect(metricsOf(expr)).toEqual(metrics);
});
