/** What sizes a server that fills its machine, such as a database. */
export interface MachineSize {
  readonly cpus: number;
  readonly memoryMb: number;
}

/** GB of memory per vCPU by kind. Source: https://cloud.google.com/compute/docs/general-purpose-machines, 2026-11. */
const GB_PER_VCPU: Readonly<Record<string, number>> = { standard: 4, highmem: 8 };

const SERIES = ["c3", "c3d", "c4", "e2", "n2", "n2d", "n4"];

/** The size of a predefined machine type, or undefined when it is not known here. */
export function machineSize(machineType: string): MachineSize | undefined {
  const [series = "", kind = "", vcpus = "", ...rest] = machineType.split("-");
  const gbPerVcpu = Object.hasOwn(GB_PER_VCPU, kind) ? GB_PER_VCPU[kind] : undefined;
  if (!SERIES.includes(series) || gbPerVcpu === undefined || !/^[1-9]\d{0,2}$/.test(vcpus) || rest.length > 0)
    return undefined;
  return { cpus: Number(vcpus), memoryMb: gbPerVcpu * Number(vcpus) * 1024 };
}
