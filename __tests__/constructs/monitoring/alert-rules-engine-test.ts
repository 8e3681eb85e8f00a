import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { HelmValues } from "../../../constructs/kubernetes/values/helm-values";
import { type Alert, renderAlertGroup } from "../../../constructs/monitoring/alert";
import { renderScrapeConfigs } from "../../../constructs/monitoring/render-scrape-jobs";
import { alertGroups, renderRules } from "../../../constructs/monitoring/rules/alerts";
import { ON_DUTY, TOLD_ELSEWHERE } from "../../../constructs/monitoring/rules/recording";
import { ALERT_CASES } from "./alert-cases";
import type { AlertCase } from "./alert-cases/alert-case";
import { promtool } from "./promtool";
import { rulesOf, withItsRecords } from "./rules-read";
import { indonesia, singapore, stagingSite } from "./sites";

const ALERTS = alertGroups(indonesia).flatMap(({ alerts }) => alerts);
const RUNBOOKS = join(__dirname, "../../../docs/runbooks");

test.each([
  ["production", indonesia],
  ["staging", stagingSite],
])("promtool takes the scrape config and the rules of %s", async (_environment, site) => {
  const words = await promtool(["check", "config", "prometheus.yml"], {
    "prometheus.yml": {
      rule_files: ["rules.yml"],
      scrape_configs: renderScrapeConfigs(site),
    },
    "rules.yml": renderRules(site),
  });
  expect(words).toMatch(/SUCCESS: prometheus.yml is valid/);
  expect(words).toMatch(/SUCCESS: \d+ rules found/);
  expect(words).not.toContain("FAILED");
});

test("promtool lints the rules", async () => {
  expect(
    await promtool(["check", "rules", "--lint=all", "--lint-fatal", "rules.yml"], {
      "rules.yml": renderRules(indonesia),
    }),
  ).toMatch(/SUCCESS/);
});

test("every alert but the watchdog has a case, and every case an alert", () => {
  const names = ALERTS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(ALERT_CASES).sort()).toEqual(names.filter((name) => name !== "Watchdog").sort());
});

describe("in a world where it should, and in one where it should not,", () => {
  /** What promtool says of each alert. */
  let words: ReadonlyMap<string, string>;
  beforeAll(async () => {
    const names = ALERTS.map(({ name }) => `${name}.test.yml`);
    const all = await promtool(["test", "rules", ...names], Object.fromEntries(ALERTS.flatMap(filesOf)));
    const each = all.split("Unit Testing:").slice(1);
    words = new Map(each.map((text) => [/^\s*(\w+)\.test\.yml/.exec(text)?.[1] ?? "", text]));
  });

  test.each(ALERTS.map(({ name }) => name))("%s fires, and does not", (name) => {
    expect(words.get(name)).not.toContain("FAILED");
    expect(words.get(name)).toMatch(/SUCCESS/);
  });
});

test("every alert leads to a heading of a runbook", () => {
  const missing = ALERTS.filter(({ runbook }) => {
    const [file = "", anchor = ""] = runbook.split("#");
    return !existsSync(join(RUNBOOKS, file)) || !anchors(readFileSync(join(RUNBOOKS, file), "utf8")).includes(anchor);
  });
  expect(missing.map(({ name, runbook }) => `${name}: ${runbook}`)).toEqual([]);
});

test("every summary names the country", () => {
  for (const { name, summary } of ALERTS)
    expect([name, summary]).toEqual([name, expect.stringContaining("$labels.country")]);
});

test("what all sites see of databases and machines is told by the one on duty alone", () => {
  const rules = renderRules(singapore).groups.flatMap(rulesOf);
  const everybody = rules.filter(
    ({ alert, expr, labels }) =>
      alert &&
      labels?.severity !== "info" &&
      /\b(database|mysql|node|machine_logs)_/.test(expr) &&
      !/site:on_duty|site:told_elsewhere/.test(expr),
  );
  // Of its own country, or of machines that it alone scrapes.
  expect(everybody.map(({ alert }) => alert)).toEqual(["EdgeFull", "SignalMissing", "TargetBlind"]);
});

test("what a site expects is recorded as series", () => {
  const [expected = {}] = renderRules(singapore).groups;
  const rules = rulesOf(expected);
  const lines = rules.map(({ record, expr, labels = {} }) => `${record} ${Object.values(labels).join(" ")}: ${expr}`);
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "site:self singapore: vector(1)
    site:country_of_estate indonesia: vector(1)
    site:country_of_estate singapore: vector(1)
    site:country_of_estate india: vector(1)
    site:country_watched singapore: vector(1)
    site:queue_limit singapore: vector(3000)
    site:error_budget singapore: vector(0.001)
    site:first_byte_objective_seconds singapore: vector(0.5)
    site:targets_expected singapore haproxy: vector(3)
    site:targets_expected singapore edge-host: vector(3)
    site:targets_expected singapore vpn-host: vector(1)
    site:targets_expected indonesia mysqld: vector(1)
    site:targets_expected singapore mysqld: vector(1)
    site:targets_expected india mysqld: vector(1)
    site:targets_expected indonesia database-host: vector(1)
    site:targets_expected singapore database-host: vector(1)
    site:targets_expected india database-host: vector(1)
    site:targets_expected indonesia monitoring-sites: vector(2)
    site:targets_expected india monitoring-sites: vector(2)
    site:goes_before indonesia: vector(1)
    site:on_duty : site:self unless on () (alerts:taken:rate5m{job="monitoring-sites"} > 0 and on (country) site:goes_before)
    site:told_elsewhere : up{job="database-host"} unless on () site:on_duty"
  `);
});

test("a rule", () => {
  const rules = renderRules(indonesia).groups.flatMap(rulesOf);
  expect(rules.find(({ alert }) => alert === "FailoverActive")).toMatchInlineSnapshot(`
    {
      "alert": "FailoverActive",
      "annotations": {
        "runbook": "docs/runbooks/edge.md#a-countrys-app-is-down",
        "summary": "{{ $labels.country }}: its own app is down; other countries serve its users",
      },
      "expr": "count by (country) (haproxy_server_status{job="haproxy", proxy=~"reads|writes", server!="_elsewhere", state="UP"} == 0 and on (instance, server) label_replace(up{job="haproxy"}, "server", "$1", "country", "(.+)"))",
      "for": "1m",
      "labels": {
        "severity": "critical",
      },
    }
  `);
});

/** An alert's rule with what it reads, and its tests: all rules, minute by minute through days, would take one. */
function filesOf(alert: Alert): [string, HelmValues][] {
  const groups = withItsRecords(indonesia, renderAlertGroup({ name: "one", alerts: [alert] }, ON_DUTY, TOLD_ELSEWHERE));
  const { at = AT } = ALERT_CASES[alert.name] ?? WATCHDOG;
  const test = {
    rule_files: [`${alert.name}.yml`],
    // A series is not seen any more after five minutes.
    evaluation_interval: /^([6-9]|\d\d)h$/.test(at) ? "4m" : "1m",
    // Else it is by chance.
    group_eval_order: groups.map(({ name }) => name ?? null),
    tests: testsOf(alert),
  };
  return [
    [`${alert.name}.yml`, { groups }],
    [`${alert.name}.test.yml`, test],
  ];
}

/** Each alert is asked in a world where it fires and in one where it must not. */
function testsOf({ name, severity, runbook }: Alert) {
  const { fires, alsoFires = [], quiet, at = AT, labels, summary }: AlertCase = ALERT_CASES[name] ?? WATCHDOG;
  const world = (series: AlertCase["fires"], alerts: object[]) => ({
    interval: "1m",
    name,
    input_series: Object.entries(series).map(([series, values]) => ({
      series,
      values,
    })),
    alert_rule_test: [{ eval_time: at, alertname: name, exp_alerts: alerts as never[] }],
  });
  const other = (series: AlertCase["fires"], index: number) => {
    const expr = `count(ALERTS{alertname="${name}", alertstate="firing"}) > bool 0`;
    const promql_expr_test = [{ expr, eval_time: at, exp_samples: [{ labels: "{}", value: 1 }] }];
    return { ...world(series, []), alert_rule_test: [], promql_expr_test, name: `another world, ${index}` };
  };
  const alert = {
    exp_labels: { severity, ...labels },
    exp_annotations: { summary, runbook: `docs/runbooks/${runbook}` },
  };
  return name === "Watchdog"
    ? [world(fires, [alert])]
    : [world(fires, [alert]), world(quiet, []), ...alsoFires.map(other)];
}

/** Unless a case says another time. */
const AT = "30m";

const WATCHDOG: AlertCase = {
  fires: {},
  labels: { country: "indonesia" },
  summary: "indonesia: alerts arrive. When this does not come, they do not",
  quiet: {},
};

/** GitHub's anchors of a page's headings. */
function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, "")
      .replace(/ /g, "-"),
  );
}
