import { NAMESPACES } from "../../../config/app-cluster-names";
import { type HelmValues, resources, spreadOverZones } from "../../kubernetes/values/helm-values";

export interface KedaSettings {
  /** Name of the cluster, for KEDA's own logs. */
  readonly cluster: string;
}

/** Chart keda: scales the app by CPU and queue length. */
export function renderKedaValues({ cluster }: KedaSettings): HelmValues {
  return {
    clusterName: cluster,
    // It may read Secrets wherever it watches.
    watchNamespace: NAMESPACES.shop,
    asciiArt: false,
    image: { pullPolicy: "IfNotPresent" },
    // Uninstalling the definitions would delete every ScaledObject and its autoscaler.
    crds: { additionalAnnotations: { "helm.sh/resource-policy": "keep" } },
    operator: { replicaCount: 2 }, // one active, one standby
    metricsServer: { replicaCount: 2 },
    webhooks: { replicaCount: 2 },
    resources: {
      operator: resources("100m", "256Mi", "1Gi"),
      metricServer: resources("100m", "128Mi", "512Mi"),
      webhooks: resources("20m", "64Mi", "256Mi"),
    },
    podDisruptionBudget: {
      operator: { maxUnavailable: 1 },
      metricServer: { maxUnavailable: 1 },
      webhooks: { maxUnavailable: 1 },
    },
    topologySpreadConstraints: {
      operator: spreadOverZones({ app: "keda-operator" }),
      metricsServer: spreadOverZones({ app: "keda-operator-metrics-apiserver" }),
      webhooks: spreadOverZones({ app: "keda-admission-webhooks" }),
    },
    // Only Deployments and StatefulSets; the chart's default is everything that can be scaled.
    rbac: { enabledCustomScaledRefKinds: false },
    prometheus: { operator: SCRAPED, metricServer: SCRAPED, webhooks: SCRAPED },
  };
}

const SCRAPED: HelmValues = { enabled: true, serviceMonitor: { enabled: true } };
