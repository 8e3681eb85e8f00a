import { fingerprint, type Json } from "../../cloud";

const SCOPES = [
  "devstorage.read_only",
  "logging.write",
  "monitoring",
  "service.management.readonly",
  "servicecontrol",
  "trace.append",
];

/** What nodes may call that were told nothing. */
export const DEFAULT_SCOPES = SCOPES.map((scope) => `https://www.googleapis.com/auth/${scope}`);

const KUBELET = { insecureKubeletReadonlyPortEnabled: false };

/** What GKE answers of a cluster that was told nothing of it; of what it was told a part, the rest. */
const DEFAULTS: Json = {
  loggingService: "logging.googleapis.com/kubernetes",
  monitoringService: "monitoring.googleapis.com/kubernetes",
  defaultMaxPodsConstraint: { maxPodsPerNode: "110" },
  addonsConfig: {
    kubernetesDashboard: { disabled: true },
    networkPolicyConfig: { disabled: true },
    dnsCacheConfig: { enabled: true },
    gcePersistentDiskCsiDriverConfig: { enabled: true },
    nodeReadinessConfig: {},
  },
  anonymousAuthenticationConfig: { mode: "LIMITED" },
  autopilot: {},
  autoscaling: {
    autoscalingProfile: "BALANCED",
    autoprovisioningNodePoolDefaults: {
      imageType: "COS_CONTAINERD",
      management: { autoRepair: true, autoUpgrade: true },
      oauthScopes: DEFAULT_SCOPES,
      serviceAccount: "default",
    },
  },
  binaryAuthorization: {},
  controlPlaneEgress: { mode: "VIA_CONTROL_PLANE" },
  databaseEncryption: { state: "DECRYPTED", currentState: "CURRENT_STATE_DECRYPTED" },
  enterpriseConfig: { clusterTier: "STANDARD" },
  legacyAbac: {},
  loggingConfig: { componentConfig: { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS"] } },
  monitoringConfig: {
    advancedDatapathObservabilityConfig: {},
    componentConfig: {
      enableComponents: [
        ...["SYSTEM_COMPONENTS", "STORAGE", "HPA", "POD", "DAEMONSET", "DEPLOYMENT", "STATEFULSET"],
        ...["CADVISOR", "KUBELET", "DCGM", "JOBSET"],
      ],
    },
    managedPrometheusConfig: { enabled: true },
  },
  networkConfig: { defaultSnatStatus: {}, serviceExternalIpsConfig: {} },
  nodeCreationConfig: { nodeCreationMode: "VIA_KUBELET" },
  nodePoolAutoConfig: { nodeKubeletConfig: KUBELET },
  nodePoolDefaults: {
    nodeConfigDefaults: { loggingConfig: { variantConfig: { variant: "DEFAULT" } }, nodeKubeletConfig: KUBELET },
  },
  podAutoscaling: { hpaProfile: "PERFORMANCE" },
  rbacBindingConfig: {
    enableInsecureBindingSystemAuthenticated: true,
    enableInsecureBindingSystemUnauthenticated: true,
  },
  releaseChannel: { channel: "REGULAR" },
  securityPostureConfig: { mode: "BASIC", vulnerabilityMode: "VULNERABILITY_MODE_UNSPECIFIED" },
  shieldedNodes: {},
  userManagedKeysConfig: {},
};

/** Writes what GKE decides by itself, and answers in its own way what it was asked. */
export function writeDefaults(body: Json): void {
  fillIn(body, DEFAULTS);
  const logging = body.loggingConfig.componentConfig;
  logging.enableComponents = inAnsweredOrder(logging.enableComponents);
  if (body.databaseEncryption.state !== "DECRYPTED") body.databaseEncryption = encrypted(body.databaseEncryption);
  if (!body.networkPolicy?.enabled) delete body.networkPolicy;
  writeMaintenance(body);
}

export function writeMaintenance(body: Json): void {
  const { resourceVersion: _, window = {}, ...rest } = body.maintenancePolicy ?? {};
  const { dailyMaintenanceWindow: daily } = window;
  if (daily) daily.duration = "PT4H0M0S";
  const policy = { ...rest, ...(Object.keys(window).length > 0 && { window }) };
  body.maintenancePolicy = { ...policy, resourceVersion: fingerprint(policy).slice(0, 8) };
}

/** Adds what is missing, at any depth. A switch that is missing of what was given is off. */
export function fillIn(target: Json, defaults: Json): void {
  for (const [key, value] of Object.entries(defaults)) {
    if (isObject(value) && isObject(target[key])) fillIn(target[key], value);
    else if (value !== true && (target[key] ?? "") === "") target[key] = structuredClone(value);
  }
}

function isObject(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
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
