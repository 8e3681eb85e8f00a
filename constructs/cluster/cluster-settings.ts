import type { NodePool } from "../../config/topology";

/** One GKE cluster of a country. */
export interface ClusterSettings {
  /** What runs in it, from which its names and its identity follow. */
  readonly purpose: "app" | "monitoring";
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly zones: readonly string[];
  /** /28 of the control plane. */
  readonly controlPlane: string;
  /** Region that keeps the backups: not the cluster's own. */
  readonly backupRegion: string;
  readonly pools: Readonly<Record<string, NodePool>>;
  /** Names of the pools that only pods which tolerate their taint come to. */
  readonly reservedPools: readonly string[];
}
