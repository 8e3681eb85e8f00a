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
  /** IAM members that may append logs, by what they are. They cannot read, change or delete them. */
  readonly logWriters: Readonly<Record<string, string>>;
}

const DAY_SECONDS = 86_400;

/**
 * A country's archives in Cloud Storage: raw logs that cannot be deleted early, its monitoring site's data, and access
 * logs.
 */
export class Archive extends Construct {
  /** Name of the bucket of raw logs. */
  readonly logs: string;
  /** The site's buckets, if the country has one. */
  readonly site?: { readonly metrics: string; readonly snapshots: string };

  constructor(scope: Construct, id: string, props: ArchiveProps) {
    super(scope, id);
    const { nearlineAfterDays, archiveAfterDays, logRetentionDays, hasSite } = props.settings;
    const access = this.bucket(props, "access-logs", { lifecycleRule: [deleteAfter(90), forgetOldVersions] });
    const writer = new StorageBucketIamMember(this, "access-logs-writer", {
      bucket: access.name,
      ...ACCESS_LOG_WRITER,
    });
    // After the grant, so that no log is lost before it. Uses the bucket's name: the provider rewrites the grant's
    // attribute to b/NAME while creating it, and the apply fails.
    const accessLogged = { logging: { logBucket: access.name }, dependsOn: [writer] };
    const nearline = toClass("NEARLINE", nearlineAfterDays);
    const colder = [nearline, toClass("ARCHIVE", archiveAfterDays)];
    this.logs = this.bucket(props, "logs", {
      ...accessLogged,
      lifecycleRule: [...colder, deleteAfter(logRetentionDays)],
      retentionPolicy: { retentionPeriod: logRetentionDays * DAY_SECONDS, isLocked: false },
    }).name;
    const writers = new Construct(this, "log-writers");
    for (const [writer, member] of Object.entries(props.logWriters)) {
      new StorageBucketIamMember(writers, writer, { bucket: this.logs, role: "roles/storage.objectCreator", member });
    }
    if (!hasSite) return;
    // Their writers compact and delete on their own, so neither a retention policy nor a rule that deletes live objects
    // may interfere. Snapshots are deleted long before the archive class would pay off.
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
      // A retention policy already forbids overwriting and deleting.
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

/** Deleted or overwritten objects are kept for a month, in case it was a mistake. */
const forgetOldVersions: StorageBucketLifecycleRule = {
  action: { type: "Delete" },
  condition: { daysSinceNoncurrentTime: 30 },
};
