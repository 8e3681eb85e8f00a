import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Alert, renderAlertGroup } from "../../../constructs/monitoring/alert";
import { renderScrapeConfigs } from "../../../constructs/monitoring/render-scrape-jobs";
import { alertGroups, recordingGroups, renderRules } from "../../../constructs/monitoring/rules/alerts";
import { ALERT_CASES } from "./alert-cases";
import type { AlertCase } from "./alert-cases/alert-case";
import { promtool } from "./promtool";
import { indonesia, stagingSite } from "./sites";

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
  expect(words).toMatch(/SUCCESS: \d\d rules found/);
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
      "rules.yml": { groups: [...recordingGroups(indonesia), renderAlertGroup({ name: "one", alerts: [alert] })] },
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

test("a rule file", () => {
  expect(renderRules(indonesia).groups[0]).toMatchInlineSnapshot(`
    {
      "name": "expected",
      "rules": [
        {
          "expr": "vector(1)",
          "labels": {
            "country": "indonesia",
          },
          "record": "site:self",
        },
        {
          "expr": "vector(1)",
          "labels": {
            "country": "indonesia",
          },
          "record": "site:country_watched",
        },
        {
          "expr": "vector(3000)",
          "labels": {
            "country": "indonesia",
          },
          "record": "site:queue_limit",
        },
        {
          "expr": "vector(0.001)",
          "labels": {
            "country": "indonesia",
          },
          "record": "site:error_budget",
        },
        {
          "expr": "vector(0.5)",
          "labels": {
            "country": "indonesia",
          },
          "record": "site:first_byte_objective_seconds",
        },
      ],
    }
  `);
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
  summary: "indonesia: alerts arrive. When this does not come every day, they do not",
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
