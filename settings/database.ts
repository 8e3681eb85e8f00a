import type { AddressPlan } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import { machineSize } from "../config/machine-types";
import { DATABASE_SCHEMA, DATABASE_SECRETS, hosts, names } from "../config/names";
import type { Topology } from "../config/topology";
import type { DatabaseNode, DatabaseSettings } from "../constructs/database/database-settings";
import { type DatabaseMember, databaseMembers, nearestDatabases } from "./database-members";
import { machineLogsSettings } from "./machine-logs";

/**
 * A country's Galera nodes; possibly none.
 * @throws Error when the size of the machine type is unknown, which validation refuses first
 */
export function databaseSettings(topology: Topology, plan: AddressPlan, country: string): DatabaseSettings {
  const { project, countries, firstDatabase } = topology;
  const { region, database } = getOrThrow(countries, country);
  const own = databaseMembers(topology, plan).filter((member) => member.country === country);
  return {
    project: project.id,
    country,
    region,
    machineType: database.machineType,
    diskGb: database.diskGb,
    backupRetentionDays: database.backupRetentionDays,
    isDesignated: country === firstDatabase,
    nodes: Object.fromEntries(own.map((member) => [member.label, databaseNode(topology, plan, member)])),
    logs: machineLogsSettings(topology, country, "database"),
  };
}

function databaseNode(
  topology: Topology,
  plan: AddressPlan,
  { name, country, label, address, zone }: DatabaseMember,
): DatabaseNode {
  const { project, domain, countries } = topology;
  const { database } = getOrThrow(countries, country);
  const size = machineSize(database.machineType);
  if (!size) throw new Error(`the memory of machine type "${database.machineType}" is unknown`);
  const members = databaseMembers(topology, plan);
  const donors = nearestDatabases(topology, plan, country).map((donor) => donor.name);
  // Every country's proxy may connect to any node, and clients verify the name that they asked for.
  const frontends = Object.keys(countries).map((any) => hosts.internal(domain, any, "database"));
  const secret = (id: string) => `projects/${project.id}/secrets/${id}`;
  return {
    zone,
    address,
    mariadb: {
      ...size,
      outageMinutes: database.outageMinutes,
      writeMbPerMinute: database.writeMbPerMinute,
      node: name,
      members,
      donors: donors.filter((donor) => donor !== name),
    },
    environment: {
      node: name,
      members,
      hosts: [hosts.internal(domain, country, label), ...frontends],
      secrets: {
        initialized: secret(DATABASE_SECRETS.initialized),
        ca: secret(DATABASE_SECRETS.ca),
        caCertificate: secret(DATABASE_SECRETS.caCertificate),
        appPassword: secret(DATABASE_SECRETS.appPassword),
      },
      ...DATABASE_SCHEMA,
      backupBucket: names.databaseBackups(project.id),
    },
  };
}
