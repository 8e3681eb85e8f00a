import { type Cloud, fingerprint, type Json, type Request, type Stored } from "../../cloud";
import { checkKey } from "../../keys";
import { computePath } from "../../references";
import { Refusal } from "../../refusal";
import { DEFAULT_SCOPES, fillIn } from "./cluster-defaults";

/** The version that GKE's regular channel gives. */
export const VERSION = "1.33.5-gke.1201000";

export function createNodePool(stored: Stored, { cloud }: Request): void {
  const { config = {} } = stored.body;
  const cluster = clusterOf(cloud, stored.path);
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
  const zones: string[] = body.locations?.length ? body.locations : cluster.locations;
  fillNodeConfig(body, cluster);
  const groups = `https://www.googleapis.com/compute/v1/projects/${cloud.project.id}/zones`;
  Object.assign(body, {
    status: "RUNNING",
    version: VERSION,
    locations: zones,
    initialNodeCount: body.initialNodeCount || body.autoscaling?.minNodeCount || 0,
    podIpv4CidrSize: 24,
    selfLink: `https://container.googleapis.com/v1/${path}`,
    maxPodsConstraint: body.maxPodsConstraint ?? { maxPodsPerNode: "110" },
    management: { autoUpgrade: true, autoRepair: true, ...body.management },
    upgradeSettings: { maxSurge: 1, strategy: "SURGE", ...body.upgradeSettings },
    networkConfig: {
      subnetwork: cluster.networkConfig.subnetwork ?? computePath(cloud, cluster.subnetwork),
      podRange: cluster.ipAllocationPolicy.clusterSecondaryRangeName,
      podIpv4CidrBlock: cluster.ipAllocationPolicy.clusterIpv4CidrBlock,
      networkTierConfig: { networkTier: "NETWORK_TIER_DEFAULT" },
      enablePrivateNodes: cluster.networkConfig.defaultEnablePrivateNodes,
      ...(cluster.ipAllocationPolicy.clusterIpv4CidrBlock && { podIpv4RangeUtilization: 0.1 }),
      ...body.networkConfig,
    },
    instanceGroupUrls: zones.map(
      (zone) => `${groups}/${zone}/instanceGroupManagers/gke-${cluster.name}-${body.name}-grp`,
    ),
    etag: fingerprint(body.config),
  });
}

const NODE_DEFAULTS: Json = {
  machineType: "e2-medium",
  diskSizeGb: 100,
  diskType: "pd-balanced",
  imageType: "COS_CONTAINERD",
  serviceAccount: "default",
  oauthScopes: DEFAULT_SCOPES,
  metadata: { "disable-legacy-endpoints": "true" },
  shieldedInstanceConfig: { enableIntegrityMonitoring: true },
  effectiveCgroupMode: "EFFECTIVE_CGROUP_MODE_V2",
  windowsNodeConfig: {},
  resourceLabels: { "goog-gke-node-pool-provisioning-model": "on-demand" },
  kubeletConfig: { maxParallelImagePulls: 2 },
};

function fillNodeConfig(body: Json, cluster: Json): void {
  body.config ??= {};
  const { config } = body;
  // A pool without its own settings takes the cluster's defaults.
  const { gcfsConfig, nodeKubeletConfig } = cluster.nodePoolDefaults?.nodeConfigDefaults ?? {};
  fillIn(config, { ...NODE_DEFAULTS, ...(gcfsConfig && { gcfsConfig }) });
  fillIn(config.kubeletConfig, nodeKubeletConfig ?? {});
  config.bootDisk = { diskType: config.diskType, sizeGb: String(config.diskSizeGb) };
}

const NOT_CONFIG: ReadonlySet<string> = new Set(["name", "nodeVersion", "nodePoolId", "etag"]);

/** What a PUT on a pool, or a setX of it, asks for: settings of its nodes stand beside those of the pool. */
export function changeNodePool({ body, path }: Stored, { cloud, body: request, method }: Request): void {
  if (method.verb === "setAutoscaling") body.autoscaling = request.autoscaling;
  if (method.verb === "setManagement") body.management = request.management;
  for (const key of ["nodePoolId", "clusterId", "zone", "projectId"]) delete body[key];
  if (method.verb !== "update") return;
  const { upgradeSettings, locations, ...config } = request;
  if (upgradeSettings) body.upgradeSettings = upgradeSettings;
  if (locations) body.locations = locations;
  for (const [key, value] of Object.entries(config as Json)) {
    if (NOT_CONFIG.has(key)) continue;
    body.config[key] = unwrapList(value);
    delete body[key];
  }
  fillNodeConfig(body, clusterOf(cloud, path));
}

function clusterOf(cloud: Cloud, pool: string): Json {
  return cloud.must("container", pool.split("/").slice(0, -2).join("/")).body;
}

/** UpdateNodePoolRequest wraps lists: {labels: {labels: {...}}} */
function unwrapList(value: Json): Json {
  const [key = "", ...more] = value && typeof value === "object" && !Array.isArray(value) ? Object.keys(value) : [];
  return more.length === 0 && ["labels", "taints", "tags"].includes(key) ? value[key] : value;
}
