import { diskGroups } from "../inventory/disks";
import { machineGroups } from "../inventory/machines";
import { type Resource, regionsOf, type Site, siteOf } from "../inventory/resource";
import {
  ADDRESS_HOUR,
  CLUSTER_HOUR,
  diskMonth,
  FORWARDING_RULES_HOUR,
  HOURS_A_MONTH,
  machineMonth,
  NAT_HOUR,
} from "./prices";

/** Something billed by the month. */
export interface Line extends Site {
  readonly what: string;
  /** USD a month, with everything at its minimum and at its maximum. */
  readonly least: number;
  readonly most: number;
}

/** Sums include what is billed whether or not it is used. The rest is named along with every sum. */
export const NOT_COUNTED =
  "traffic, logs, snapshots, backups, buckets, keys, DNS, alert policies, and load balancers created by GKE";

export interface Bill {
  readonly lines: readonly Line[];
  /** What has no known price, such as `asia-east1 e2-standard-4`. */
  readonly unpriced: readonly string[];
}

export function billOf(resources: readonly Resource[]): Bill {
  const unpriced = new Set<string>();
  const priced = (usd: number | undefined, what: string): number => {
    if (usd === undefined) unpriced.add(what);
    return usd ?? 0;
  };
  const disk = (region: string, type: string) => priced(diskMonth(region, type), `${region} ${type}`);
  const groups = machineGroups(resources).filter(({ isThrowaway }) => !isThrowaway);
  const machines = groups.flatMap(({ country, region, layer, machineType, bootDisk, least, most }): Line[] => {
    const each = priced(machineMonth(region, machineType), `${region} ${machineType}`);
    const boot = bootDisk.gb * disk(region, bootDisk.type);
    const site = { country, region, layer };
    return [
      { ...site, what: "machines", least: least * each, most: most * each },
      { ...site, what: "disks", least: least * boot, most: most * boot },
    ];
  });
  const disks = diskGroups(resources).map(({ country, region, layer, type, gb, count, copies }) => ({
    ...{ country, region, layer, what: "disks" },
    ...fixed(gb * count * copies * disk(region, type)),
  }));
  return { lines: [...machines, ...disks, ...services(resources, groups)], unpriced: [...unpriced].sort() };
}

/** Clusters' control planes, addresses, load balancers and Cloud NAT. */
function services(resources: readonly Resource[], machines: ReturnType<typeof machineGroups>): Line[] {
  const regions = regionsOf(resources);
  const ofType = (type: string) =>
    resources.filter((each) => each.type === type).map((each) => ({ ...siteOf(each, regions), ...each.attributes }));
  const hourly = (site: Site, what: string, hour: number): Line => ({ ...site, what, ...fixed(hour * HOURS_A_MONTH) });
  const rules = ofType("google_compute_forwarding_rule");
  const { first, included, further } = FORWARDING_RULES_HOUR;
  return [
    ...ofType("google_container_cluster").map((site) => hourly(site, "control planes", CLUSTER_HOUR)),
    ...resources
      // Only IPv4 addresses are paid for.
      .filter(({ type, attributes }) => type === "google_compute_address" && attributes.address_type !== "INTERNAL")
      .filter(({ attributes }) => attributes.ip_version !== "IPV6")
      .map((each) => hourly(siteOf(each, regions), "addresses", ADDRESS_HOUR)),
    ...[...new Set(rules.map(({ region }) => region))].flatMap((region) => {
      const here = rules.filter((rule) => rule.region === region);
      const [site] = here;
      return site ? [hourly(site, "load balancers", first + further * Math.max(0, here.length - included))] : [];
    }),
    ...ofType("google_compute_router_nat").map((site) => {
      const count = (end: "least" | "most") =>
        machines.filter(({ region }) => region === site.region).reduce((sum, group) => sum + group[end], 0);
      const usd = (end: "least" | "most") => HOURS_A_MONTH * Math.min(NAT_HOUR.machine * count(end), NAT_HOUR.most);
      return { ...site, what: "Cloud NAT", least: usd("least"), most: usd("most") };
    }),
  ].map(({ country, region, layer, what, least, most }) => ({ country, region, layer, what, least, most }));
}

function fixed(usd: number): Pick<Line, "least" | "most"> {
  return { least: usd, most: usd };
}

/** Lines with the same key, summed up, most expensive first. */
export function sumBy(
  lines: readonly Line[],
  keyOf: (line: Line) => string,
): [key: string, least: number, most: number][] {
  const sums = new Map<string, { least: number; most: number }>();
  for (const line of lines) {
    const { least, most } = sums.get(keyOf(line)) ?? { least: 0, most: 0 };
    sums.set(keyOf(line), { least: least + line.least, most: most + line.most });
  }
  return [...sums]
    .map(([key, { least, most }]): [string, number, number] => [key, least, most])
    .sort((a, b) => b[1] - a[1]);
}
