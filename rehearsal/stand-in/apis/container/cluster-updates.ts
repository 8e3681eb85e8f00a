import { fingerprint, type Json, type Request, type Stored } from "../../cloud";
import type { Api } from "../../descriptions";
import { Refusal } from "../../refusal";
import { encrypted, inAnsweredOrder, writeMaintenance } from "./cluster-defaults";
import { writeEndpoints } from "./cluster-endpoints";

type Wish = (body: Json, wish: Json) => void;

/** PUT names every wish desiredX. Those whose X is not simply a field of the cluster: */
const WISHES: Readonly<Record<string, Wish>> = {
  desiredIntraNodeVisibilityConfig: ({ networkConfig }, { enabled }) => {
    networkConfig.enableIntraNodeVisibility = enabled;
  },
  desiredClusterAutoscaling: (body, wish) => {
    body.autoscaling = { ...body.autoscaling, ...wish };
  },
  desiredControlPlaneEndpointsConfig: ({ controlPlaneEndpointsConfig }, wish) => {
    for (const [key, value] of Object.entries(wish)) {
      controlPlaneEndpointsConfig[key] = { ...controlPlaneEndpointsConfig[key], ...(value as Json) };
    }
  },
  desiredMasterAuthorizedNetworksConfig: ({ controlPlaneEndpointsConfig }, wish) => {
    controlPlaneEndpointsConfig.ipEndpointsConfig.authorizedNetworksConfig = wish;
  },
  desiredLoggingConfig: (body, wish) => {
    const components = wish.componentConfig?.enableComponents ?? [];
    body.loggingConfig = { componentConfig: { enableComponents: inAnsweredOrder(components) } };
  },
  desiredDatabaseEncryption: (body, wish) => {
    body.databaseEncryption = encrypted(wish);
  },
  desiredGcfsConfig: ({ nodePoolDefaults }, wish) => {
    nodePoolDefaults.nodeConfigDefaults.gcfsConfig = wish;
  },
  desiredNodeKubeletConfig: ({ nodePoolDefaults }, wish) => {
    nodePoolDefaults.nodeConfigDefaults.nodeKubeletConfig = wish;
  },
  // No control plane is upgraded.
  desiredMasterVersion: () => undefined,
};

/** What a PUT on a cluster, or a setX of it, asks for. */
export function updateCluster({ api, body, path }: Stored, { cloud, body: request }: Request): void {
  const { desiredNodePoolId: pool, desiredNodePoolAutoscaling: size, ...wishes }: Json = request?.update ?? {};
  if (size) cloud.must("container", `${path}/nodePools/${pool}`).body.autoscaling = size;
  for (const [key, wish] of Object.entries(wishes)) {
    const known = WISHES[key];
    if (known) known(body, wish);
    else writePlain(api, body, key, wish);
  }
  delete body.update;
  writeMaintenance(body);
  writeEndpoints(cloud, body);
  body.labelFingerprint = fingerprint(body.resourceLabels);
}

/** desiredX writes X, of the cluster or of its network settings. */
function writePlain({ schemas }: Api, body: Json, key: string, wish: Json): void {
  const plain = key.replace(/^desired./, (text) => text.slice(-1).toLowerCase());
  const [holder] = [
    ...(schemas.Cluster?.properties?.[plain] ? [body] : []),
    ...(schemas.NetworkConfig?.properties?.[plain] ? [body.networkConfig] : []),
  ];
  if (!holder) throw Refusal.unknown(`what ${key} changes in a cluster`);
  holder[plain] = typeof wish === "object" && !Array.isArray(wish) ? { ...holder[plain], ...wish } : wish;
}
