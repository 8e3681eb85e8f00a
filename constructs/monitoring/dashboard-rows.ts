import { NAMESPACES, SHOP } from "../../config/app-cluster-names";
import type { HelmValues } from "../kubernetes/values/helm-values";
import { type Dashboard, type DashboardSettings, type Panel, renderDashboard } from "./render-dashboard";
import { SCRAPE_JOBS } from "./render-scrape-jobs";
import { queueLength } from "./rules/app";
import { FLOW_CONTROL_RATIO } from "./rules/database";
import { INGRESS_ERROR_RATIO, OWN_SERVERS } from "./rules/edge";
import { BUDGET_LEFT, FIRST_BYTE, USER_ERROR_RATIO, WEB } from "./rules/objectives";
import { ESTATE, QUEUE_LIMIT, SELF, WATCHED } from "./rules/recording";
import { REACHED } from "./rules/silence";
import { ARCHIVED_LINES, UPLOAD_AGE } from "./rules/site";
import type { SiteSettings } from "./site-settings";

const EDGE = `job="${SCRAPE_JOBS.edge}"`;
const SHOP_NAMESPACE = `namespace="${NAMESPACES.shop}"`;
const BY_COUNTRY = "{{country}}";
const BY_NODE = "{{instance}}";

/** Seconds since the newest of what is the whole estate's, with the site's own country: else no chosen one has it. */
function ageOf(timestamp: string): string {
  return `time() - ${SELF} * 0 - on () group_left () max(${timestamp})`;
}

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
const USER_FLOW: Dashboard = {
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
      expr: `sum by (country) (max by (country, instance) (haproxy_server_status{${EDGE}, proxy="reads", server!="_elsewhere", state="UP"}))`,
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

/** Which country serves whom, and which others could. */
const FAILOVER: Dashboard = {
  title: "Failover",
  panels: [
    {
      title: "Served by another country",
      description: "Nothing is shown while every country serves its own users.",
      expr: `sum by (country) (rate(haproxy_server_http_responses_total{${WEB}}[2m]) unless on (instance, server) ${OWN_SERVERS})`,
      legend: BY_COUNTRY,
      unit: "reqps",
      red: { above: 0.001 },
    },
    {
      title: "Edges that reach a country's app",
      expr: `sum by (country, server) (haproxy_server_status{${EDGE}, proxy="reads", server!="_elsewhere", state="UP"})`,
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

const galera = (members: number): Dashboard => ({
  title: "Galera",
  panels: [
    {
      title: "Takes writes",
      expr: "database_writable",
      legend: BY_NODE,
      isSeenByAllSites: true,
      shows: "now",
      red: { below: 1 },
    },
    {
      title: "Nodes that it sees",
      expr: "database_cluster_size",
      legend: BY_NODE,
      shows: "now",
      red: { below: members },
      isSeenByAllSites: true,
    },
    {
      title: "Why not",
      expr: "database_not_writable == 1",
      legend: "{{instance}}: {{reason}}",
      shows: "now",
      red: { above: 1 },
      isSeenByAllSites: true,
    },
    { title: "Write sets that wait", expr: "database_receive_queue", legend: BY_NODE, isSeenByAllSites: true },
    {
      title: "Share of time that replication stood still",
      expr: FLOW_CONTROL_RATIO,
      legend: BY_NODE,
      isSeenByAllSites: true,
      unit: "percentunit",
      red: { above: 0.1 },
    },
    {
      title: "Write sets a second",
      expr: "rate(mysql_global_status_wsrep_last_committed[5m])",
      legend: BY_NODE,
      isSeenByAllSites: true,
      unit: "ops",
    },
    {
      title: "Connections that are taken",
      expr: "mysql_global_status_threads_connected / mysql_global_variables_max_connections",
      legend: BY_NODE,
      isSeenByAllSites: true,
      unit: "percentunit",
      red: { above: 0.8 },
    },
    {
      title: "Disk that is free",
      expr: `min by (country, instance) (node_filesystem_avail_bytes{job="${SCRAPE_JOBS.databaseHost}", mountpoint="/var/lib/database"} / node_filesystem_size_bytes)`,
      legend: BY_NODE,
      isSeenByAllSites: true,
      unit: "percentunit",
      red: { below: 0.15 },
    },
  ],
});

const SCALING: Dashboard = {
  title: "RabbitMQ and scaling",
  panels: [
    { title: "Messages that wait", expr: queueLength(), legend: BY_COUNTRY },
    {
      title: "Messages that all pods can work off",
      expr: QUEUE_LIMIT,
      legend: BY_COUNTRY,
      shows: "now",
      red: { below: 1 },
    },
    {
      title: "Messages that came in, a second",
      expr: "sum by (country) (rate(rabbitmq_global_messages_received_total[5m]))",
      legend: BY_COUNTRY,
      unit: "ops",
    },
    { title: "Consumers", expr: "sum by (country) (rabbitmq_queue_consumers)", legend: BY_COUNTRY },
    {
      title: "Pods of the app",
      expr: `kube_horizontalpodautoscaler_status_current_replicas{${SHOP_NAMESPACE}}`,
      legend: BY_COUNTRY,
    },
    {
      title: "Share of the pods that it may have",
      expr: `kube_horizontalpodautoscaler_status_current_replicas{${SHOP_NAMESPACE}} / on (country, horizontalpodautoscaler) kube_horizontalpodautoscaler_spec_max_replicas{${SHOP_NAMESPACE}}`,
      legend: BY_COUNTRY,
      unit: "percentunit",
      red: { above: 1 },
    },
  ],
};

const ARCHIVES: Dashboard = {
  title: "Archives",
  panels: [
    {
      title: "Age of the last block of metrics",
      expr: UPLOAD_AGE,
      legend: BY_COUNTRY,
      unit: "s",
      red: { above: 14_400 },
    },
    { title: "Raw log lines archived, a second", expr: ARCHIVED_LINES, legend: BY_COUNTRY, unit: "ops" },
    {
      title: "Age of the last check that found a recent snapshot of Elasticsearch",
      expr: 'time() - max by (country) (kube_cronjob_status_last_successful_time{namespace="elastic", cronjob="snapshot-check"})',
      legend: BY_COUNTRY,
      unit: "s",
      red: { above: 10_800 },
    },
    {
      title: "Age of the database's last backup",
      expr: ageOf("database_backup_newest_timestamp_seconds"),
      legend: "last backup",
      isSeenByAllSites: true,
      unit: "s",
      shows: "now",
      red: { above: 93_600 },
    },
    {
      title: "Age of the last transaction that the buckets may lack",
      expr: ageOf("database_log_shipped_timestamp_seconds"),
      legend: "binary logs",
      isSeenByAllSites: true,
      unit: "s",
      shows: "now",
      red: { above: 300 },
    },
    {
      title: "Log lines that Elasticsearch could not take, a second",
      expr: 'sum by (country) (rate(vector_buffer_discarded_events_total{buffer_id="elasticsearch"}[5m]))',
      legend: BY_COUNTRY,
      unit: "ops",
      red: { above: 0.001 },
    },
    { title: "Countries that are watched", expr: WATCHED, legend: BY_COUNTRY, shows: "now", red: { below: 1 } },
  ],
};

type Settings = DashboardSettings & Pick<SiteSettings, "databases">;

/** Every dashboard by name, which is also its ID in links. */
export function dashboards({ databases }: Pick<Settings, "databases">): Readonly<Record<string, Dashboard>> {
  return {
    "user-flow": USER_FLOW,
    failover: FAILOVER,
    galera: galera(databases.length),
    scaling: SCALING,
    archives: ARCHIVES,
  };
}

/** The same in Grafana's JSON. */
export function renderDashboards(settings: Settings): Record<string, HelmValues> {
  return Object.fromEntries(
    Object.entries(dashboards(settings)).map(([name, dashboard]) => [name, renderDashboard(name, dashboard, settings)]),
  );
}
