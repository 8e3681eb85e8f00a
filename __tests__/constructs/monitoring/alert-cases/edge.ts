import { type AlertCase, country, EDGE, EDGE_HOST, EDGE_LABELS, PEER } from "./alert-case";

/** Own app, and whether others are up as this edge sees it. */
const status = (proxy: string, server: string, values: string) => ({
  [`haproxy_server_status{${EDGE},proxy="${proxy}",server="${server}",state="UP"}`]: values,
});
/** Apps that other sites tell are down. */
const down = (...servers: readonly string[]) =>
  Object.fromEntries(servers.map((server) => [`app:down:count{${PEER},server="${server}"}`, "3x60"]));
const sessions = (current: string) => ({
  [`haproxy_frontend_current_sessions{${EDGE},proxy="shop"}`]: current,
  [`haproxy_frontend_limit_sessions{${EDGE},proxy="shop"}`]: "16000x60",
});

export const EDGE_CASES: Record<string, AlertCase> = {
  EdgeDown: {
    fires: { [`up{${EDGE}}`]: "0x60" },
    labels: { country },
    summary: "indonesia: no HAProxy answers; DNS sends its users elsewhere",
    // One of two is enough.
    quiet: { [`up{${EDGE}}`]: "0x60", 'up{job="haproxy",country="indonesia",instance="other"}': "1x60" },
  },
  FailoverActive: {
    fires: {
      [`up{${EDGE}}`]: "1x60",
      [`haproxy_server_status{${EDGE},proxy="reads",server="indonesia",state="UP"}`]: "1x20 0x40",
      [`haproxy_server_status{${EDGE},proxy="reads",server="india",state="UP"}`]: "1x60",
    },
    labels: { country },
    summary: "indonesia: its own app is down; other countries serve its users",
    // Another country's app is down, which is that one's alert.
    quiet: {
      [`up{${EDGE}}`]: "1x60",
      [`haproxy_server_status{${EDGE},proxy="reads",server="indonesia",state="UP"}`]: "1x60",
      [`haproxy_server_status{${EDGE},proxy="reads",server="india",state="UP"}`]: "0x60",
    },
  },
  FailoverFlaps: {
    fires: {
      [`up{${EDGE}}`]: "1x60",
      [`haproxy_server_check_up_down_total{${EDGE},proxy="reads",server="indonesia"}`]: "0+1x60",
    },
    labels: { country },
    summary: "indonesia: its own app goes down and comes back, again and again",
    // It was down once, and another country's is so again and again.
    quiet: {
      [`up{${EDGE}}`]: "1x60",
      [`haproxy_server_check_up_down_total{${EDGE},proxy="reads",server="indonesia"}`]: "0x25 1x60",
      [`haproxy_server_check_up_down_total{${EDGE},proxy="reads",server="india"}`]: "0+1x60",
    },
  },
  FallbackUnreachable: {
    fires: {
      [`up{${EDGE}}`]: "1x60",
      ...status("reads", "indonesia", "1x60"),
      ...status("reads", "india", "1x5 0x55"),
      ...status("database", "india-database-1", "1x60"),
    },
    labels: { country, server: "india" },
    summary: "indonesia: none of its edges reaches india, which it may need",
    // Its own app is another alert's, and so is one that is down.
    quiet: {
      [`up{${EDGE}}`]: "1x60",
      ...status("reads", "indonesia", "0x60"),
      ...status("reads", "singapore", "1x60"),
      ...status("reads", "india", "0x60"),
      ...down("india"),
    },
  },
  EdgeFull: {
    fires: sessions("15500x60"),
    alsoFires: [{ [`node_cpu_seconds_total{${EDGE_HOST},mode="idle",cpu="0"}`]: "0+1x60" }],
    labels: { country },
    summary: "indonesia: its edges have no connections or no processor time left; users wait",
    quiet: { ...sessions("9000x60"), [`node_cpu_seconds_total{${EDGE_HOST},mode="idle",cpu="0"}`]: "0+30x60" },
  },
  EdgeRestarts: {
    fires: { [`haproxy_process_start_time_seconds{${EDGE}}`]: "0+60x60" },
    labels: EDGE_LABELS,
    summary: "indonesia: HAProxy of indonesia-edge-a1b2 starts again and again",
    quiet: { [`haproxy_process_start_time_seconds{${EDGE}}`]: "0x20 60x40" },
  },
  CertificateWentBack: {
    fires: { [`edge_certificate_expiry_timestamp_seconds{${EDGE_HOST}}`]: `${80 * 86_400}x30 ${30 * 86_400}x200` },
    at: "2h",
    labels: { country },
    summary: "indonesia: an edge serves an older certificate than there was, which ends sooner",
    // Renewed.
    quiet: { [`edge_certificate_expiry_timestamp_seconds{${EDGE_HOST}}`]: `${15 * 86_400}x30 ${45 * 86_400}x200` },
  },
  NoAppIsUp: {
    fires: down("indonesia", "singapore", "india"),
    labels: { country },
    summary: "No country's app is up; all users see the page of the edge (seen from indonesia)",
    // Two sites tell of the same one.
    quiet: {
      ...down("indonesia", "india"),
      'app:down:count{job="monitoring-sites",country="singapore",server="india"}': "3x60",
    },
  },
  NoCountryServes: {
    fires: {
      [`haproxy_server_status{${EDGE},proxy="reads",server="india",state="UP"}`]: "0x60",
      // The way to the next country is no country.
      [`haproxy_server_status{${EDGE},proxy="reads",server="_elsewhere",state="UP"}`]: "1x60",
    },
    labels: { country },
    summary: "indonesia: no country's app can be reached; users see the page of the edge",
    quiet: { [`haproxy_server_status{${EDGE},proxy="reads",server="india",state="UP"}`]: "1x60" },
  },
  NoDatabaseServes: {
    fires: { [`haproxy_backend_active_servers{${EDGE},proxy="database"}`]: "0x60" },
    labels: { country },
    summary: "indonesia: the app reaches no database that takes writes",
    quiet: { [`haproxy_backend_active_servers{${EDGE},proxy="database"}`]: "2x60" },
  },
  IngressErrors: {
    fires: {
      [`haproxy_server_http_responses_total{${EDGE},proxy="reads",server="india",code="2xx"}`]: "0+90x60",
      [`haproxy_server_http_responses_total{${EDGE},proxy="reads",server="india",code="5xx"}`]: "0+10x60",
    },
    labels: { country: "india" },
    summary: "india: 10% of its app's answers are errors",
    quiet: {
      [`haproxy_server_http_responses_total{${EDGE},proxy="reads",server="india",code="2xx"}`]: "0+99x60",
      [`haproxy_server_http_responses_total{${EDGE},proxy="reads",server="india",code="5xx"}`]: "0+1x60",
      // Half of a night's handful.
      [`haproxy_server_http_responses_total{${EDGE},proxy="reads",server="singapore",code="2xx"}`]: "0+1x60",
      [`haproxy_server_http_responses_total{${EDGE},proxy="reads",server="singapore",code="5xx"}`]: "0+1x60",
    },
  },
  CertificateExpiring: {
    fires: { [`edge_certificate_expiry_timestamp_seconds{${EDGE_HOST}}`]: `${13 * 86_400}x200` },
    at: "2h",
    labels: { country },
    summary: "indonesia: the edge's certificate ends in 12d 22h 0m 0s",
    // A certificate of 45 days is renewed now.
    quiet: { [`edge_certificate_expiry_timestamp_seconds{${EDGE_HOST}}`]: `${15 * 86_400}x200` },
  },
  CertificateExpiresNow: {
    fires: { [`edge_certificate_expiry_timestamp_seconds{${EDGE_HOST}}`]: `${2 * 86_400}x60` },
    labels: { country },
    summary: "indonesia: the edge's certificate ends in 1d 23h 30m 0s",
    quiet: { [`edge_certificate_expiry_timestamp_seconds{${EDGE_HOST}}`]: `${4 * 86_400}x60` },
  },
  CertificateStandIn: {
    fires: { [`edge_certificate_stand_in{${EDGE_HOST}}`]: "1x60" },
    labels: { country },
    summary: "indonesia: a self-signed stand-in is served, which browsers refuse",
    quiet: { [`edge_certificate_stand_in{${EDGE_HOST}}`]: "0x60" },
  },
  EdgeConfigRefused: {
    fires: { [`edge_config_refused{${EDGE_HOST}}`]: "1x60" },
    labels: { job: "edge-host", country, instance: "indonesia-edge-a1b2" },
    summary: "indonesia: indonesia-edge-a1b2 refuses its config and serves with the last good one",
    quiet: { [`edge_config_refused{${EDGE_HOST}}`]: "0x60" },
  },
  EdgeSyncStale: {
    fires: { [`edge_sync_last_success_timestamp_seconds{${EDGE_HOST}}`]: "0x60" },
    labels: { job: "edge-host", country, instance: "indonesia-edge-a1b2" },
    summary: "indonesia: indonesia-edge-a1b2 has not fetched config and certificate for 30m 0s",
    quiet: { [`edge_sync_last_success_timestamp_seconds{${EDGE_HOST}}`]: "0+60x60" },
  },
};
