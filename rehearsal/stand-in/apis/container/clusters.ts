import { type Cloud, fingerprint, type Json, type Request, type Stored } from "../../cloud";
import { checkKey } from "../../keys";
import { rangesOverlap } from "../../ranges";
import { computePath, referenced } from "../../references";
import { Refusal } from "../../refusal";
import { rangesOf } from "../compute/networks";
import { fillNodePool, VERSION } from "./node-pools";

/** What GKE writes into a cluster: endpoints, versions, ranges, and a default pool. */
export function createCluster(stored: Stored, { cloud }: Request): void {
  const { body, path } = stored;
  const location = path.split("/")[3] ?? "";
  const subnet = referenced(cloud, body.subnetwork).body;
  checkSecondaryRanges(subnet, body.ipAllocationPolicy);
  checkControlPlaneRange(cloud, body);
  checkKey(cloud, body.databaseEncryption?.keyName, "container-engine-robot", location);
  writeAddresses(body, subnet);
  writeIdentity(cloud, stored, location);
  writeNetwork(cloud, body);
  writeFeatures(body);
  writeEndpoints(cloud, stored, location);
  makePools(cloud, stored);
}

function checkSecondaryRanges(subnet: Json, policy: Json): void {
  for (const key of ["clusterSecondaryRangeName", "servicesSecondaryRangeName"]) {
    const wanted = policy?.[key];
    if (wanted && !secondaryRange(subnet, wanted)) {
      throw new Refusal(400, `Secondary range "${wanted}" does not exist in subnetwork "${subnet.name}".`);
    }
  }
}

function secondaryRange(subnet: Json, name: string): string | undefined {
  return subnet.secondaryIpRanges?.find((one: Json) => one.rangeName === name)?.ipCidrRange;
}

/** The control plane's range is nobody else's: of no subnet of the network, of no other cluster. */
function checkControlPlaneRange(cloud: Cloud, body: Json): void {
  const own = body.privateClusterConfig?.masterIpv4CidrBlock;
  if (!own) return;
  const network = computePath(cloud, body.network);
  const subnets = cloud.all("Subnetwork").filter((one) => computePath(cloud, one.body.network) === network);
  const taken = [
    ...subnets.flatMap((one) => rangesOf(one.body).map((range) => ({ range, path: one.path }))),
    ...cloud
      .all("Cluster")
      .map((one) => ({ range: one.body.privateClusterConfig?.masterIpv4CidrBlock, path: one.path })),
  ];
  const clash = taken.find(({ range }) => range && rangesOverlap(range, own));
  if (clash) {
    throw new Refusal(400, `The given master_ipv4_cidr ${own} overlaps with ${clash.range} of ${clash.path}`);
  }
}

function writeAddresses(body: Json, subnet: Json): void {
  body.ipAllocationPolicy ??= {};
  const policy = body.ipAllocationPolicy;
  const pods = secondaryRange(subnet, policy.clusterSecondaryRangeName);
  const services = secondaryRange(subnet, policy.servicesSecondaryRangeName);
  Object.assign(policy, {
    clusterIpv4CidrBlock: pods,
    clusterIpv4Cidr: pods,
    servicesIpv4CidrBlock: services,
    servicesIpv4Cidr: services,
    stackType: policy.stackType ?? "IPV4",
    podCidrOverprovisionConfig: {},
    defaultPodIpv4RangeUtilization: 0.1,
  });
  Object.assign(body, { clusterIpv4Cidr: pods, servicesIpv4Cidr: services });
}

function writeIdentity(cloud: Cloud, { body, path }: Stored, location: string): void {
  Object.assign(body, {
    name: path.split("/").pop(),
    location,
    zone: location,
    selfLink: `https://container.googleapis.com/v1/${path}`,
    id: Buffer.from(path).toString("hex").slice(-40),
    status: "RUNNING",
    endpoint: "10.0.0.2",
    initialClusterVersion: VERSION,
    currentMasterVersion: VERSION,
    currentNodeVersion: VERSION,
    createTime: cloud.now(),
    currentNodeCount: 0,
    labelFingerprint: fingerprint(body.resourceLabels),
    masterAuth: {
      clusterCaCertificate: Buffer.from("stand-in authority").toString("base64"),
      clientCertificateConfig: {},
    },
  });
}

function writeNetwork(cloud: Cloud, body: Json): void {
  body.networkConfig ??= {};
  Object.assign(body.networkConfig, {
    network: computePath(cloud, body.network),
    subnetwork: computePath(cloud, body.subnetwork),
    defaultSnatStatus: body.networkConfig.defaultSnatStatus ?? {},
    serviceExternalIpsConfig: body.networkConfig.serviceExternalIpsConfig ?? {},
  });
  body.network = body.network.split("/").pop();
  body.subnetwork = body.subnetwork.split("/").pop();
  if (body.networkPolicy && !body.networkPolicy.enabled) body.networkPolicy = {};
}

/** The order in which GKE answers components, whatever the order of the request. */
const COMPONENTS = ["SYSTEM_COMPONENTS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER", "WORKLOADS"];

export function inAnsweredOrder(components: readonly string[]): string[] {
  const place = (name: string) => (COMPONENTS.includes(name) ? COMPONENTS.indexOf(name) : COMPONENTS.length);
  return [...components].sort((a, b) => place(a) - place(b));
}

/** What GKE answers of a wish to encrypt Secrets: since 2026 everything that etcd holds is. */
export function encrypted({ state, ...rest }: Json): Json {
  return state === "ENCRYPTED"
    ? { ...rest, state: "ALL_OBJECTS_ENCRYPTION_ENABLED", currentState: "CURRENT_STATE_ALL_OBJECTS_ENCRYPTION_ENABLED" }
    : { ...rest, state, currentState: "CURRENT_STATE_DECRYPTED" };
}

function writeFeatures(body: Json): void {
  body.loggingService ||= "logging.googleapis.com/kubernetes";
  body.monitoringService ||= "monitoring.googleapis.com/kubernetes";
  body.defaultMaxPodsConstraint ??= { maxPodsPerNode: "110" };
  body.legacyAbac ??= {};
  body.shieldedNodes ??= {};
  body.enterpriseConfig = { clusterTier: "STANDARD" };
  if (!body.autopilot?.enabled) delete body.autopilot;
  body.autoscaling = { autoscalingProfile: "BALANCED", ...body.autoscaling };
  body.addonsConfig = {
    kubernetesDashboard: { disabled: true },
    networkPolicyConfig: { disabled: true },
    dnsCacheConfig: { enabled: true },
    gcsFuseCsiDriverConfig: { enabled: true },
    ...body.addonsConfig,
  };
  const logging = body.loggingConfig?.componentConfig;
  if (logging) logging.enableComponents = inAnsweredOrder(logging.enableComponents ?? []);
  if (body.databaseEncryption) body.databaseEncryption = encrypted(body.databaseEncryption);
  if (body.maintenancePolicy) {
    body.maintenancePolicy.resourceVersion = fingerprint(body.maintenancePolicy).slice(0, 8);
  }
  body.monitoringConfig ??= { componentConfig: { enableComponents: ["SYSTEM_COMPONENTS"] } };
  body.monitoringConfig.advancedDatapathObservabilityConfig ??= {};
  body.nodePoolDefaults ??= {};
  body.nodePoolDefaults.nodeConfigDefaults = {
    loggingConfig: { variantConfig: { variant: "DEFAULT" } },
    ...body.nodePoolDefaults.nodeConfigDefaults,
  };
}

/** A control plane answers where it is told to, or nowhere. */
function writeEndpoints(cloud: Cloud, { body }: Stored, location: string): void {
  const wanted = body.controlPlaneEndpointsConfig ?? {};
  const nowhere = `gke-${body.id}-${cloud.project.number}.${location}.gke.goog`;
  const privateEndpoint = "10.0.0.2";
  const { enablePublicEndpoint } = wanted.ipEndpointsConfig ?? {};
  body.controlPlaneEndpointsConfig = {
    dnsEndpointConfig: { ...wanted.dnsEndpointConfig, endpoint: cloud.controlPlanes[body.name] ?? nowhere },
    ipEndpointsConfig: {
      ...wanted.ipEndpointsConfig,
      privateEndpoint,
      ...(enablePublicEndpoint && { publicEndpoint: "34.1.1.1" }),
    },
  };
  if (!body.privateClusterConfig) return;
  body.privateClusterConfig.privateEndpoint = privateEndpoint;
  body.privateClusterConfig.enablePrivateNodes = body.networkConfig.defaultEnablePrivateNodes;
}

/** A cluster's pools are resources of their own; it is answered with those that are there. */
function makePools(cloud: Cloud, { api, body, path }: Stored): void {
  const asked = body.nodePools?.length
    ? body.nodePools
    : [{ name: "default-pool", initialNodeCount: body.initialNodeCount, config: body.nodeConfig ?? {} }];
  delete body.nodePools;
  for (const pool of asked) {
    const made = cloud.put({ api, schema: "NodePool", path: `${path}/nodePools/${pool.name}`, body: pool });
    fillNodePool(cloud, made, body);
  }
  Object.defineProperty(body, "nodePools", {
    enumerable: true,
    configurable: true,
    get: () => cloud.children("container", `${path}/nodePools`).map((one) => one.body),
  });
}
