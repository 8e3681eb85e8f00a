import { machineSize } from "../../config/machine-types";
import { type Attributes, listOf } from "../synthesized/stacks";
import { numberOf, type Resource, regionsOf, type Site, siteOf } from "./resource";

/** Machines of one kind: how many there are, and how many more temporarily. */
export interface MachineGroup extends Site {
  readonly machineType: string;
  readonly bootDisk: { readonly type: string; readonly gb: number };
  readonly least: number;
  readonly most: number;
  /** Extra machines while all are replaced step by step. */
  readonly surge: number;
  /** Exists only while a cluster is created, before its pools: GKE creates a pool that is removed again. */
  readonly isThrowaway: boolean;
}

/** GKE's defaults for nodes. Source: container v1 discovery document, NodeConfig, 2026-10. */
const NODE = { machineType: "e2-medium", diskType: "pd-balanced", diskGb: 100 };
/** Compute Engine's defaults for a boot disk: the image's size and the cheapest type. */
const BOOT = { type: "pd-standard", gb: 10 };

/** Every machine of the estate, including cluster nodes. */
export function machineGroups(resources: readonly Resource[]): MachineGroup[] {
  const regions = regionsOf(resources);
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const templates = ofType("google_compute_region_instance_template");
  return [
    ...ofType("google_compute_instance").map((each) => ({ ...siteOf(each, regions), ...instance(each.attributes) })),
    ...ofType("google_compute_region_instance_group_manager").map((each) => ({
      ...siteOf(each, regions),
      ...managedGroup(each.attributes, templates),
    })),
    ...ofType("google_container_node_pool").map((each) => ({ ...siteOf(each, regions), ...pool(each.attributes) })),
    ...ofType("google_container_cluster").flatMap((each) =>
      numberOf(each.attributes.initial_node_count, 0) > 0
        ? [{ ...siteOf(each, regions), region: String(each.attributes.location), ...throwaway(each.attributes) }]
        : [],
    ),
  ];
}

/** vCPUs of a machine type; 0 if its size is unknown here. */
export function cpusOf(machineType: string): number {
  return machineSize(machineType)?.cpus ?? 0;
}

type Kind = Omit<MachineGroup, keyof Site>;

function instance({ machine_type, boot_disk }: Attributes): Kind {
  const [params = {}] = listOf(listOf(boot_disk)[0]?.initialize_params);
  const bootDisk = disk(params.type, params.size, BOOT);
  return { machineType: String(machine_type), bootDisk, least: 1, most: 1, surge: 0, isThrowaway: false };
}

/** A group refers to its template, but plans don't show references yet: so they are matched by name. */
function managedGroup(attributes: Attributes, templates: readonly Resource[]): Kind {
  const { base_instance_name: base, target_size, update_policy } = attributes;
  const template = templates.find(({ attributes: { name_prefix } }) => name_prefix === `${base}-`)?.attributes ?? {};
  const boot = listOf(template.disk).find((each) => each.boot) ?? {};
  const size = numberOf(target_size, 0);
  return {
    machineType: String(template.machine_type ?? ""),
    bootDisk: disk(boot.disk_type, boot.disk_size_gb, BOOT),
    least: size,
    most: size,
    surge: numberOf(listOf(update_policy)[0]?.max_surge_fixed, 0),
    isThrowaway: false,
  };
}

function pool({ autoscaling, node_config, node_count, node_locations, upgrade_settings }: Attributes): Kind {
  const [limits = {}] = listOf(autoscaling);
  const zones = listOf(node_locations).length;
  const fixed = zones * numberOf(node_count, 0);
  // Limits for the whole pool, or per zone.
  const limit = (end: "min" | "max") =>
    numberOf(limits[`total_${end}_node_count`], 0) || zones * numberOf(limits[`${end}_node_count`], 0) || fixed;
  const surge = numberOf(listOf(upgrade_settings)[0]?.max_surge, 1);
  return { ...node(node_config), least: limit("min"), most: limit("max"), surge, isThrowaway: false };
}

function throwaway({ node_config, node_locations, initial_node_count }: Attributes): Kind {
  const zones = Math.max(1, listOf(node_locations).length);
  const nodes = zones * numberOf(initial_node_count, 0);
  return { ...node(node_config), least: nodes, most: nodes, surge: 0, isThrowaway: true };
}

function node(config: unknown): Pick<Kind, "machineType" | "bootDisk"> {
  const [{ machine_type = NODE.machineType, disk_type, disk_size_gb } = {}] = listOf(config);
  return {
    machineType: String(machine_type),
    bootDisk: disk(disk_type, disk_size_gb, { type: NODE.diskType, gb: NODE.diskGb }),
  };
}

function disk(type: unknown, gb: unknown, otherwise: MachineGroup["bootDisk"]): MachineGroup["bootDisk"] {
  return { type: String(type ?? otherwise.type), gb: numberOf(gb, otherwise.gb) };
}
