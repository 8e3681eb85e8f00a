import { getOrThrow } from "../config/get-or-throw";
import type { Topology } from "../config/topology";

/**
 * What the cluster has in common over all countries. Backups lie in the first database's country: its node is the last
 * that would make one, and no country that is added later moves the bucket, which would empty it.
 */
export function databaseSharedSettings({ project, countries, firstDatabase }: Topology) {
  const { region, database } = getOrThrow(countries, firstDatabase);
  return { project: project.id, region, backupRetentionDays: database.backupRetentionDays };
}
