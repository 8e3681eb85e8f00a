import type { AddressPlan } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import { maintenanceNights } from "../config/maintenance";
import { backupKeeper, type Topology } from "../config/topology";
import type { ClusterSettings } from "../constructs/cluster/cluster-settings";
import { ownSite } from "./monitoring-site";

/** The cluster of a country's app. */
export function appCluster(topology: Topology, plan: AddressPlan, country: string): ClusterSettings {
  return {
    ...shared(topology, country),
    purpose: "app",
    controlPlane: getOrThrow(plan, country).controlPlane,
    pools: getOrThrow(topology.countries, country).cluster.pools,
    reservedPools: ["app"],
  };
}

/** The cluster of a country's own monitoring site. @throws Error when it has none */
export function monitoringCluster(topology: Topology, plan: AddressPlan, country: string): ClusterSettings {
  return {
    ...shared(topology, country),
    purpose: "monitoring",
    controlPlane: getOrThrow(plan, country).monitoringControlPlane,
    pools: ownSite(topology, country).cluster.pools,
    reservedPools: [],
  };
}

function shared(topology: Topology, country: string) {
  const { region, zones, slot } = getOrThrow(topology.countries, country);
  return {
    project: topology.project.id,
    country,
    region,
    zones,
    backupRegion: getOrThrow(topology.countries, backupKeeper(topology, country)).region,
    maintenance: maintenanceNights(slot),
  };
}
