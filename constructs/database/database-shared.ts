import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { Construct } from "constructs";
import { DATABASE_SECRETS, names } from "../../config/names";

export interface DatabaseSharedProps {
  readonly project: string;
  /** Region of the bucket: of another country than the one whose node backs up. */
  readonly region: string;
  /** Id of the key that encrypts the bucket. */
  readonly key: string;
  /** Days that a backup is kept. */
  readonly keepBackupsDays: number;
}

/**
 * What the cluster has in common over all countries: containers for its secrets, whose first versions its first node
 * makes, and the bucket that its backups go to.
 */
export class DatabaseShared extends Construct {
  /** Name of the bucket. */
  readonly backupBucket: string;

  constructor(scope: Construct, id: string, { project, region, key, keepBackupsDays }: DatabaseSharedProps) {
    super(scope, id);
    for (const secret of Object.values(DATABASE_SECRETS)) {
      new SecretManagerSecret(this, secret, {
        secretId: secret,
        replication: { auto: {} },
        lifecycle: { preventDestroy: true },
      });
    }
    const daySeconds = 86_400;
    this.backupBucket = new StorageBucket(this, "backups", {
      name: names.databaseBackups(project),
      location: region.toUpperCase(),
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      encryption: { defaultKmsKeyName: key },
      softDeletePolicy: { retentionDurationSeconds: 7 * daySeconds },
      versioning: { enabled: true },
      lifecycleRule: [
        { action: { type: "Delete" }, condition: { age: keepBackupsDays } },
        { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: keepBackupsDays } },
      ],
      lifecycle: { preventDestroy: true },
    }).name;
  }
}
