import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { DATABASE_SECRETS, names } from "../../config/names";
import { ACCESS_LOG_WRITER } from "../bucket/access-log-writer";

export interface DatabaseSharedProps {
  readonly project: string;
  /** Of the bucket: a multi-region, so that the loss of one region takes no backup away. */
  readonly location: string;
  /** Id of the key that encrypts the bucket. */
  readonly key: string;
  /** Ready when the key may be used. */
  readonly keyGranted: ITerraformDependable;
  /** Days to keep a backup. */
  readonly backupRetentionDays: number;
}

/**
 * What all countries' database nodes share: empty secrets, whose first versions the first node adds, the bucket for
 * backups, and its access log.
 */
export class DatabaseShared extends Construct {
  /** Name of the bucket. */
  readonly backupBucket: string;

  constructor(scope: Construct, id: string, props: DatabaseSharedProps) {
    super(scope, id);
    const { project, backupRetentionDays } = props;
    for (const secret of Object.values(DATABASE_SECRETS)) {
      new SecretManagerSecret(this, secret, {
        secretId: secret,
        replication: { auto: {} },
        lifecycle: { preventDestroy: true },
      });
    }
    const access = this.bucket(props, "access-logs", names.databaseAccessLogs(project), 90);
    const writer = new StorageBucketIamMember(this, "access-logs-writer", { bucket: access, ...ACCESS_LOG_WRITER });
    this.backupBucket = this.bucket(props, "backups", names.databaseBackups(project), backupRetentionDays, {
      logBucket: access,
      writer,
    });
  }

  private bucket(
    { location, key, keyGranted }: DatabaseSharedProps,
    id: string,
    name: string,
    retentionDays: number,
    accessLog?: { readonly logBucket: string; readonly writer: ITerraformDependable },
  ): string {
    const daySeconds = 86_400;
    return new StorageBucket(this, id, {
      name,
      location: location.toUpperCase(),
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      encryption: { defaultKmsKeyName: key },
      softDeletePolicy: { retentionDurationSeconds: 7 * daySeconds },
      versioning: { enabled: true },
      lifecycleRule: [
        { action: { type: "Delete" }, condition: { age: retentionDays } },
        { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: retentionDays } },
      ],
      ...(accessLog && { logging: { logBucket: accessLog.logBucket } }),
      dependsOn: [keyGranted, ...(accessLog ? [accessLog.writer] : [])],
      lifecycle: { preventDestroy: true },
    }).name;
  }
}
