import {
  StorageBucket,
  type StorageBucketConfig,
  type StorageBucketLifecycleRule,
} from "@cdktf/provider-google/lib/storage-bucket";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Construct } from "constructs";
import { type BucketContent, names } from "../../config/names";
import { ACCESS_LOG_WRITER } from "../bucket/access-log-writer";
import type { ArchiveSettings } from "./archive-settings";

export interface ArchiveProps {
  readonly settings: ArchiveSettings;
  /** Id of the key that encrypts the objects. */
  readonly key: string;
  /** Who may add to the logs, as IAM policies name it. It cannot read, change or delete them. */
  readonly logWriter: string;
}

const DAY_SECONDS = 86_400;

/**
 * A country's archives in Cloud Storage: raw logs that cannot be deleted before their time, what its monitoring site
 * keeps, and who read them.
 */
export class Archive extends Construct {
  /** Name of the bucket of raw logs. */
  readonly logs: string;
  /** Those of the country's site, if it has one. */
  readonly site?: { readonly metrics: string; readonly snapshots: string };

  constructor(scope: Construct, id: string, props: ArchiveProps) {
    super(scope, id);
    const { nearlineAfterDays, archiveAfterDays, logRetentionDays, hasSite } = props.settings;
    const access = this.bucket(props, "access-logs", { lifecycleRule: [deleteAfter(90), forgetOldVersions] });
    const writer = new StorageBucketIamMember(this, "access-logs-writer", {
      bucket: access.name,
      ...ACCESS_LOG_WRITER,
    });
    // After the grant, so that no log is lost before it. The name is the bucket's own: the provider rewrites the
    // grant's attribute to b/NAME while it creates it, and the apply fails.
    const accessLogged = { logging: { logBucket: access.name }, dependsOn: [writer] };
    const nearline = toClass("NEARLINE", nearlineAfterDays);
    const colder = [nearline, toClass("ARCHIVE", archiveAfterDays)];
    this.logs = this.bucket(props, "logs", {
      ...accessLogged,
      lifecycleRule: [...colder, deleteAfter(logRetentionDays)],
      retentionPolicy: { retentionPeriod: logRetentionDays * DAY_SECONDS, isLocked: false },
    }).name;
    new StorageBucketIamMember(this, "log-writer", {
      bucket: this.logs,
      role: "roles/storage.objectCreator",
      member: props.logWriter,
    });
    if (!hasSite) return;
    // Their writers compact and delete by themselves: neither a retention nor a rule that deletes live objects may get
    // in their way. Snapshots are deleted long before the archive class would pay.
    this.site = {
      metrics: this.bucket(props, "metrics", { ...accessLogged, lifecycleRule: [...colder, forgetOldVersions] }).name,
      snapshots: this.bucket(props, "snapshots", { ...accessLogged, lifecycleRule: [nearline, forgetOldVersions] })
        .name,
    };
  }

  private bucket(
    { settings: { project, country, region }, key }: ArchiveProps,
    content: BucketContent,
    rules: Pick<StorageBucketConfig, "logging" | "lifecycleRule" | "retentionPolicy" | "dependsOn">,
  ): StorageBucket {
    return new StorageBucket(this, content, {
      name: names.bucket(project, country, content),
      location: region.toUpperCase(),
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      encryption: { defaultKmsKeyName: key },
      softDeletePolicy: { retentionDurationSeconds: 7 * DAY_SECONDS },
      // A retention already forbids to overwrite or delete.
      versioning: { enabled: !rules.retentionPolicy },
      forceDestroy: false,
      lifecycle: { preventDestroy: true },
      ...rules,
    });
  }
}

function toClass(storageClass: string, age: number): StorageBucketLifecycleRule {
  return { action: { type: "SetStorageClass", storageClass }, condition: { age } };
}

function deleteAfter(age: number): StorageBucketLifecycleRule {
  return { action: { type: "Delete" }, condition: { age } };
}

/** What was deleted or overwritten stays for a month, in case it should not have been. */
const forgetOldVersions: StorageBucketLifecycleRule = {
  action: { type: "Delete" },
  condition: { daysSinceNoncurrentTime: 30 },
};
