import { machineSize } from "../../config/machine-types";

/**
 * List prices in USD, without tax, agreements or commitments. Where they are from:
 *
 * - machines and disks: Google's Cloud Billing catalogue as github.com/Cyclenerd/google-cloud-pricing-cost-calculator
 *   read it into pricing.yml on 2025-03-06; prices of a vCPU and of a GB of memory follow from two of its machine types
 * - addresses and Cloud NAT: https://cloud.google.com/vpc/network-pricing and https://cloud.google.com/nat/pricing,
 *   2026-10-16
 * - forwarding rules: https://cloud.google.com/load-balancing/pricing, 2026-09-20
 * - clusters: https://cloud.google.com/kubernetes-engine/pricing, as remembered in 2026-11
 */
interface RegionPrices {
  /** A vCPU and a GB of memory for an hour, by machine series. */
  readonly series: Readonly<Record<string, { readonly cpuHour: number; readonly gbHour: number }>>;
  /** A GB for a month, by type of disk. */
  readonly disks: Readonly<Record<string, number>>;
}

export const REGION_PRICES: Readonly<Record<string, RegionPrices>> = {
  "asia-south1": {
    series: { e2: { cpuHour: 0.0261993, gbHour: 0.00351072 }, n2: { cpuHour: 0.03797, gbHour: 0.005088 } },
    disks: { "pd-standard": 0.048, "pd-balanced": 0.12, "pd-ssd": 0.204 },
  },
  "asia-southeast1": {
    series: { e2: { cpuHour: 0.02690931, gbHour: 0.00360594 }, n2: { cpuHour: 0.038999, gbHour: 0.005226 } },
    disks: { "pd-standard": 0.044, "pd-balanced": 0.11, "pd-ssd": 0.187 },
  },
  "asia-southeast2": {
    series: {
      e2: { cpuHour: 0.02933115, gbHour: 0.00393047 },
      n2: { cpuHour: 0.04250891, gbHour: 0.00569634 },
    },
    disks: { "pd-standard": 0.052, "pd-balanced": 0.13, "pd-ssd": 0.221 },
  },
};

export const HOURS_A_MONTH = 730;

/**
 * Sustained use discount of these series when a machine runs all month, applied automatically. Same source as machines.
 */
const SUSTAINED_USE: Readonly<Record<string, number>> = { n2: 0.8 };

/** The fraction of a vCPU billed for a shared-core machine. */
const SHARED_CPUS: Readonly<Record<string, number>> = { "e2-micro": 0.25, "e2-small": 0.5, "e2-medium": 1 };

export const CLUSTER_HOUR = 0.1;
export const ADDRESS_HOUR = 0.005;
/** Per gateway: for each machine that uses it, and the maximum. */
export const NAT_HOUR = { machine: 0.0014, most: 0.044 };
/** Per region: for the first five together, and for each further one. */
export const FORWARDING_RULES_HOUR = { first: 0.025, included: 5, further: 0.01 };

/** USD a month; undefined if the price is unknown. */
export function machineMonth(region: string, machineType: string): number | undefined {
  const [series = ""] = machineType.split("-");
  const size = machineSize(machineType);
  const price = REGION_PRICES[region]?.series[series];
  if (!size || !price) return undefined;
  const hour = (SHARED_CPUS[machineType] ?? size.cpus) * price.cpuHour + (size.memoryMb / 1024) * price.gbHour;
  return hour * HOURS_A_MONTH * (SUSTAINED_USE[series] ?? 1);
}

/** USD per GB and month; undefined if the price is unknown. */
export function diskMonth(region: string, type: string): number | undefined {
  return REGION_PRICES[region]?.disks[type];
}
