import { alertGroups, recordingGroups, renderRules } from "../../../constructs/monitoring/rules/alerts";
import type { SiteSettings } from "../../../constructs/monitoring/site-settings";
import type { Firing } from "./alertmanager";
import { promtool } from "./promtool";
import { rulesThatCanDiffer } from "./rules-read";

/** A world of series, and how it is watched. */
export interface Pace {
  /** Between scrapes. */
  readonly scrapeSeconds: number;
  /** Between evaluations. */
  readonly evaluationSeconds: number;
  /** When something goes wrong. */
  readonly faultSeconds: number;
  /** How long it is watched from then on. */
  readonly watchedSeconds: number;
  /** Groups of alerts that are evaluated. @default all */
  readonly groups?: readonly string[];
}

/** As in production. */
export const MINUTES: Pace = { scrapeSeconds: 15, evaluationSeconds: 15, faultSeconds: 300, watchedSeconds: 1200 };

/** What is asked for days needs nothing else, and less often. */
export const DAYS: Pace = {
  scrapeSeconds: 120,
  evaluationSeconds: 240,
  faultSeconds: 3 * 86_400,
  watchedSeconds: 86_400,
  groups: ["objectives"],
};

/** Enough to know what fires in the end, at a quarter of the time. */
const IN_THE_END: Pace = { ...MINUTES, evaluationSeconds: 60 };
/** Alertmanager waits so long before it tells of a group, and mutes what is a consequence of what fires by then. */
const GATHERING_SECONDS = 30;

/** Every alert that fires at a site 20 minutes after the fault, by real promtool with the site's whole rules. */
export async function firingInTheEnd(site: SiteSettings, series: Readonly<Record<string, string>>): Promise<Firing[]> {
  return (await firing(site, series, ["25m"], IN_THE_END)).flat();
}

/** What fires when Alertmanager tells of what began last. */
export type Moment = readonly {
  readonly alert: Firing;
  /** From the fault until it began to fire. */
  readonly seconds: number;
}[];

/** The moments, after the fault, at which a site's Alertmanager has something new to tell. */
export async function momentsOf(
  site: SiteSettings,
  series: Readonly<Record<string, string>>,
  pace: Pace = MINUTES,
): Promise<Moment[]> {
  const { faultSeconds, watchedSeconds, evaluationSeconds } = pace;
  const times: number[] = [];
  for (let time = faultSeconds; time <= faultSeconds + watchedSeconds; time += evaluationSeconds) times.push(time);
  const told = await firing(
    site,
    series,
    times.map((time) => `${time}s`),
    pace,
  );
  const since = new Map<string, number>();
  for (const [step, alerts] of told.entries()) {
    for (const alert of alerts.map((each) => JSON.stringify(each)).filter((each) => !since.has(each)))
      since.set(alert, step);
  }
  const latest = told.length - 1;
  const gathered = Math.floor(GATHERING_SECONDS / evaluationSeconds);
  return [...new Set(since.values())].map((step) =>
    (told[Math.min(step + gathered, latest)] ?? []).map((alert) => ({
      alert,
      seconds: (since.get(JSON.stringify(alert)) ?? 0) * evaluationSeconds,
    })),
  );
}

/** What fires at each of these times. */
async function firing(
  site: SiteSettings,
  series: Readonly<Record<string, string>>,
  times: readonly string[],
  pace: Pace,
): Promise<Firing[][]> {
  const queries = times.map((time) => ({ expr: 'ALERTS{alertstate="firing"}', time }));
  return (await ask(site, series, queries, pace, rulesThatCanDiffer(site, series))).map((answer) =>
    answer.map(({ __name__, alertstate, ...labels }) => labels),
  );
}

interface Query {
  readonly expr: string;
  /** Since the begin of the series, for example `25m`. */
  readonly time: string;
}

/** The labels of the series that each query returns, with the site's whole rules. */
export async function ask(
  site: SiteSettings,
  series: Readonly<Record<string, string>>,
  queries: readonly Query[],
  { scrapeSeconds, evaluationSeconds, groups }: Pace = IN_THE_END,
  all = renderRules(site).groups,
): Promise<Firing[][]> {
  const records = recordingGroups(site).map(({ name }) => String(name));
  const names = [...records, ...(groups ?? alertGroups(site).map(({ name }) => name))];
  const rules = all.filter(({ name }) => names.includes(String(name)));
  const words = await promtool(["test", "rules", "tests.yml"], {
    "rules.yml": { groups: rules },
    "tests.yml": {
      rule_files: ["rules.yml"],
      evaluation_interval: `${evaluationSeconds}s`,
      // Else it is by chance, and an alert one step later.
      group_eval_order: names,
      tests: [
        {
          interval: `${scrapeSeconds}s`,
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          // Nothing is expected, so that promtool says what there is.
          promql_expr_test: queries.map(({ expr, time }) => ({
            expr: `(${expr}) or on () vector(7)`,
            eval_time: time,
            exp_samples: [],
          })),
        },
      ],
    },
  });
  const [, ...answers] = words.split("got:");
  if (answers.length !== queries.length) throw new Error(`promtool does not answer each query: ${words}`);
  // The next query follows on lines of its own.
  return answers.map((text) =>
    [...(text.split("\n")[0] ?? "").matchAll(/\{([^}]+)\}/g)].map(([, labels = ""]) => parseLabels(labels)),
  );
}

function parseLabels(text: string): Firing {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]));
}
