import { type AlertCase, country, EDGE } from "./alert-case";

/** Answers of the shop's frontend, each minute. */
function answers(well: string, errors: string, refused = "0x9000"): AlertCase["fires"] {
  const of = (code: string) => `haproxy_frontend_http_responses_total{${EDGE},proxy="shop",code="${code}"}`;
  return { [of("2xx")]: well, [of("5xx")]: errors, [of("4xx")]: refused };
}

/** What the app of the own country answers each minute, and the seconds that one waits for it. */
function served(responses: string, seconds: Partial<Record<"queue" | "connect" | "response", string>> = {}) {
  const server = `${EDGE},proxy="reads",server="indonesia"`;
  const { queue = "0x9000", connect = "0x9000", response = "0.1x9000" } = seconds;
  return {
    [`haproxy_server_http_responses_total{${server},code="2xx"}`]: responses,
    [`haproxy_server_queue_time_average_seconds{${server}}`]: queue,
    [`haproxy_server_connect_time_average_seconds{${server}}`]: connect,
    [`haproxy_server_response_time_average_seconds{${server}}`]: response,
  };
}

/** Two errors among a handful of requests of a night: a large share, and nobody's business. */
const QUIET_NIGHT = answers("0 0 0 1 1 1 2+0.3x9000", "0 0 1 1 1 2x9000");

/** Three requests a minute, all of them refused. */
const QUIET_COUNTRY = {
  'haproxy_frontend_http_responses_total{job="haproxy",country="india",instance="a",proxy="shop",code="4xx"}':
    "0+3x9000",
};

export const OBJECTIVES_CASES: Record<string, AlertCase> = {
  ErrorBudgetGoneInTwoDays: {
    // 2 %, which is 20 times what may be.
    fires: answers("0+980x9000", "0+20x9000"),
    at: "2h",
    labels: { country },
    summary: "indonesia: 2% of the answers of 1h are errors, 14.4 times the objective or more",
    quiet: QUIET_NIGHT,
  },
  ErrorBudgetGoneInFiveDays: {
    fires: answers("0+992x9000", "0+8x9000"),
    at: "7h",
    labels: { country },
    summary: "indonesia: 0.8% of the answers of 6h are errors, 6 times the objective or more",
    // It is over: the long window still has it, the short one has not.
    quiet: answers("0+992x9000", "0+8x300 2400x9000"),
  },
  ErrorBudgetGoneInTenDays: {
    fires: answers("0+996x9000", "0+4x9000"),
    at: "25h",
    labels: { country },
    summary: "indonesia: 0.4% of the answers of 1d are errors, 3 times the objective or more",
    quiet: answers("0+998x9000", "0+2x9000"),
  },
  ErrorBudgetGoneInAMonth: {
    fires: answers("0+998x9000", "0+2x9000"),
    at: "80h",
    labels: { country },
    summary: "indonesia: 0.2% of the answers of 3d are errors, 1 times the objective or more",
    quiet: answers("0+9995x9000", "0+5x9000"),
  },
  AnswersVerySlow: {
    // A try of four seconds that failed, and one elsewhere.
    fires: served("0+600x9000", { queue: "4x9000", response: "1x9000" }),
    labels: { country },
    summary: "indonesia: users wait 5s for the first byte",
    quiet: served("0+600x9000", { response: "1.9x9000" }),
  },
  AnswersSlow: {
    fires: served("0+600x9000", { response: "0.6x9000" }),
    labels: { country },
    summary: "indonesia: users wait 600ms for the first byte",
    // The averages of an edge that nobody asks any more stay as they were.
    quiet: served("0+600x5 3000x9000", { response: "5x9000" }),
  },
  TrafficGone: {
    fires: served("0+600x1480 888000x9000"),
    // It ended more than an hour ago, and was there at this time yesterday.
    alsoFires: [served("0+600x1380 828000x9000")],
    at: "25h",
    labels: { country },
    summary: "indonesia: its apps answer 0 requests a second, less than a tenth of an hour or a day ago",
    // From the day to the night.
    quiet: served("0+600x1480 888000+120x9000"),
  },
  SomeUsersRefused: {
    fires: answers("0+450x9000", "0x9000", "0+150x9000"),
    labels: { country },
    summary: "indonesia: 25% of what users ask is refused (4xx)",
    quiet: { ...answers("0+550x9000", "0x9000", "0+50x9000"), ...QUIET_COUNTRY },
  },
  UsersRefused: {
    fires: answers("0+5x9000", "0x9000", "0+600x9000"),
    labels: { country },
    summary: "indonesia: 99.17% of what users ask is refused (4xx)",
    quiet: { ...answers("0+600x9000", "0x9000", "0+100x9000"), ...QUIET_COUNTRY },
  },
};
