import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dashboards } from "../../../constructs/monitoring/dashboard-rows";
import { alertGroups, recordingGroups } from "../../../constructs/monitoring/rules/alerts";
import { UNITS } from "../../../constructs/monitoring/rules/machines";
import { ON_DUTY, TOLD_ELSEWHERE } from "../../../constructs/monitoring/rules/recording";
import { TEXTFILES } from "../../../constructs/monitoring/rules/silence";
import { EXPORTERS, metricsOf } from "./metric-sources";
import { rulesOf } from "./rules-read";
import { india, indonesia } from "./sites";

// The last one on duty records who goes before it.
const records = [indonesia, india].flatMap(recordingGroups).flatMap(rulesOf);
const used = [
  ...records.map(({ expr }) => expr),
  ...alertGroups(indonesia).flatMap(({ alerts }) => alerts.map(({ expr }) => expr)),
  ON_DUTY,
  TOLD_ELSEWHERE,
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

const read = (path: string) => readFileSync(join(__dirname, "../../../constructs", path), "utf8");

test("what should run on a machine is what its boot script turns on, and nothing else is", () => {
  const enabled = (path: string) =>
    [
      ...read(path)
        .replace(/\\\n\s*/g, "")
        .matchAll(/systemctl enable ([^\n]*)/g),
    ].flatMap(([, units = ""]) => units.split(" ").filter((unit) => /\.(service|timer)$/.test(unit)));
  const all = { edge: "edge-host", database: "database-host", vpn: "vpn-host" } as const;
  // MariaDB's state is told by more than this, and a dead exporter does not answer.
  const others = ["mariadb.service", "prometheus-mysqld-exporter.service"];
  for (const [folder, job] of Object.entries(all)) {
    const units = [...enabled(`${folder}/boot.sh`), ...enabled("machine/boot-lib.sh")];
    expect([job, ...[...new Set(units)].sort()]).toEqual([
      job,
      ...[...UNITS[job], ...(job === "database-host" ? others : [])].sort(),
    ]);
  }
});

test("each file that scripts write for the node exporter is watched, or holds times that age by themselves", () => {
  const written = [
    ...["edge/edge-sync.sh", "machine/machine-logs.sh"].map(
      (path) => /node-exporter\/([\w-]+\.prom)/.exec(read(path))?.[1],
    ),
    ...["credentials", "health", "backup"].flatMap((name) =>
      [...read(`database/galera-${name}.sh`).matchAll(/\bput_metrics ([\w-]+)/g)].map(([, file]) => `${file}.prom`),
    ),
  ];
  const aging = ["galera-backup.prom", "galera-backup-newest.prom", "galera-logs.prom", "galera-check.prom"];
  expect(written.sort()).toEqual([...new Set(TEXTFILES.map(({ file }) => file)), ...aging].sort());
});

test.each([
  ['sum by (country) (rate(a_total{b="c"}[5m])) > 0', ["a_total"]],
  ['x:y unless on (country) (up{job=~"a|b"} == 1)', ["x:y", "up"]],
  ["time() - max(a) < 2.5e9 and on () (b offset 10m)", ["a", "b"]],
  ['count by (a) (b == 0 and on (c, d) label_replace(up{}, "e", "$1", "f", "(.+)"))', ["b", "up"]],
  ["a > bool 0", ["a"]],
])("the metrics of %s", (expr, metrics) => {
  expect(metricsOf(expr)).toEqual(metrics);
});
