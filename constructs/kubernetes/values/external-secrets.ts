import { type HelmValues, resources, spreadOverZones } from "./helm-values";

/**
 * Chart external-secrets: brings secrets from Secret Manager into the cluster and makes the broker's passwords.
 *
 * Without its webhook and the certificates' controller: they check what `npm run charts` has checked already, and
 * until their certificate is in place the first stores and secrets are refused.
 */
export function renderExternalSecretsValues(): HelmValues {
  return {
    replicaCount: 2,
    leaderElect: true,
    // Uninstalled definitions would take every secret of the app with them.
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
