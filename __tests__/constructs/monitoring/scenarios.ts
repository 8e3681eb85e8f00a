import { renderRules } from "../../../constructs/monitoring/rules/alerts";
import type { SiteSettings } from "../../../constructs/monitoring/site-settings";
import type { Firing } from "./alertmanager";
import { ESTATE, estateSeries, type Fault } from "./estate-series";
import { promtool } from "./promtool";
import { india, indonesia, singapore } from "./sites";

/** A fault at minute 5 as every site sees it that is left, and who is woken by whom. */
export interface Scenario {
  readonly sites: readonly SiteSettings[];
  readonly series: (site: SiteSettings) => Readonly<Record<string, string>>;
  readonly pages: readonly string[];
}

const ALL_SITES = [indonesia, singapore, india];

function scenario(sites: readonly SiteSettings[], fault: Fault, pages: readonly string[]): Scenario {
  return { sites, series: (site) => estateSeries(site, fault), pages };
}

const of = (country: string) => (labels: Firing) => labels.country === country;
const job = (labels: Firing, ...jobs: readonly string[]) => jobs.includes(labels.job ?? "");
const isMachine = (labels: Firing) => job(labels, "mysqld", "database-host");

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "at rest nobody is woken": scenario(ALL_SITES, {}, []),
  "India is lost: one page that names it, by the first site that is left": scenario(
    [indonesia, singapore],
    { isGone: of("india"), members: 2 },
    ["indonesia: CountryLost india"],
  ),
  "Indonesia is lost, whose site is on duty: the next one tells": scenario(
    [singapore, india],
    { isGone: of("indonesia"), members: 2 },
    ["singapore: CountryLost indonesia"],
  ),
  "a database machine is lost": scenario(
    ALL_SITES,
    { isGone: (labels) => of("india")(labels) && isMachine(labels), members: 2 },
    ["indonesia: DatabaseHostDown india"],
  ),
  "the site on duty is lost, and nothing else": scenario(
    [singapore, india],
    { isGone: (labels) => of("indonesia")(labels) && job(labels, "monitoring-sites") },
    ["singapore: MonitoringSiteSilent indonesia"],
  ),
  "no node of the database takes writes": scenario(ALL_SITES, { isWritable: () => false, errors: ESTATE }, [
    "indonesia: DatabaseDown indonesia",
  ]),
  "a node takes a full copy": scenario(ALL_SITES, { isWritable: (country) => country !== "india", reason: "down" }, []),
  "a country's app serves errors": scenario(ALL_SITES, { errors: ["india"] }, [
    "india: ErrorBudgetGoneInTwoDays india",
  ]),
};

/** Every alert that fires at a site, by real promtool with the site's whole rules. */
export function firingAt(site: SiteSettings, series: Readonly<Record<string, string>>, time: string): Firing[] {
  const words = promtool(["test", "rules", "tests.yml"], {
    "rules.yml": renderRules(site),
    "tests.yml": {
      rule_files: ["rules.yml"],
      evaluation_interval: "15s",
      tests: [
        {
          interval: "15s",
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          // Nothing is expected, so that promtool says what there is.
          promql_expr_test: [
            { expr: 'ALERTS{alertstate="firing"} or on () vector(7)', eval_time: time, exp_samples: [] },
          ],
        },
      ],
    },
  });
  const got = words.slice(words.indexOf("got:"));
  if (!words.includes("got:")) throw new Error(`promtool tells nothing: ${words}`);
  return [...got.matchAll(/\{(__name__="ALERTS"[^}]*)\}/g)].map(([, labels = ""]) => parseLabels(labels));
}

function parseLabels(text: string): Firing {
  const { __name__, alertstate, ...labels } = Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  return labels;
}
