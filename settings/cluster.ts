import type { AddressPlan } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import { backupRegion, type Topology } from "../config/topology";
import type { ClusterSettings } from "../constructs/cluster/cluster-settings";
import { ownSite } from "./monitoring-site";

/** The cluster that a country's app runs in. */
export function appCluster(topology: Topology, plan: AddressPlan, country: string): ClusterSettings {
  return {
    ...shared(topology, country),
    purpose: "app",
    controlPlane: getOrThrow(plan, country).controlPlane,
    pools: getOrThrow(topology.countries, country).cluster.pools,
    reservedPools: ["app"],
  };
}

/** The cluster of the monitoring site that stands in a country. @throws Error when there is none */
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
  const { region, zones } = getOrThrow(topology.countries, country);
  return { project: topology.project.id, country, region, zones, backupRegion: backupRegion(topology, country) };
}
