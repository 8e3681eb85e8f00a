import { getOrThrow } from "../config/get-or-throw";
import { BACKUP_LOCATION } from "../config/regions";
import type { Topology } from "../config/topology";

/** What all countries' database nodes share. No country that comes or goes moves the bucket, which would empty it. */
export function databaseSharedSettings({ project, countries, firstDatabase }: Topology) {
  const { backupRetentionDays } = getOrThrow(countries, firstDatabase).database;
  return { project: project.id, location: BACKUP_LOCATION, backupRetentionDays };
}
