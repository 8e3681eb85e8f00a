import type { MaintenanceNights } from "../../config/maintenance";
import type { NodePool } from "../../config/topology";

/** One GKE cluster of a country. */
export interface ClusterSettings {
  /** What runs in it; determines its names and identity. */
  readonly purpose: "app" | "monitoring";
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly zones: readonly string[];
  /** /28 of the control plane. */
  readonly controlPlane: string;
  /** Region for backups, different from the cluster's own. */
  readonly backupRegion: string;
  readonly maintenance: MaintenanceNights;
  readonly pools: Readonly<Record<string, NodePool>>;
  /** Names of the pools that only accept pods which tolerate their taint. */
  readonly reservedPools: readonly string[];
}
