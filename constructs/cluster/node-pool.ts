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
  /** Network tag that firewall rules know the nodes by. */
  readonly tag: string;
  /** Whether only pods that tolerate the pool's taint (`pool=<name>`) come here. @default false */
  readonly isReserved?: boolean;
}

/** Nodes of one kind, autoscaled over all zones and kept even between them. */
export class NodePool extends Construct {
  readonly pool: ContainerNodePool;

  constructor(scope: Construct, id: string, props: NodePoolProps) {
    super(scope, id);
    this.pool = new ContainerNodePool(this, "pool", {
      name: id,
      cluster: props.cluster,
      nodeLocations: [...props.zones],
      // Total limits, not per zone: a zone that is lost is made up for in the others.
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
      // Set at creation only; the autoscaler owns the count from then on.
      lifecycle: { ignoreChanges: ["initial_node_count"] },
    });
  }
}
