import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import { hosts, names } from "../config/names";
import type { Topology } from "../config/topology";
import { MAX_CONNECTIONS } from "../constructs/database/render-mariadb";
import type { EdgeSettings } from "../constructs/edge/edge-settings";
import { nearestDatabases } from "./database-members";

/** Connections of a database node that are left to health check, exporter, backup and people. */
const UNPROXIED_CONNECTIONS = 20;

/** A country's edge: own country first, the others as ordered backups, for the web as for the database. */
export function edgeSettings(topology: Topology, plan: AddressPlan, country: string): EdgeSettings {
  const { project, domain, countries } = topology;
  const { region, zones, failover, edge } = getOrThrow(countries, country);
  const { machineType, instances, slowPaths, requestsPer10Seconds } = edge;
  return {
    project: project.id,
    country,
    region,
    zones,
    machineType,
    instances,
    databaseAddress: fixedAddress(plan, country, "database"),
    environment: {
      certificateSecret: `projects/${project.id}/secrets/${names.edgeCertificate(country)}`,
      hosts: hosts.shop(domain),
      zones,
    },
    haproxy: {
      country,
      hosts: hosts.shop(domain),
      ingresses: [country, ...failover].map((tried) => ({
        country: tried,
        address: fixedAddress(plan, tried, "ingress"),
      })),
      requestsPer10Seconds,
      ...(slowPaths && { slowPaths }),
      databases: nearestDatabases(topology, plan, country),
      connectionsPerDatabase: Math.floor((MAX_CONNECTIONS - UNPROXIED_CONNECTIONS) / instances),
    },
  };
}
