import type { AddressPlan } from "../config/address-plan";
import { names } from "../config/names";
import { allocatable } from "../config/node-resources";
import { monitoringSites, type Topology } from "../config/topology";
import type { ClusterSettings } from "../constructs/cluster/cluster-settings";
import type { ClusterContents, Pool } from "../constructs/kubernetes/cluster-contents";
import { GKE_WORKLOADS } from "../constructs/kubernetes/gke-workloads";
import type { Workload } from "../constructs/kubernetes/workload";
import { siteWorkloadRows } from "../constructs/monitoring/site-workload-rows";
import { workloadRows } from "../constructs/platform/workload-rows";
import { appClusterSettings } from "./app-cluster";
import { appCluster, monitoringCluster } from "./cluster";
import { monitoringSiteSettings } from "./monitoring-site";

/** Every cluster of the estate with its pools and workloads. Clusters with a machine type of unknown size are left out. */
export function clusterContents(topology: Topology, plan: AddressPlan): ClusterContents[] {
  const apps = Object.keys(topology.countries).flatMap((country) =>
    contents(
      `countries.${country}.cluster.pools`,
      names.cluster(country),
      appCluster(topology, plan, country),
      workloadRows(appClusterSettings(topology, plan, country)),
    ),
  );
  const sites = monitoringSites(topology).flatMap((site) =>
    contents(
      `countries.${site}.monitoring.cluster.pools`,
      names.monitoringCluster(site),
      monitoringCluster(topology, plan, site),
      siteWorkloadRows(monitoringSiteSettings(topology, plan, site)),
    ),
  );
  return [...apps, ...sites];
}

function contents(
  path: string,
  name: string,
  { zones, pools, reservedPools }: ClusterSettings,
  workloads: readonly Workload[],
): ClusterContents[] {
  const known = Object.entries(pools).flatMap(([pool, { machineType, minNodes, maxNodes }]): Pool[] => {
    const nodes = allocatable(machineType);
    const isReserved = reservedPools.includes(pool);
    return nodes ? [{ name: pool, machineType, isReserved, minNodes, maxNodes, allocatable: nodes }] : [];
  });
  if (known.length < Object.keys(pools).length) return [];
  return [{ path, name, zones, pools: known, workloads: [...GKE_WORKLOADS, ...workloads] }];
}
