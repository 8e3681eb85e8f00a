/** A country's archives. */
export interface ArchiveSettings {
  readonly project: string;
  readonly country: string;
  /** Region of the buckets: the country's own, so that its logs do not leave it. */
  readonly region: string;
  /** Whether the country has a monitoring site, which archives metrics and Elasticsearch snapshots. */
  readonly hasSite: boolean;
  /** Days until an object moves to the NEARLINE class, and to ARCHIVE. */
  readonly nearlineAfterDays: number;
  readonly archiveAfterDays: number;
  /** Days during which a raw log cannot be deleted, and after which it is. */
  readonly logRetentionDays: number;
}
