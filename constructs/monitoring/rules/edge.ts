import type { HelmValues } from "../../kubernetes/values/helm-values";
import { type AlertGroup, DAY_SECONDS } from "../alert";
import { APP_DOWN, SCRAPE_JOBS } from "../render-scrape-jobs";
import { WEB } from "./objectives";
import { ESTATE, SELF, WATCHED } from "./recording";

/** Selects what HAProxy tells. */
export const EDGE = `job="${SCRAPE_JOBS.edge}"`;

/** Whether an edge reaches a country's app, by `server`. */
export const REACHED_APPS = `haproxy_server_status{${EDGE}, proxy="reads", server!="_elsewhere", state="UP"}`;

/** HAProxy's servers are named after countries. This has one series per machine, with its own country as `server`. */
export const OWN_SERVERS = `label_replace(up{${EDGE}}, "server", "$1", "country", "(.+)")`;

/** A country's edges that do not reach its own app. */
const OWN_APP_DOWN = `haproxy_server_status{${WEB}, state="UP"} == 0 and on (instance, server) ${OWN_SERVERS}`;

export const EDGE_RECORDS: HelmValues = {
  name: "apps",
  rules: [{ record: APP_DOWN, expr: `count by (server) (${OWN_APP_DOWN})` }],
};

/** Whether HAProxy has other ways: the apps and database nodes behind it. */
const FALLBACKS = `haproxy_server_status{${EDGE}, proxy=~"reads|writes|database", server!="_elsewhere", state="UP"}`;

/** Share of the connections that a public frontend takes from users. */
const CONNECTIONS = ["current", "limit"].map((what) => `haproxy_frontend_${what}_sessions{${EDGE}, proxy="shop"}`);

/** Share of the time that a country's edges have nothing to do. Over more minutes, slow answers would be told of first. */
const IDLE = `avg by (country) (rate(node_cpu_seconds_total{job="${SCRAPE_JOBS.edgeHost}", mode="idle"}[2m]))`;

/** Fewer errors in five minutes are too few to speak of a share. */
const LEAST_ERRORS = 10;

/** A country's answers, whoever asked for them: as the edges see its ingress. */
function ofIngress(of: "rate" | "increase", code = ""): string {
  const responses = `${of}(haproxy_server_http_responses_total{${WEB}${code}}[5m])`;
  return `sum by (country) (label_replace(${responses}, "country", "$1", "server", "(.+)"))`;
}

const INGRESS_ERRORS = ofIngress("increase", ', code="5xx"');

/** Share of these that were errors. */
export const INGRESS_ERROR_RATIO = `${ofIngress("rate", ', code="5xx"')} / ${ofIngress("rate")}`;

const CERTIFICATE_SECONDS = "min by (country) (edge_certificate_expiry_timestamp_seconds) - time()";
const CERTIFICATE = "edge.md#give-it-a-certificate-or-renew-it";

/** What users meet first: HAProxy, its servers and its certificate. */
export const EDGE_ALERTS: AlertGroup = {
  name: "edge",
  alerts: [
    {
      name: "EdgeDown",
      severity: "critical",
      expr: `${WATCHED} unless on (country) (up{${EDGE}} == 1)`,
      for: "2m",
      summary: "{{ $labels.country }}: no HAProxy answers; DNS sends its users elsewhere",
      runbook: "edge.md#a-countrys-whole-edge-is-down",
    },
    {
      name: "FailoverActive",
      severity: "critical",
      expr: `count by (country) (${OWN_APP_DOWN})`,
      for: "1m",
      summary: "{{ $labels.country }}: its own app is down; other countries serve its users",
      runbook: "edge.md#a-countrys-app-is-down",
    },
    {
      name: "FailoverFlaps",
      severity: "warning",
      // A minute of FailoverActive is never full while the app comes and goes.
      expr: `max by (country) (increase(haproxy_server_check_up_down_total{${WEB}}[15m]) and on (instance, server) ${OWN_SERVERS}) > 2.5`,
      for: "0s",
      summary: "{{ $labels.country }}: its own app goes down and comes back, again and again",
      runbook: "edge.md#a-countrys-app-is-down",
    },
    {
      name: "FallbackUnreachable",
      severity: "warning",
      // An app that is down is told of by its own country, and is no fault of the way to it.
      expr: `max by (country, server) (${FALLBACKS}) == 0 unless on (server) ${APP_DOWN}`,
      for: "15m",
      summary: "{{ $labels.country }}: none of its edges reaches {{ $labels.server }}, which it may need",
      runbook: "edge.md#an-edge-reaches-no-other-country",
    },
    {
      name: "EdgeFull",
      severity: "critical",
      expr: `max by (country) (${CONNECTIONS.join(" / ")}) > 0.9 or ${IDLE} < 0.05`,
      for: "3m",
      summary: "{{ $labels.country }}: its edges have no connections or no processor time left; users wait",
      runbook: "edge.md#an-edge-is-full",
    },
    {
      name: "EdgeRestarts",
      severity: "warning",
      expr: `changes(haproxy_process_start_time_seconds{${EDGE}}[30m]) > 5`,
      for: "0s",
      summary: "{{ $labels.country }}: HAProxy of {{ $labels.instance }} starts again and again",
      runbook: "edge.md#a-config-is-refused",
    },
    {
      name: "NoAppIsUp",
      severity: "critical",
      isSeenByAllSites: true,
      expr: `${SELF} and on () count(count by (server) (${APP_DOWN})) == count(${ESTATE})`,
      summary: "No country's app is up; all users see the page of the edge (seen from {{ $labels.country }})",
      runbook: "edge.md#a-countrys-app-is-down",
    },
    {
      name: "NoCountryServes",
      severity: "critical",
      expr: `max by (country) (${REACHED_APPS}) == 0`,
      // Later than what silences it: other sites are asked every 30 s.
      for: "1m",
      summary: "{{ $labels.country }}: no country's app can be reached; users see the page of the edge",
      runbook: "edge.md#a-countrys-app-is-down",
    },
    {
      name: "NoDatabaseServes",
      severity: "critical",
      expr: `max by (country) (haproxy_backend_active_servers{${EDGE}, proxy="database"}) == 0`,
      // Later than what silences it: that no node takes writes, for anybody, or that the country is alone. HAProxy sees a lost
      // way in seconds; Prometheus after 30 s until the next scrape and 10 s that it waits.
      for: "90s",
      summary: "{{ $labels.country }}: the app reaches no database that takes writes",
      runbook: "edge.md#an-edge-reaches-no-database",
    },
    {
      name: "IngressErrors",
      severity: "warning",
      expr: `${INGRESS_ERROR_RATIO} > 0.05 and ${INGRESS_ERRORS} > ${LEAST_ERRORS}`,
      for: "5m",
      summary: "{{ $labels.country }}: {{ $value | humanizePercentage }} of its app's answers are errors",
      runbook: "app.md#the-app-answers-with-errors",
    },
    {
      name: "CertificateExpiring",
      severity: "warning",
      // Later than a renewal begins, which is 15 days before the end of a certificate of 45.
      expr: `${CERTIFICATE_SECONDS} < ${14 * DAY_SECONDS}`,
      for: "1h",
      summary: "{{ $labels.country }}: the edge's certificate ends in {{ $value | humanizeDuration }}",
      runbook: CERTIFICATE,
    },
    {
      name: "CertificateExpiresNow",
      severity: "critical",
      expr: `${CERTIFICATE_SECONDS} < ${3 * DAY_SECONDS}`,
      summary: "{{ $labels.country }}: the edge's certificate ends in {{ $value | humanizeDuration }}",
      runbook: CERTIFICATE,
    },
    {
      name: "CertificateWentBack",
      severity: "warning",
      // Machines take a new one within minutes of each other.
      expr: "min by (country) (edge_certificate_expiry_timestamp_seconds) < max by (country) (max_over_time(edge_certificate_expiry_timestamp_seconds[1d])) - 3600",
      for: "1h",
      summary: "{{ $labels.country }}: an edge serves an older certificate than there was, which ends sooner",
      runbook: CERTIFICATE,
    },
    {
      name: "CertificateStandIn",
      severity: "critical",
      expr: "max by (country) (edge_certificate_stand_in) == 1",
      for: "15m",
      summary: "{{ $labels.country }}: a self-signed stand-in is served, which browsers refuse",
      runbook: CERTIFICATE,
    },
    {
      name: "EdgeConfigRefused",
      severity: "warning",
      expr: "edge_config_refused == 1",
      for: "5m",
      summary: "{{ $labels.country }}: {{ $labels.instance }} refuses its config and serves with the last good one",
      runbook: "edge.md#a-config-is-refused",
    },
    {
      name: "EdgeSyncStale",
      severity: "warning",
      expr: "time() - edge_sync_last_success_timestamp_seconds > 900",
      for: "5m",
      summary:
        "{{ $labels.country }}: {{ $labels.instance }} has not fetched config and certificate for {{ $value | humanizeDuration }}",
      runbook: "edge.md#a-config-is-refused",
    },
  ],
};
