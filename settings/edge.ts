import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import { hosts, names } from "../config/names";
import { servingOrder, type Topology } from "../config/topology";
import { APP_CONNECTIONS } from "../constructs/database/render-mariadb";
import type { EdgeSettings } from "../constructs/edge/edge-settings";
import { nearestDatabases } from "./database-members";
import { machineLogsSettings } from "./machine-logs";

/** A country's edge: its own country first, the others as ordered backups, for web and database alike. */
export function edgeSettings(topology: Topology, plan: AddressPlan, country: string): EdgeSettings {
  const { project, domain, countries } = topology;
  const { region, zones, edge } = getOrThrow(countries, country);
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
      ingresses: servingOrder(topology, country).map((tried) => ({
        country: tried,
        address: fixedAddress(plan, tried, "ingress"),
      })),
      requestsPer10Seconds,
      ...(slowPaths && { slowPaths }),
      databases: nearestDatabases(topology, plan, country),
      // All countries may end up on one node, whose server must not refuse what a proxy lets through.
      connectionsPerDatabase: Math.floor(APP_CONNECTIONS / Object.keys(countries).length / instances),
    },
    logs: machineLogsSettings(topology, country, "edge"),
  };
}
