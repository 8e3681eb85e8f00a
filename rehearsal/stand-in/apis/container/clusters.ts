import { type Cloud, fingerprint, type Json, type Request, type Stored } from "../../cloud";
import { checkKey } from "../../keys";
import { rangesOverlap } from "../../ranges";
import { computePath, referenced } from "../../references";
import { Refusal } from "../../refusal";
import { rangesOf } from "../compute/networks";
import { writeDefaults } from "./cluster-defaults";
import { writeEndpoints } from "./cluster-endpoints";
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
  writeDefaults(body);
  writeNetwork(cloud, body);
  writeEndpoints(cloud, body);
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
    useIpAliases: true,
    podCidrOverprovisionConfig: {},
    networkTierConfig: { networkTier: "NETWORK_TIER_DEFAULT" },
    ...(pods && { defaultPodIpv4RangeUtilization: 0.1 }),
  });
  Object.assign(body, { clusterIpv4Cidr: pods, servicesIpv4Cidr: services });
}

function writeIdentity(cloud: Cloud, { body, path }: Stored, location: string): void {
  Object.assign(body, {
    name: path.split("/").pop(),
    location,
    zone: location,
    locations: body.locations?.length ? body.locations : zonesIn(location),
    selfLink: `https://container.googleapis.com/v1/${path}`,
    id: Buffer.from(path).toString("hex").slice(-40),
    status: "RUNNING",
    initialClusterVersion: VERSION,
    currentMasterVersion: VERSION,
    currentNodeVersion: VERSION,
    createTime: cloud.now(),
    labelFingerprint: fingerprint(body.resourceLabels),
    masterAuth: {
      clusterCaCertificate: Buffer.from("stand-in authority").toString("base64"),
      clientCertificateConfig: {},
    },
  });
}

/** A cluster of one zone, or of three of a region. */
function zonesIn(location: string): string[] {
  return /-[a-z]$/.test(location) ? [location] : ["a", "b", "c"].map((zone) => `${location}-${zone}`);
}

function writeNetwork(cloud: Cloud, body: Json): void {
  Object.assign(body.networkConfig, {
    network: computePath(cloud, body.network),
    subnetwork: computePath(cloud, body.subnetwork),
  });
  body.network = body.network.split("/").pop();
  body.subnetwork = body.subnetwork.split("/").pop();
}

/** A cluster's pools are resources of their own. */
function makePools(cloud: Cloud, { api, body, path }: Stored): void {
  const asked = body.nodePools?.length
    ? body.nodePools
    : [{ name: "default-pool", initialNodeCount: body.initialNodeCount, config: body.nodeConfig ?? {} }];
  delete body.nodePools;
  for (const pool of asked) {
    const made = cloud.put({ api, schema: "NodePool", path: `${path}/nodePools/${pool.name}`, body: pool });
    fillNodePool(cloud, made, body);
  }
}

/** Its pools, and the first one's nodes: what its own pools are. */
export function viewOfCluster({ path }: Stored, cloud: Cloud): Json {
  const nodePools = cloud.children("container", `${path}/nodePools`).map(({ body }) => body);
  const nodes = nodePools.map(({ initialNodeCount, locations }) => initialNodeCount * locations.length);
  return {
    nodePools,
    nodeConfig: nodePools[0]?.config,
    instanceGroupUrls: nodePools.flatMap((pool) => pool.instanceGroupUrls),
    currentNodeCount: nodes.reduce((sum, count) => sum + count, 0),
  };
}
