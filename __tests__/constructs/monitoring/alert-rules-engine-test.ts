import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Alert, renderAlertGroup } from "../../../constructs/monitoring/alert";
import { renderScrapeConfigs } from "../../../constructs/monitoring/render-scrape-jobs";
import { alertGroups, recordingGroups, renderRules } from "../../../constructs/monitoring/rules/alerts";
import { ON_DUTY } from "../../../constructs/monitoring/rules/recording";
import { ALERT_CASES } from "./alert-cases";
import type { AlertCase } from "./alert-cases/alert-case";
import { promtool } from "./promtool";
import { indonesia, singapore, stagingSite } from "./sites";

const ALERTS = alertGroups(indonesia).flatMap(({ alerts }) => alerts);
const RUNBOOKS = join(__dirname, "../../../docs/runbooks");

test.each([
  ["production", indonesia],
  ["staging", stagingSite],
])("promtool takes the scrape config and the rules of %s", (_environment, site) => {
  const words = promtool(["check", "config", "prometheus.yml"], {
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

test("promtool lints the rules", () => {
  expect(
    promtool(["check", "rules", "--lint=all", "--lint-fatal", "rules.yml"], {
      "rules.yml": renderRules(indonesia),
    }),
  ).toMatch(/SUCCESS/);
});

test("every alert but the watchdog has a case, and every case an alert", () => {
  const names = ALERTS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(Object.keys(ALERT_CASES).sort()).toEqual(names.filter((name) => name !== "Watchdog").sort());
});

test.each(ALERTS.map((alert) => [alert.name, alert] as const))(
  "%s fires when it should, and not else",
  (_name, alert) => {
    const words = promtool(["test", "rules", "tests.yml"], {
      // The alert alone: all of them, minute by minute through a day, would take one.
      "rules.yml": {
        groups: [...recordingGroups(indonesia), renderAlertGroup({ name: "one", alerts: [alert] }, ON_DUTY)],
      },
      "tests.yml": { rule_files: ["rules.yml"], evaluation_interval: "1m", tests: testsOf(alert) },
    });
    expect(words).not.toContain("FAILED");
    expect(words).toMatch(/SUCCESS/);
  },
);

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

test("what a site expects is recorded as series", () => {
  const [expected] = renderRules(singapore).groups;
  const rules = expected?.rules as { record: string; expr: string; labels?: Record<string, string> }[];
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
    site:on_duty : site:self unless on () (prometheus_notifications_alertmanagers_discovered{job="monitoring-sites"} > 0 and on (country) site:goes_before)"
  `);
});

test("a rule", () => {
  const rules = renderRules(indonesia).groups.flatMap(({ rules }) => rules as { readonly alert?: string }[]);
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

/** Each alert is asked in a world where it fires and in one where it must not. */
function testsOf({ name, severity, runbook }: Alert) {
  const { fires, quiet, at = "30m", labels, summary }: AlertCase = ALERT_CASES[name] ?? WATCHDOG;
  const world = (series: AlertCase["fires"], alerts: object[]) => ({
    interval: "1m",
    name,
    input_series: Object.entries(series).map(([series, values]) => ({
      series,
      values,
    })),
    alert_rule_test: [{ eval_time: at, alertname: name, exp_alerts: alerts as never[] }],
  });
  const alert = {
    exp_labels: { severity, ...labels },
    exp_annotations: { summary, runbook: `docs/runbooks/${runbook}` },
  };
  return name === "Watchdog" ? [world(fires, [alert])] : [world(fires, [alert]), world(quiet, [])];
}

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
