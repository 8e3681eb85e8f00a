import { hosts, names } from "../config/names";
import { monitoringSite, type Topology } from "../config/topology";
import type { MachineLogsSettings } from "../constructs/machine/machine-logs-settings";

/** Where one kind of a country's machines sends its logs: to the site that watches the country, and to its own archive. */
export function machineLogsSettings(
  topology: Topology,
  country: string,
  kind: MachineLogsSettings["kind"],
): MachineLogsSettings {
  const { project, domain } = topology;
  const site = monitoringSite(topology, country);
  return {
    country,
    kind,
    elasticsearchHost: hosts.internal(domain, site, "elasticsearch"),
    project: project.id,
    userSecret: names.elasticsearchUser(site, kind),
    archiveBucket: names.bucket(project.id, country, "logs"),
  };
}
