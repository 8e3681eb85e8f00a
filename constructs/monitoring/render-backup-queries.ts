import { names } from "../../config/names";

/**
 * Successful backups of clusters, by plan: https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/how-to/monitoring-metrics
 */
const BACKUPS =
  'gkebackup_googleapis_com:backup_completion_times_count{monitored_resource="gkebackup.googleapis.com/BackupPlan", state="SUCCEEDED"}';
const PLAN = "backup_plan_id";

/** Snapshots by disk, counted by the filter below. */
const SNAPSHOTS = `logging_googleapis_com:user_${names.snapshotsMade}{monitored_resource="gce_disk"}`;
const DISK = "disk";

/** The furthest that a query of what is counted of logs may look back. A night's begin within an hour of the last one's. */
const LOOK_BACK = "25h";

/** PromQL for Cloud Monitoring: those of these plans that made no backup. */
export function plansWithoutBackup(plans: readonly string[]): string {
  return missing(PLAN, plans, BACKUPS);
}

/** PromQL for Cloud Monitoring: those of these disks of which no snapshot was made. */
export function disksWithoutSnapshot(disks: readonly string[]): string {
  return missing(DISK, disks, SNAPSHOTS);
}

/** Snapshots that schedules made, as Cloud Logging has them: what failed is an error. */
export const SNAPSHOT_LOGS = {
  filter: [
    'log_id("cloudaudit.googleapis.com/system_event")',
    'resource.type="gce_disk"',
    'protoPayload.methodName="ScheduledSnapshots"',
    'protoPayload.response.operationType="createSnapshot"',
    "severity<WARNING",
  ].join("\n"),
  labels: { [DISK]: 'REGEXP_EXTRACT(protoPayload.response.targetLink, "disks/([^/]+)$")' },
} as const;

/** What is expected by name: what has never been made has no series that could be 0. */
function missing(label: string, expected: readonly string[], made: string): string {
  const each = expected.map((name) => `label_replace(vector(1), "${label}", "${name}", "", "")`);
  return `(${each.join(" or ")}) unless on (${label}) (sum by (${label}) (sum_over_time(${made}[${LOOK_BACK}])) > 0)`;
}
