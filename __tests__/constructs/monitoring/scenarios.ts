import { alertGroups, recordingGroups, renderRules } from "../../../constructs/monitoring/rules/alerts";
import type { SiteSettings } from "../../../constructs/monitoring/site-settings";
import type { Firing } from "./alertmanager";
import { ESTATE, estateSeries, type Fault } from "./estate-series";
import { promtool } from "./promtool";
import { india, indonesia, singapore } from "./sites";

/** A fault at minute 5 as every site sees it that is left, and who is woken by whom, how many seconds later. */
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
    ["indonesia: CountryLost india after 105"],
  ),
  "Indonesia is lost, whose site is on duty: the next one tells": scenario(
    [singapore, india],
    { isGone: of("indonesia"), members: 2 },
    ["singapore: CountryLost indonesia after 105"],
  ),
  "a database machine is lost": scenario(
    ALL_SITES,
    { isGone: (labels) => of("india")(labels) && isMachine(labels), members: 2 },
    ["indonesia: DatabaseHostDown india after 135"],
  ),
  "the site on duty is lost, and nothing else": scenario(
    [singapore, india],
    { isGone: (labels) => of("indonesia")(labels) && job(labels, "monitoring-sites") },
    ["singapore: MonitoringSiteSilent indonesia after 315"],
  ),
  "no node of the database takes writes": scenario(ALL_SITES, { isWritable: () => false, errors: ESTATE }, [
    "indonesia: DatabaseDown indonesia after 45",
  ]),
  "a node takes a full copy": scenario(ALL_SITES, { isWritable: (country) => country !== "india", reason: "down" }, []),
  "a country's app serves errors": scenario(ALL_SITES, { errors: ["india"] }, [
    "india: ErrorBudgetGoneInTwoDays india after 75",
  ]),
  "a hundredth of a country's answers are errors": scenario([india], { someErrors: ["india"] }, [
    "india: ErrorBudgetGoneInFiveDays india after 540",
  ]),
  "a country's edges restart, and count anew": scenario([india], { restarted: ["india"] }, []),
  "a country's whole edge is gone, and nothing else": scenario(
    ALL_SITES,
    { isVanished: (labels) => of("india")(labels) && job(labels, "haproxy", "edge-host") },
    ["india: EdgeDown india after 135"],
  ),
  "no country's app is up": scenario([india], { appIsDown: ESTATE }, ["india: NoCountryServes india after 45"]),
  "a country's app is down, and the next one serves": scenario(ALL_SITES, { appIsDown: ["india"] }, [
    "india: FailoverActive india after 75",
  ]),
  "a country's app is slow": scenario([india], { slow: ["india"] }, ["india: AnswersVerySlow india after 315"]),
  "a country's users are refused": scenario([india], { refused: ["india"] }, ["india: UsersRefused india after 465"]),
  "a country's users ask nothing any more": scenario([india], { quiet: ["india"] }, [
    "india: TrafficGone india after 615",
  ]),
  "two edge machines of three are gone": scenario(
    [india],
    { isVanished: (labels) => /india-edge-[12]/.test(labels.instance ?? "") },
    [],
  ),
};

const FAULT_SECONDS = 300;
const LAST_SECONDS = 1200;
/** Between scrapes, and between evaluations: as in production. */
const STEP_SECONDS = 15;
/** Enough to know what fires in the end, at a quarter of the time. */
const LONG_STEP_SECONDS = 60;

/** Every alert that fires at a site 20 minutes after the fault, by real promtool with the site's whole rules. */
export function firingInTheEnd(site: SiteSettings, series: Readonly<Record<string, string>>): Firing[] {
  return firing(site, series, ["25m"], LONG_STEP_SECONDS).flat();
}

/** The alerts that fire 15 minutes after the fault, each with the seconds after which it began to. */
export function firingSince(
  site: SiteSettings,
  series: Readonly<Record<string, string>>,
): { readonly alert: Firing; readonly seconds: number }[] {
  const times: number[] = [];
  for (let time = FAULT_SECONDS; time <= LAST_SECONDS; time += STEP_SECONDS) times.push(time);
  const asked = times.map((time) => `${time}s`);
  const told = firing(site, series, asked, STEP_SECONDS);
  return (told.at(-1) ?? []).map((alert) => {
    const begun = told.findIndex((alerts) => alerts.some((other) => isSame(other, alert)));
    return { alert, seconds: begun * STEP_SECONDS };
  });
}

function isSame(one: Firing, other: Firing): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What fires at each of these times. */
function firing(
  site: SiteSettings,
  series: Readonly<Record<string, string>>,
  times: readonly string[],
  evaluationSeconds: number,
): Firing[][] {
  const words = promtool(["test", "rules", "tests.yml"], {
    "rules.yml": renderRules(site),
    "tests.yml": {
      rule_files: ["rules.yml"],
      evaluation_interval: `${evaluationSeconds}s`,
      // Else it is by chance, and an alert one step later.
      group_eval_order: [...recordingGroups(site), ...alertGroups(site)].map(({ name }) => name),
      tests: [
        {
          interval: `${STEP_SECONDS}s`,
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          // Nothing is expected, so that promtool says what there is.
          promql_expr_test: times.map((time) => ({
            expr: 'ALERTS{alertstate="firing"} or on () vector(7)',
            eval_time: time,
            exp_samples: [],
          })),
        },
      ],
    },
  });
  const [, ...answers] = words.split("got:");
  if (answers.length !== times.length) throw new Error(`promtool does not tell of each time: ${words}`);
  return answers.map((text) =>
    [...text.matchAll(/\{(__name__="ALERTS"[^}]*)\}/g)].map(([, labels = ""]) => parseLabels(labels)),
  );
}

function parseLabels(text: string): Firing {
  const { __name__, alertstate, ...labels } = Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  return labels;
}
