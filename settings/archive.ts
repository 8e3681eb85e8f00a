import { getOrThrow } from "../config/get-or-throw";
import { monitoringSite, type Topology } from "../config/topology";
import type { ArchiveSettings } from "../constructs/archive/archive-settings";

/** A country's archives, in its own region. */
export function archiveSettings(topology: Topology, country: string): ArchiveSettings {
  const { region, archive } = getOrThrow(topology.countries, country);
  return {
    project: topology.project.id,
    country,
    region,
    hasSite: monitoringSite(topology, country) === country,
    ...archive,
  };
}
