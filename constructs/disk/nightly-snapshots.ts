import { ComputeResourcePolicy } from "@cdktf/provider-google/lib/compute-resource-policy";
import { Construct } from "constructs";
import { BACKUP_LOCATION } from "../../config/regions";

export interface NightlySnapshotsProps {
  readonly name: string;
  readonly region: string;
  /** What the snapshots are for, as shown in the console. */
  readonly description: string;
  /** Days to keep a snapshot: 1 to 365. */
  readonly retentionDays: number;
}

/** Nightly snapshots of every disk that the policy is attached to; they outlive the disk. */
export class NightlySnapshots extends Construct {
  /** Name of the policy. */
  readonly policy: string;

  constructor(scope: Construct, id: string, { name, region, description, retentionDays }: NightlySnapshotsProps) {
    super(scope, id);
    this.policy = new ComputeResourcePolicy(this, "Default", {
      name,
      region,
      description,
      snapshotSchedulePolicy: {
        schedule: { dailySchedule: { daysInCycle: 1, startTime: "20:00" } }, // UTC: 03:00 in Jakarta
        retentionPolicy: { maxRetentionDays: retentionDays, onSourceDiskDelete: "KEEP_AUTO_SNAPSHOTS" },
        snapshotProperties: { storageLocations: [BACKUP_LOCATION] },
      },
    }).name;
  }
}
