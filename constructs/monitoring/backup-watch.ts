import { LoggingMetric } from "@cdktf/provider-google/lib/logging-metric";
import { MonitoringAlertPolicy } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import { Construct } from "constructs";
import { names } from "../../config/names";
import type { NightlyBackups } from "./backup-watch-settings";
import { disksWithoutSnapshot, plansWithoutBackup, SNAPSHOT_LOGS } from "./render-backup-queries";

export interface BackupWatchProps {
  /** Name of the channel through which Google tells people. */
  readonly channel: string;
  /** By country. */
  readonly backups: Readonly<Record<string, NightlyBackups>>;
}

/** After the 25 hours of the queries: a large cluster's backup takes longer on one night than on another. */
const LATE_SECONDS = 7_200;

/** Asks Google for the backups that it makes itself: no exporter of ours knows of them. */
export class BackupWatch extends Construct {
  constructor(scope: Construct, id: string, { channel, backups }: BackupWatchProps) {
    super(scope, id);
    const snapshots = new LoggingMetric(this, "snapshots", {
      name: names.snapshotsMade,
      description: "Snapshots that schedules made, by disk",
      filter: SNAPSHOT_LOGS.filter,
      metricDescriptor: {
        metricKind: "DELTA",
        valueType: "INT64",
        labels: Object.keys(SNAPSHOT_LOGS.labels).map((key) => ({ key, valueType: "STRING" })),
      },
      labelExtractors: SNAPSHOT_LOGS.labels,
    });
    for (const [country, { plans, disks, says }] of Object.entries(backups)) {
      new MonitoringAlertPolicy(new Construct(this, country), "policy", {
        displayName: `a nightly backup of ${country} is missing`,
        combiner: "OR",
        severity: "WARNING",
        notificationChannels: [channel],
        documentation: { content: says, mimeType: "text/markdown" },
        conditions: [
          condition("no backup of a cluster", plansWithoutBackup(plans)),
          condition("no snapshot of a disk", disksWithoutSnapshot(disks)),
        ],
        // Google refuses a query of a metric that is not there.
        dependsOn: [snapshots],
      });
    }
  }
}

function condition(displayName: string, query: string) {
  return {
    displayName,
    conditionPrometheusQueryLanguage: { query, duration: `${LATE_SECONDS}s`, evaluationInterval: "300s" },
  };
}
