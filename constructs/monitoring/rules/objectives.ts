import type { HelmValues } from "../../kubernetes/values/helm-values";
import type { Alert, AlertGroup } from "../alert";
import { SCRAPE_JOBS } from "../render-scrape-jobs";
import { ERROR_BUDGET, FIRST_BYTE_OBJECTIVE } from "./recording";

const JOB = `job="${SCRAPE_JOBS.edge}"`;
const ERRORS = 'code="5xx"';

/** Responses to a country's users, including probes of the edge's health. */
const ANSWERS = `haproxy_frontend_http_responses_total{${JOB}, proxy="shop"}`;

/** Responses of the countries' apps. A retry passes through the same HAProxy and would count twice. */
export const WEB = `${JOB}, proxy=~"reads|writes", server!="_elsewhere"`;

/** All ways out of the public frontend, including retries: nothing that a user waited for is left out. */
const WAYS = `${JOB}, proxy=~"reads|hop"`;

/** Recorded: responses to users per second, errors among them, and responses from an app. */
const RATES = {
  answers: "country:shop_answers:rate5m",
  errors: "country:shop_errors:rate5m",
  served: "country:shop_served:rate5m",
} as const;

/** Window of the error budget; the metric archive covers all of it, a Prometheus half. */
const BUDGET_DAYS = 30;

/** Fewer errors wake nobody: at night two are a large share of all responses. */
const LEAST_ERRORS = 10;

/** With fewer responses a second, one cannot say that they vanish or are refused. One a second is a quiet night. */
const LEAST_RATE = 0.3;

/** Error share of the responses to a country's users. */
export const USER_ERROR_RATIO = `${RATES.errors} / ${RATES.answers}`;

/** Remaining error budget of a country: 1 is all, below 0 the objective is missed. Also queried from the archive. */
export const BUDGET_LEFT = `1 - (sum_over_time(${RATES.errors}[${BUDGET_DAYS}d]) / sum_over_time(${RATES.answers}[${BUDGET_DAYS}d])) / on (country) ${ERROR_BUDGET}`;

/**
 * Average time to the first byte over each HAProxy's last 512 responses, in seconds. A retry counts from the first try,
 * as queue time. HAProxy's total time is no use: it includes the idle time between two requests of a connection.
 */
export const FIRST_BYTE = `sum by (country) ((haproxy_server_queue_time_average_seconds{${WAYS}} + haproxy_server_connect_time_average_seconds{${WAYS}} + haproxy_server_response_time_average_seconds{${WAYS}}) * on (country, instance, proxy, server) sum by (country, instance, proxy, server) (rate(haproxy_server_http_responses_total{${WAYS}}[5m]))) / (sum by (country) (rate(haproxy_server_http_responses_total{${WAYS}}[5m])) > ${LEAST_RATE})`;

/** Share of a country's requests that the edge or an app rejected: 421, 429, 403, 404. */
export const REFUSED_RATIO = `sum by (country) (rate(haproxy_frontend_http_responses_total{${JOB}, proxy="shop", code="4xx"}[5m])) / ${RATES.answers}`;

/** Recorded, so that queries over weeks are fast. */
export const OBJECTIVE_RECORDS: HelmValues = {
  name: "answers",
  rules: [
    { record: RATES.answers, expr: `sum by (country) (rate(${ANSWERS}[5m]))` },
    { record: RATES.errors, expr: `sum by (country) (rate(${withErrors(ANSWERS)}[5m]))` },
    { record: RATES.served, expr: `sum by (country) (rate(haproxy_server_http_responses_total{${WEB}}[5m]))` },
  ],
};

/** What the shop's users notice: these alerts wake people, whatever the cause. */
export const OBJECTIVE_ALERTS: AlertGroup = {
  name: "objectives",
  alerts: [
    burn("ErrorBudgetGoneInTwoDays", "critical", 14.4, ["1h", "5m"]),
    burn("ErrorBudgetGoneInFiveDays", "critical", 6, ["6h", "30m"]),
    burn("ErrorBudgetGoneInTenDays", "warning", 3, ["1d", "2h"]),
    burn("ErrorBudgetGoneInAMonth", "warning", 1, ["3d", "6h"]),
    slow("AnswersVerySlow", "critical", 4, "5m"),
    slow("AnswersSlow", "warning", 1, "15m"),
    {
      name: "TrafficGone",
      severity: "critical",
      expr: `${RATES.served} < 0.1 * (${before("10m")}) or ${RATES.served} < 0.1 * (${before("23h30m")})`,
      for: "5m",
      summary:
        "{{ $labels.country }}: its apps answer {{ $value | humanize }} requests a second, less than a tenth of an hour or a day ago",
      runbook: "app.md#traffic-is-gone",
    },
    refused("UsersRefused", "critical", 0.5, "5m"),
    refused("SomeUsersRefused", "warning", 0.2, "15m"),
  ],
};

/**
 * Fires when the error budget is used up `factor` times as fast as allowed: over a long window, so that it matters, and
 * over a short one, so that it is still happening. After the SRE workbook, chapter 5.
 */
function burn(
  name: string,
  severity: Alert["severity"],
  factor: number,
  [long, short]: readonly [string, string],
): Alert {
  const errors = (window: string) => `sum by (country) (increase(${withErrors(ANSWERS)}[${window}]))`;
  const ratio = (window: string) => `${errors(window)} / sum by (country) (increase(${ANSWERS}[${window}]))`;
  const isOver = (window: string) => `${ratio(window)} > on (country) ${factor} * ${ERROR_BUDGET}`;
  return {
    name,
    severity,
    expr: `${isOver(long)} and ${isOver(short)} and ${errors(long)} >= ${LEAST_ERRORS}`,
    // Longer than what causes errors everywhere needs to be told by its own name: with a short history, a few are enough.
    for: "1m",
    summary: `{{ $labels.country }}: {{ $value | humanizePercentage }} of the answers of ${long} are errors, ${factor} times the objective or more`,
    runbook: "app.md#the-error-budget-is-used-up",
  };
}

function slow(name: string, severity: Alert["severity"], factor: number, duration: string): Alert {
  return {
    name,
    severity,
    expr: `${FIRST_BYTE} > on (country) ${factor} * ${FIRST_BYTE_OBJECTIVE}`,
    for: duration,
    summary: "{{ $labels.country }}: users wait {{ $value | humanizeDuration }} for the first byte",
    runbook: "app.md#answers-are-slow",
  };
}

function refused(name: string, severity: Alert["severity"], share: number, duration: string): Alert {
  return {
    name,
    severity,
    expr: `${REFUSED_RATIO} > ${share} and ${RATES.answers} > ${LEAST_RATE}`,
    for: duration,
    summary: "{{ $labels.country }}: {{ $value | humanizePercentage }} of what users ask is refused (4xx)",
    runbook: "app.md#users-are-refused",
  };
}

/** Average over an hour that ended that long ago; nothing when it had few responses. */
function before(offset: string): string {
  return `avg_over_time(${RATES.served}[1h] offset ${offset}) > ${LEAST_RATE}`;
}

function withErrors(selector: string): string {
  return selector.replace("}", `, ${ERRORS}}`);
}
