import { type HelmValues, resources, spreadOverZones } from "../../kubernetes/values/helm-values";

/** Chart rabbitmq-cluster-operator: manages the broker. */
export function renderRabbitmqOperatorValues(): HelmValues {
  return {
    fullnameOverride: "rabbitmq-operator",
    clusterOperator: {
      replicaCount: 2, // one active, one standby
      // The chart's webhook certificate expires after a year and is never renewed. Without the webhook the cluster must
      // set its image.
      webhook: { enabled: false },
      // The platform has its own policies.
      networkPolicy: { enabled: false },
      pdb: { create: true, maxUnavailable: "1" }, // the chart's schema requires a string
      resources: resources("50m", "128Mi", "512Mi"),
      topologySpreadConstraints: spreadOverZones({ "app.kubernetes.io/component": "rabbitmq-operator" }),
      metrics: { serviceMonitor: { enabled: true }, service: { enabled: true } },
    },
    // Queues and users come from definitions.
    msgTopologyOperator: { enabled: false, networkPolicy: { enabled: false } },
    useCertManager: false,
  };
}
