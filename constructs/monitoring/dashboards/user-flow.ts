import { NAMESPACES, SHOP } from "../../../config/app-cluster-names";
import { BY_COUNTRY, BY_NODE, type Dashboard, type Panel } from "../render-dashboard";
import { SHOP_NAMESPACE } from "../rules/app";
import { EDGE, INGRESS_ERROR_RATIO, REACHED_APPS } from "../rules/edge";
import { BUDGET_LEFT, FIRST_BYTE, USER_ERROR_RATIO, WEB } from "../rules/objectives";
import { ESTATE } from "../rules/recording";
import { REACHED } from "../rules/silence";

/** The first question in an outage. */
const WHO_SERVES_WHOM: Panel = {
  title: "Who serves whom now",
  description: "Answers a second by the users' country and the country that served them.",
  expr: `sum by (country, server) (rate(haproxy_server_http_responses_total{${WEB}}[2m])) > 0`,
  legend: "{{country}} by {{server}}",
  unit: "reqps",
  shows: "now",
  red: { below: 0.001 },
};

/** A request's path through one country, from DNS to the database. */
export const USER_FLOW: Dashboard = {
  title: "User flow",
  panels: [
    {
      title: "Countries that answer",
      description: "Whatever of a country answers this site; one that is lost has a red tile, not none.",
      expr: `max by (country) (${REACHED}) or 0 * ${ESTATE}`,
      legend: BY_COUNTRY,
      shows: "now",
      red: { below: 1 },
      isSeenByAllSites: true,
    },
    WHO_SERVES_WHOM,
    {
      title: "Error budget that is left of 30 days",
      description: "At 0 the objective of the month is missed.",
      expr: BUDGET_LEFT,
      legend: BY_COUNTRY,
      unit: "percentunit",
      shows: "now",
      red: { below: 0.25 },
    },
    {
      title: "DNS: edges that answer its probes",
      description: "DNS leaves a country out while none of its edges reaches any country's app.",
      expr: `sum by (country) (max by (country, instance) (${REACHED_APPS}))`,
      legend: BY_COUNTRY,
      shows: "now",
      red: { below: 1 },
    },
    {
      title: "Edge: requests a second",
      expr: `sum by (country) (rate(haproxy_frontend_http_requests_total{${EDGE}, proxy="shop"}[5m]))`,
      legend: BY_COUNTRY,
      unit: "reqps",
    },
    {
      title: "Edge: users that see an error",
      expr: USER_ERROR_RATIO,
      legend: BY_COUNTRY,
      unit: "percentunit",
      red: { above: 0.02 },
    },
    {
      title: "Ingress: answers that are errors, by the country that answers",
      expr: INGRESS_ERROR_RATIO,
      legend: BY_COUNTRY,
      unit: "percentunit",
      red: { above: 0.05 },
    },
    {
      title: "Ingress: requests a second",
      description: "Counted by the ingress itself, whichever controller serves.",
      expr: "sum by (country) (rate(nginx_ingress_controller_requests[5m])) or sum by (country) (rate(nginx_ingress_controller_upstream_server_response_latency_ms_count[5m]))",
      legend: BY_COUNTRY,
      unit: "reqps",
    },
    {
      title: "Edge: seconds until the first byte",
      description: "Average of the last answers, as users wait for them, second tries included.",
      expr: FIRST_BYTE,
      legend: BY_COUNTRY,
      unit: "s",
      red: { above: 0.5 },
    },
    {
      title: "App: ready pods",
      expr: `sum by (country) (kube_deployment_status_replicas_available{${SHOP_NAMESPACE}, deployment="${SHOP}"})`,
      legend: BY_COUNTRY,
    },
    {
      title: "Database: statements a second",
      expr: "sum by (country, instance) (rate(mysql_global_status_questions[5m]))",
      legend: BY_NODE,
      isSeenByAllSites: true,
      unit: "ops",
    },
  ],
  logs: [
    { title: "Answers of the ingress that are errors, or slow", query: "status:[500 TO 599] OR seconds:[2 TO *]" },
    {
      title: "Errors that the shop logs",
      query: `kubernetes.pod_namespace:${NAMESPACES.shop} AND level:(error OR err OR fatal OR critical)`,
    },
  ],
};
