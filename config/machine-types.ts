/** What a server that fills its machine, such as a database, is sized by. */
export interface MachineSize {
  readonly cpus: number;
  readonly memoryMb: number;
}

/**
 * Predefined x86 machine types that take Persistent Disk: vCPUs of each series and GB of memory per vCPU by kind.
 * Source: https://cloud.google.com/compute/docs/general-purpose-machines and compute-optimized-machines, 2026-11.
 */
const SERIES: Readonly<Record<string, Readonly<Record<string, Sizes>>>> = {
  e2: {
    standard: { cpus: [2, 4, 8, 16, 32], gbPerCpu: 4 },
    highmem: { cpus: [2, 4, 8, 16], gbPerCpu: 8 },
    highcpu: { cpus: [2, 4, 8, 16, 32], gbPerCpu: 1 },
  },
  n2: {
    standard: { cpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128], gbPerCpu: 4 },
    // The largest, 128 vCPUs with 864 GB, has a different ratio.
    highmem: { cpus: [2, 4, 8, 16, 32, 48, 64, 80], gbPerCpu: 8 },
    highcpu: { cpus: [2, 4, 8, 16, 32, 48, 64, 80, 96], gbPerCpu: 1 },
  },
  n2d: {
    standard: { cpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224], gbPerCpu: 4 },
    highmem: { cpus: [2, 4, 8, 16, 32, 48, 64, 80, 96], gbPerCpu: 8 },
    highcpu: { cpus: [2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224], gbPerCpu: 1 },
  },
  t2d: { standard: { cpus: [1, 2, 4, 8, 16, 32, 48, 60], gbPerCpu: 4 } },
  c2: { standard: { cpus: [4, 8, 16, 30, 60], gbPerCpu: 4 } },
  c2d: everyKind([2, 4, 8, 16, 32, 56, 112]),
  c3: everyKind([4, 8, 22, 44, 88, 176]),
  c3d: everyKind([4, 8, 16, 30, 60, 90, 180, 360]),
};

/** Shared-core machines: they get a fraction of two vCPUs, more in bursts. */
const SHARED: Readonly<Record<string, MachineSize>> = {
  "e2-micro": { cpus: 2, memoryMb: 1024 },
  "e2-small": { cpus: 2, memoryMb: 2048 },
  "e2-medium": { cpus: 2, memoryMb: 4096 },
};

/** Images and packages are built for x86. */
const ARM_SERIES = ["t2a", "c4a", "n4a", "a4x"];

/** Disks are pd-balanced and pd-ssd, which these series refuse. */
const HYPERDISK_SERIES = ["n4", "n4d", "c4", "c4d", "x4", "m4", "h4d", "a4"];

interface Sizes {
  readonly cpus: readonly number[];
  readonly gbPerCpu: number;
}

/** The size of a machine type, or undefined if unknown here. */
export function machineSize(machineType: string): MachineSize | undefined {
  if (isShared(machineType)) return SHARED[machineType];
  const [series = "", kind = "", cpus = "", ...rest] = machineType.split("-");
  const sizes = sizesOf(series, kind);
  if (!sizes?.cpus.some((count) => String(count) === cpus) || rest.length > 0) return undefined;
  return { cpus: Number(cpus), memoryMb: sizes.gbPerCpu * Number(cpus) * 1024 };
}

export function isShared(machineType: string): boolean {
  return Object.hasOwn(SHARED, machineType);
}

/** What to do about a machine type; "" when a machine of it can be made here. */
export function machineTypeRemedy(machineType: string): string {
  const example = "use a machine type such as e2-standard-4";
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(machineType)) return example;
  if (machineSize(machineType)) return "";
  const [series = "", kind = ""] = machineType.split("-");
  if (ARM_SERIES.includes(series)) return `${series} is Arm, and images and packages are for x86: ${example}`;
  if (HYPERDISK_SERIES.includes(series)) {
    return `${series} takes no pd-balanced or pd-ssd, which all disks here are: ${example}`;
  }
  const sizes = sizesOf(series, kind);
  if (sizes) return `${series}-${kind} has ${sizes.cpus.join(", ")} vCPUs: ${example}`;
  const shared = Object.keys(SHARED).join(", ");
  return Object.hasOwn(SERIES, series)
    ? `use ${series}-${Object.keys(SERIES[series] ?? {}).join(`, ${series}-`)}${series === "e2" ? `, or ${shared}` : ""}`
    : `use one of the series ${Object.keys(SERIES).join(", ")}, or add it to config/machine-types.ts`;
}

function sizesOf(series: string, kind: string): Sizes | undefined {
  const kinds = Object.hasOwn(SERIES, series) ? SERIES[series] : undefined;
  return kinds && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
}

function everyKind(cpus: readonly number[]): Readonly<Record<string, Sizes>> {
  return {
    standard: { cpus, gbPerCpu: 4 },
    highmem: { cpus, gbPerCpu: 8 },
    highcpu: { cpus, gbPerCpu: 2 },
  };
}
