import { diskGroups } from "../inventory/disks";
import { cpusOf, type MachineGroup, machineGroups } from "../inventory/machines";
import { numberOf, type Resource, regionsOf } from "../inventory/resource";
import { entryPoints } from "../reach/entry-points";
import { listOf, type SynthesizedEstate } from "../synthesized/estate";
import { PROJECT } from "./limits";

/** How much of one quota the estate needs. */
export interface Need {
  /** A region, or {@link PROJECT}. */
  readonly where: string;
  readonly metric: string;
  /** With everything at its minimum. */
  readonly least: number;
  /** Temporarily at the minimum: while machines are replaced, or a cluster is created. */
  readonly rolling: number;
  /** With everything at its maximum, while machines are replaced. */
  readonly most: number;
  /** What is available, where the estate itself determines it. @default determined by Google */
  readonly limit?: number;
}

/** Series whose vCPUs share a quota; every other series has its own. */
const COMMON_SERIES = ["e2", "n1"];

/**
 * Firewall rules that GKE creates per cluster, and per load balancer. Source:
 * https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules, as remembered in 2026-11.
 */
const GKE_RULES = { cluster: 6, loadBalancer: 2 };

/** Ports per Cloud NAT address. Source: https://cloud.google.com/nat/docs/ports-and-addresses, as remembered in 2026-11. */
const NAT_PORTS = 64_512;

export function needsOf(estate: SynthesizedEstate): Need[] {
  const machines = machineGroups(estate.resources);
  const regions = regionsOf(estate.resources);
  const needs = [...new Set(regions.values())].flatMap((region) =>
    regionNeeds(
      estate.resources.filter(({ country }) => country && regions.get(country) === region),
      machines.filter((each) => each.region === region),
      region,
    ),
  );
  return [...needs, ...projectNeeds(estate, machines)];
}

function regionNeeds(inRegion: readonly Resource[], machines: readonly MachineGroup[], region: string): Need[] {
  const disks = diskGroups(inRegion).map(({ type, gb, count, copies }) => ({ type, gb: gb * count * copies }));
  const gbOf = (isMine: (type: string) => boolean): Omit<Need, "metric"> => {
    const still = disks.filter(({ type }) => isMine(type)).reduce((sum, { gb }) => sum + gb, 0);
    return sum(region, machines, ({ bootDisk }) => (isMine(bootDisk.type) ? bootDisk.gb : 0), still);
  };
  const families = [...new Set(machines.map(({ machineType }) => familyMetric(machineType)))].sort();
  // Those of IPv6 have a quota of their own, of which one is needed.
  const isCounted = ({ address_type, ip_version }: Resource["attributes"]) =>
    address_type !== "INTERNAL" && ip_version !== "IPV6";
  const addresses = count(inRegion, "google_compute_address", isCounted);
  return [
    ...families.map((metric) => ({
      metric,
      ...sum(region, machines, ({ machineType }) => (familyMetric(machineType) === metric ? cpusOf(machineType) : 0)),
    })),
    { metric: "INSTANCES", ...sum(region, machines, () => 1) },
    { metric: "SSD_TOTAL_GB", ...gbOf((type) => type !== "pd-standard") },
    { metric: "DISKS_TOTAL_GB", ...gbOf((type) => type === "pd-standard") },
    { metric: "STATIC_ADDRESSES", ...still(region, addresses) },
    { metric: "IN_USE_ADDRESSES", ...still(region, addresses) },
    // A change creates a new template before deleting the old one.
    { metric: "INSTANCE_TEMPLATES", ...still(region, 2 * count(inRegion, "google_compute_region_instance_template")) },
    {
      metric: "REGIONAL_INSTANCE_GROUP_MANAGERS",
      ...still(region, count(inRegion, "google_compute_region_instance_group_manager")),
    },
    ...inRegion
      .filter(({ type }) => type === "google_compute_router_nat")
      .map(({ attributes: { min_ports_per_vm, nat_ips } }) => ({
        metric: "ports of Cloud NAT",
        ...sum(region, machines, () => numberOf(min_ports_per_vm, 64)),
        limit: NAT_PORTS * listOf(nat_ips).length,
      })),
  ];
}

function projectNeeds(estate: SynthesizedEstate, machines: readonly MachineGroup[]): Need[] {
  const { resources } = estate;
  const clusters = count(resources, "google_container_cluster");
  const services = entryPoints(estate).filter(({ name }) => name.what.startsWith("Service of ")).length;
  const zones = Math.max(...resources.map(({ attributes }) => listOf(attributes.node_locations).length), 0);
  const counted = (metric: string, value: number): Need => ({ metric, ...still(PROJECT, value) });
  return [
    { metric: "CPUS_ALL_REGIONS", ...sum(PROJECT, machines, ({ machineType }) => cpusOf(machineType)) },
    counted("NETWORKS", count(resources, "google_compute_network")),
    counted("SUBNETWORKS", count(resources, "google_compute_subnetwork")),
    counted("ROUTERS", count(resources, "google_compute_router")),
    counted(
      "FIREWALLS",
      count(resources, "google_compute_firewall") + GKE_RULES.cluster * clusters + GKE_RULES.loadBalancer * services,
    ),
    // Google counts some kinds of load balancer separately: adding them up errs on the safe side.
    counted("FORWARDING_RULES", count(resources, "google_compute_forwarding_rule") + services),
    counted("BACKEND_SERVICES", count(resources, "google_compute_region_backend_service") + services),
    counted("HEALTH_CHECKS", countLike(resources, /^google_compute_(region_)?health_check$/) + services),
    // GKE creates one per load balancer and zone.
    counted("NETWORK_ENDPOINT_GROUPS", zones * services),
    counted("SNAPSHOTS", snapshots(resources)),
    counted("SERVICE_ACCOUNTS", count(resources, "google_service_account")),
  ];
}

function familyMetric(machineType: string): string {
  const [series = ""] = machineType.split("-");
  return COMMON_SERIES.includes(series) ? "CPUS" : `${series.toUpperCase()}_CPUS`;
}

/** More machines temporarily: while they are replaced, or before a new cluster's pools exist. */
function sum(
  where: string,
  machines: readonly MachineGroup[],
  weigh: (group: MachineGroup) => number,
  base = 0,
): Omit<Need, "metric"> {
  const total = (groups: readonly MachineGroup[], size: (group: MachineGroup) => number) =>
    groups.reduce((all, group) => all + size(group) * weigh(group), base);
  const [throwaway, lasting] = [
    machines.filter((each) => each.isThrowaway),
    machines.filter((each) => !each.isThrowaway),
  ];
  const created = throwaway.map((pool) =>
    total(
      [pool, ...lasting.filter(({ country, layer }) => country !== pool.country || layer !== pool.layer)],
      ({ least }) => least,
    ),
  );
  return {
    where,
    least: total(lasting, ({ least }) => least),
    rolling: Math.max(
      ...created,
      total(lasting, ({ least, surge }) => least + surge),
    ),
    most: total(lasting, ({ most, surge }) => most + surge),
  };
}

function still(where: string, value: number): Omit<Need, "metric"> {
  return { where, least: value, rolling: value, most: value };
}

function count(
  resources: readonly Resource[],
  type: string,
  isCounted: (attributes: Resource["attributes"]) => boolean = () => true,
): number {
  return resources.filter((each) => each.type === type && isCounted(each.attributes)).length;
}

function countLike(resources: readonly Resource[], type: RegExp): number {
  return resources.filter((each) => type.test(each.type)).length;
}

/** A schedule takes one per day of its disk, and keeps them for its retention. */
function snapshots(resources: readonly Resource[]): number {
  return resources
    .filter(({ type }) => type === "google_compute_resource_policy")
    .flatMap(({ attributes }) => listOf(attributes.snapshot_schedule_policy))
    .flatMap(({ retention_policy }) => listOf(retention_policy))
    .reduce((sum, { max_retention_days }) => sum + numberOf(max_retention_days, 0), 0);
}
