import { fingerprint, type Json, type Request, type Stored } from "../../cloud";
import { Refusal } from "../../refusal";
import { encrypted, inAnsweredOrder } from "./clusters";

type Wish = (body: Json, wish: Json) => void;

/** PUT names every wish desiredX. Those whose X is not simply a field of the cluster: */
const WISHES: Readonly<Record<string, Wish>> = {
  desiredIntraNodeVisibilityConfig: ({ networkConfig }, { enabled }) => {
    networkConfig.enableIntraNodeVisibility = enabled;
  },
  desiredDnsConfig: ({ networkConfig }, wish) => {
    networkConfig.dnsConfig = wish;
  },
  desiredDefaultEnablePrivateNodes: ({ networkConfig }, wish) => {
    networkConfig.defaultEnablePrivateNodes = wish;
  },
  desiredControlPlaneEndpointsConfig: ({ controlPlaneEndpointsConfig }, wish) => {
    for (const [key, value] of Object.entries(wish)) {
      controlPlaneEndpointsConfig[key] = { ...controlPlaneEndpointsConfig[key], ...(value as Json) };
    }
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
export function updateCluster({ body, path }: Stored, { body: request }: Request): void {
  for (const [key, wish] of Object.entries((request?.update ?? {}) as Json)) {
    const known = WISHES[key];
    if (known) known(body, wish);
    else if (key.startsWith("desired")) writePlain(body, key, wish);
    else throw Refusal.unknown(`what ${key} changes in ${path}`);
  }
  delete body.update;
  body.labelFingerprint = fingerprint(body.resourceLabels);
}

function writePlain(body: Json, key: string, wish: Json): void {
  const plain = key.replace(/^desired./, (text) => text.slice(-1).toLowerCase());
  body[plain] = typeof wish === "object" && !Array.isArray(wish) ? { ...body[plain], ...wish } : wish;
}
