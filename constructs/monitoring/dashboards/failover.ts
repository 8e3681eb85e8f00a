import { BY_COUNTRY, type Dashboard } from "../render-dashboard";
import { EDGE, OWN_SERVERS, REACHED_APPS } from "../rules/edge";
import { WEB } from "../rules/objectives";

/** Which country serves whom, and which others could. */
export const FAILOVER: Dashboard = {
  title: "Failover",
  panels: [
    {
      title: "Served by another country",
      description: "At 0 while every country serves its own users.",
      expr: `sum by (country) (rate(haproxy_server_http_responses_total{${WEB}}[2m]) unless on (instance, server) ${OWN_SERVERS})`,
      legend: BY_COUNTRY,
      unit: "reqps",
      red: { above: 0.001 },
    },
    {
      title: "Edges that reach a country's app",
      expr: `sum by (country, server) (${REACHED_APPS})`,
      legend: "{{country}} to {{server}}",
      shows: "now",
      red: { below: 1 },
    },
    {
      title: "Database connections by node",
      expr: `sum by (country, server) (haproxy_server_current_sessions{${EDGE}, proxy="database"})`,
      legend: "{{country}} to {{server}}",
    },
    {
      title: "Requests that a country did not serve and another was asked for",
      expr: `sum by (country, server) (rate(haproxy_server_retry_warnings_total{${WEB}}[5m]))`,
      legend: "{{country}} of {{server}}",
      unit: "reqps",
    },
    {
      title: "Edge machines that answer",
      expr: `sum by (country) (up{${EDGE}})`,
      legend: BY_COUNTRY,
      shows: "now",
      red: { below: 3 },
    },
  ],
};
