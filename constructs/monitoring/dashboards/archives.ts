import { BY_COUNTRY, type Dashboard } from "../render-dashboard";
import { SELF, WATCHED } from "../rules/recording";
import { ARCHIVED_LINES, UPLOAD_AGE } from "../rules/site";

/** Seconds since the newest of what is the whole estate's, with the site's own country: else no chosen one has it. */
function ageOf(timestamp: string): string {
  return `time() - ${SELF} * 0 - on () group_left () max(${timestamp})`;
}

/** What is kept, and how old it is. */
export const ARCHIVES: Dashboard = {
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
