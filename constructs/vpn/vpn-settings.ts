import type { MachineLogsSettings } from "../machine/machine-logs-settings";

/** A country's VPN host. */
export interface VpnSettings {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly zone: string;
  readonly machineType: string;
  /** Size of the data disk in GB. */
  readonly diskGb: number;
  /** Days to keep snapshots of the data disk. */
  readonly backupRetentionDays: number;
  /** Reserved address in the VPN's subnet: the console's, and the source address of all clients. */
  readonly internalAddress: string;
  readonly logs: MachineLogsSettings;
}
