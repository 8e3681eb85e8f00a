import { type HelmValues, resources, spreadOverZones } from "../../kubernetes/values/helm-values";

/** Chart rabbitmq-cluster-operator: looks after the broker. */
export function renderRabbitmqOperatorValues(): HelmValues {
  return {
    fullnameOverride: "rabbitmq-operator",
    clusterOperator: {
      replicaCount: 2, // one works, one stands by
      // The chart's certificate for it expires after a year and is never renewed. Without it the cluster names its image.
      webhook: { enabled: false },
      // The platform has its own policies.
      networkPolicy: { enabled: false },
      pdb: { create: true, maxUnavailable: "1" }, // the chart's schema wants text
      resources: resources("50m", "128Mi", "512Mi"),
      topologySpreadConstraints: spreadOverZones({ "app.kubernetes.io/component": "rabbitmq-operator" }),
      metrics: { serviceMonitor: { enabled: true }, service: { enabled: true } },
    },
    // Queues and users come from definitions.
    msgTopologyOperator: { enabled: false, networkPolicy: { enabled: false } },
    useCertManager: false,
  };
}
