import { getOrThrow } from "../config/get-or-throw";
import type { Topology } from "../config/topology";

/**
 * What all countries' database nodes share. Backups are kept in the first database's country: its node is the last
 * choice for taking one, and adding a country never moves the bucket, which would empty it.
 */
export function databaseSharedSettings({ project, countries, firstDatabase }: Topology) {
  const { region, database } = getOrThrow(countries, firstDatabase);
  return { project: project.id, region, backupRetentionDays: database.backupRetentionDays };
}
