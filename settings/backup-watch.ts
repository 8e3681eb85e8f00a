import type { AddressPlan } from "../config/address-plan";
import { names } from "../config/names";
import { monitoringSite, type Topology } from "../config/topology";
import type { NightlyBackups } from "../constructs/monitoring/backup-watch-settings";
import { databaseMembers } from "./database-members";

/** By country: the backups of its clusters and the snapshots of its disks, which Google makes and nothing of ours sees. */
export function nightlyBackups(topology: Topology, plan: AddressPlan): Readonly<Record<string, NightlyBackups>> {
  const members = databaseMembers(topology, plan);
  return Object.fromEntries(
    Object.keys(topology.countries).map((country) => [
      country,
      {
        plans: [
          names.backupPlan(country),
          ...(monitoringSite(topology, country) === country ? [names.monitoringBackupPlan(country)] : []),
        ],
        disks: [
          ...members.filter((member) => member.country === country).map(({ name }) => name),
          names.vpn(country),
        ].map(names.dataDisk),
        says: `A cluster or a disk of ${country} has no backup of the last night: docs/runbooks/cluster.md#a-nightly-backup-is-missing`,
      },
    ]),
  );
}
