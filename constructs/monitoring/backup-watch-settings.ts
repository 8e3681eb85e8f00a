/** What of a country Google itself backs up every night. */
export interface NightlyBackups {
  /** Names of its clusters' backup plans. */
  readonly plans: readonly string[];
  /** Names of its disks with a policy of snapshots. */
  readonly disks: readonly string[];
  /** First words of the mail: what is wrong, and the runbook. */
  readonly says: string;
}
