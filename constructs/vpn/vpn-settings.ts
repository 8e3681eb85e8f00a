/** A country's VPN host. */
export interface VpnSettings {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly zone: string;
  readonly machineType: string;
  /** Size of the data disk in GB. */
  readonly diskGb: number;
  /** Days that the data disk's snapshots are kept. */
  readonly backupRetentionDays: number;
  /** Reserved address in the VPN's subnet: the console's, and what clients are seen as. */
  readonly internalAddress: string;
}
