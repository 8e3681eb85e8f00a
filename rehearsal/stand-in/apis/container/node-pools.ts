import { type Cloud, fingerprint, type Json, type Request, type Stored } from "../../cloud";
import { checkKey } from "../../keys";
import { Refusal } from "../../refusal";

/** The version that GKE's regular channel gives. */
export const VERSION = "1.33.5-gke.1201000";

export function createNodePool(stored: Stored, { cloud }: Request): void {
  const { config = {} } = stored.body;
  const cluster = cloud.must("container", stored.path.split("/").slice(0, -2).join("/")).body;
  if (cluster.status !== "RUNNING") throw new Refusal(400, `Cluster ${cluster.name} is not running: ${cluster.status}`);
  checkKey(cloud, config.bootDiskKmsKey, "compute-system", cluster.location);
  if (
    config.serviceAccount &&
    config.serviceAccount !== "default" &&
    !cloud.serviceAccountExists(config.serviceAccount)
  ) {
    throw new Refusal(400, `Service account "${config.serviceAccount}" does not exist.`);
  }
  fillNodePool(cloud, stored, cluster);
}

/** What GKE writes into a pool. */
export function fillNodePool(cloud: Cloud, { body, path }: Stored, cluster: Json): void {
  const zones: string[] = body.locations?.length ? body.locations : (cluster.locations ?? []);
  fillNodeConfig(body, cluster);
  const groups = `https://www.googleapis.com/compute/v1/projects/${cloud.project.id}/zones`;
  Object.assign(body, {
    status: "RUNNING",
    version: VERSION,
    locations: zones,
    initialNodeCount: body.initialNodeCount ?? 0,
    podIpv4CidrSize: 24,
    selfLink: `https://container.googleapis.com/v1/${path}`,
    maxPodsConstraint: body.maxPodsConstraint ?? { maxPodsPerNode: "110" },
    management: { autoUpgrade: true, autoRepair: true, ...body.management },
    upgradeSettings: { maxSurge: 1, strategy: "SURGE", ...body.upgradeSettings },
    networkConfig: {
      podRange: cluster.ipAllocationPolicy.clusterSecondaryRangeName,
      podIpv4CidrBlock: cluster.ipAllocationPolicy.clusterIpv4CidrBlock,
      enablePrivateNodes: cluster.networkConfig?.defaultEnablePrivateNodes,
      podIpv4RangeUtilization: 0.1,
      ...body.networkConfig,
    },
    instanceGroupUrls: zones.map(
      (zone) => `${groups}/${zone}/instanceGroupManagers/gke-${cluster.name}-${body.name}-grp`,
    ),
    etag: fingerprint(body.config),
  });
}

function fillNodeConfig(body: Json, cluster: Json): void {
  body.config ??= {};
  const { config } = body;
  config.machineType ||= "e2-medium";
  config.diskSizeGb ??= 100;
  config.diskType ??= "pd-balanced";
  config.imageType ??= "COS_CONTAINERD";
  config.serviceAccount ||= "default";
  config.metadata = { "disable-legacy-endpoints": "true", ...config.metadata };
  config.shieldedInstanceConfig ??= { enableIntegrityMonitoring: true };
  config.effectiveCgroupMode = "EFFECTIVE_CGROUP_MODE_V2";
  config.bootDisk = { diskType: config.diskType, sizeGb: String(config.diskSizeGb) };
  config.windowsNodeConfig ??= {};
  config.resourceLabels = { "goog-gke-node-pool-provisioning-model": "on-demand", ...config.resourceLabels };
  // A pool without its own settings takes the cluster's defaults.
  const { gcfsConfig, nodeKubeletConfig } = cluster.nodePoolDefaults?.nodeConfigDefaults ?? {};
  config.gcfsConfig ??= gcfsConfig;
  config.kubeletConfig = { ...nodeKubeletConfig, ...config.kubeletConfig };
}

const NOT_CONFIG: ReadonlySet<string> = new Set(["name", "nodeVersion", "nodePoolId", "etag"]);

/** What a PUT on a pool, or a setX of it, asks for: settings of its nodes stand beside those of the pool. */
export function changeNodePool({ body }: Stored, { body: request, method }: Request): void {
  if (method.verb === "setAutoscaling") body.autoscaling = request.autoscaling;
  if (method.verb === "setManagement") body.management = request.management;
  if (method.verb !== "update") return;
  const { upgradeSettings, locations, ...config } = request;
  if (upgradeSettings) body.upgradeSettings = upgradeSettings;
  if (locations) body.locations = locations;
  for (const [key, value] of Object.entries(config as Json)) {
    if (NOT_CONFIG.has(key)) continue;
    body.config[key] = unwrapList(value);
    delete body[key];
  }
}

/** UpdateNodePoolRequest wraps lists: {labels: {labels: {...}}} */
function unwrapList(value: Json): Json {
  const [key = "", ...more] = value && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
  return more.length === 0 && ["labels", "taints", "tags"].includes(key) ? value[key] : value;
}
