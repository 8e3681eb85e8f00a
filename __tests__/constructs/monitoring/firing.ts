import { alertGroups, recordingGroups, renderRules } from "../../../constructs/monitoring/rules/alerts";
import type { SiteSettings } from "../../../constructs/monitoring/site-settings";
import type { Firing } from "./alertmanager";
import { promtool } from "./promtool";

/** When something goes wrong in a world of series. */
const FAULT_SECONDS = 300;
const LAST_SECONDS = 1500;
/** Between scrapes, and between evaluations: as in production. */
const STEP_SECONDS = 15;
/** Enough to know what fires in the end, at a quarter of the time. */
const LONG_STEP_SECONDS = 60;
/** Alertmanager waits so long before it tells of a group, and mutes what is a consequence of what fires by then. */
const GATHERING_SECONDS = 30;

/** Every alert that fires at a site 20 minutes after the fault, by real promtool with the site's whole rules. */
export async function firingInTheEnd(site: SiteSettings, series: Readonly<Record<string, string>>): Promise<Firing[]> {
  return (await firing(site, series, ["25m"], LONG_STEP_SECONDS)).flat();
}

/** What fires when Alertmanager tells of what began last. */
export type Moment = readonly {
  readonly alert: Firing;
  /** From the fault until it began to fire. */
  readonly seconds: number;
}[];

/** The moments, in the 20 minutes after the fault, at which a site's Alertmanager has something new to tell. */
export async function momentsOf(site: SiteSettings, series: Readonly<Record<string, string>>): Promise<Moment[]> {
  const times: number[] = [];
  for (let time = FAULT_SECONDS; time <= LAST_SECONDS; time += STEP_SECONDS) times.push(time);
  const told = await firing(
    site,
    series,
    times.map((time) => `${time}s`),
    STEP_SECONDS,
  );
  const since = new Map<string, number>();
  for (const [step, alerts] of told.entries()) {
    for (const alert of alerts.map((each) => JSON.stringify(each)).filter((each) => !since.has(each)))
      since.set(alert, step);
  }
  const last = told.length - 1;
  return [...new Set(since.values())].map((step) =>
    (told[Math.min(step + GATHERING_SECONDS / STEP_SECONDS, last)] ?? []).map((alert) => ({
      alert,
      seconds: (since.get(JSON.stringify(alert)) ?? 0) * STEP_SECONDS,
    })),
  );
}

/** What fires at each of these times. */
async function firing(
  site: SiteSettings,
  series: Readonly<Record<string, string>>,
  times: readonly string[],
  evaluationSeconds: number,
): Promise<Firing[][]> {
  const queries = times.map((time) => ({ expr: 'ALERTS{alertstate="firing"}', time }));
  return (await ask(site, series, queries, evaluationSeconds)).map((answer) =>
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
  evaluationSeconds = LONG_STEP_SECONDS,
): Promise<Firing[][]> {
  const words = await promtool(["test", "rules", "tests.yml"], {
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
