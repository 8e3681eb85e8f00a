import { ContainerNodePool } from "@cdktf/provider-google/lib/container-node-pool";
import { Construct } from "constructs";
import type { NodePool as PoolSettings } from "../../config/topology";

export interface NodePoolProps extends PoolSettings {
  /** Id of the cluster. */
  readonly cluster: string;
  readonly zones: readonly string[];
  readonly serviceAccount: string;
  /** Id of the key that encrypts boot disks. */
  readonly diskKey: string;
  /** Network tag that firewall rules use for the nodes. */
  readonly tag: string;
  /** Whether the pool only accepts pods that tolerate its taint (`pool=<name>`). @default false */
  readonly isReserved?: boolean;
}

/** Nodes of one kind, autoscaled over all zones and balanced between them. */
export class NodePool extends Construct {
  readonly pool: ContainerNodePool;

  constructor(scope: Construct, id: string, props: NodePoolProps) {
    super(scope, id);
    this.pool = new ContainerNodePool(this, "pool", {
      name: id,
      cluster: props.cluster,
      nodeLocations: [...props.zones],
      // Total limits, not per zone, so that other zones can make up for a lost one.
      autoscaling: { totalMinNodeCount: props.minNodes, totalMaxNodeCount: props.maxNodes, locationPolicy: "BALANCED" },
      management: { autoRepair: true, autoUpgrade: true },
      upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
      nodeConfig: {
        machineType: props.machineType,
        diskSizeGb: props.diskGb,
        diskType: "pd-balanced",
        imageType: "COS_CONTAINERD",
        bootDiskKmsKey: props.diskKey,
        serviceAccount: props.serviceAccount,
        oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
        labels: { pool: id },
        ...(props.isReserved && { taint: [{ key: "pool", value: id, effect: "NO_SCHEDULE" }] }),
        tags: [props.tag],
        metadata: { "disable-legacy-endpoints": "true" },
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        workloadMetadataConfig: { mode: "GKE_METADATA" },
      },
      // Only used at creation; the autoscaler owns the count afterwards.
      lifecycle: { ignoreChanges: ["initial_node_count"] },
    });
  }
}
