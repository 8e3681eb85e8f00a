import { BY_NODE, type Dashboard } from "../render-dashboard";
import { SCRAPE_JOBS } from "../render-scrape-jobs";
import { FLOW_CONTROL_RATIO } from "../rules/database";

/** The cluster, node by node. @param members nodes that it should have */
export const galera = (members: number): Dashboard => ({
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
