import { type HelmValues, resources, spreadOverZones } from "./helm-values";

/**
 * Chart external-secrets: copies secrets from Secret Manager into the cluster and generates the broker's passwords.
 * Runs without its webhook and certificate controller: they check what `npm run charts` already has, and refuse the
 * first stores and secrets until their certificate is ready.
 */
export function renderExternalSecretsValues(): HelmValues {
  return {
    replicaCount: 2,
    leaderElect: true,
    // Uninstalling the definitions would delete all of the app's secrets.
    crds: { annotations: { "helm.sh/resource-policy": "keep" }, ...WITHOUT_CLUSTER_WIDE_KINDS },
    processClusterStore: false,
    processClusterExternalSecret: false,
    processClusterGenerator: false,
    processPushSecret: false,
    processClusterPushSecret: false,
    webhook: { create: false },
    certController: { create: false },
    livenessProbe: { enabled: true },
    readinessProbe: { enabled: true },
    resources: resources("50m", "128Mi", "256Mi"),
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    topologySpreadConstraints: spreadOverZones({ "app.kubernetes.io/name": "external-secrets" }),
    serviceMonitor: { enabled: true, renderMode: "alwaysRender" },
  };
}

/** Stores and secrets belong to one namespace each; nothing is written back. */
const WITHOUT_CLUSTER_WIDE_KINDS: HelmValues = {
  createClusterSecretStore: false,
  createClusterExternalSecret: false,
  createClusterGenerator: false,
  createPushSecret: false,
  createClusterPushSecret: false,
};
