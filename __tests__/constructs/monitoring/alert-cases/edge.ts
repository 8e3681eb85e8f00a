import { type AlertCase, country, EDGE, EDGE_HOST } from "./alert-case";

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
