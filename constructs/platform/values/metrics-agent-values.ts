import { type HelmValues, resources } from "./helm-values";

export interface MetricsAgentSettings {
  readonly country: string;
  readonly cluster: string;
  /**
   * Addresses to push to, for example `http://10.2.51.10:9090/api/v1/write`: each of the site's Prometheus by itself.
   * A load balancer before two would give each a part of the samples.
   */
  readonly receivers: readonly string[];
  /** Class of a disk that can follow the pod to another zone. */
  readonly storageClass: string;
}

/**
 * Chart kube-prometheus-stack: a Prometheus agent that scrapes the cluster and pushes to the site. What cannot be
 * pushed waits on its disk for up to 4 hours. One replica: two would double every sum at the site.
 */
export function renderMetricsAgentValues(settings: MetricsAgentSettings): HelmValues {
  return {
    fullnameOverride: "metrics-agent",
    cleanPrometheusOperatorObjectNames: true,
    crds: { enabled: false }, // a release of their own, which can upgrade them
    ...NOT_HERE,
    prometheusOperator: {
      // There are no rules here to check, and so no certificate for it to be patched in.
      admissionWebhooks: { enabled: false },
      tls: { enabled: false },
      resources: resources("50m", "128Mi", "512Mi"),
      prometheusConfigReloader: { resources: resources("10m", "32Mi", "64Mi") },
    },
    "kube-state-metrics": {
      resources: resources("20m", "64Mi", "512Mi"),
      collectors: COUNTED, // the chart's default reads every Secret
    },
    "prometheus-node-exporter": { resources: resources("20m", "32Mi", "128Mi") },
    prometheus: { agentMode: true, prometheusSpec: agent(settings) },
  };
}

function agent({ country, cluster, receivers, storageClass }: MetricsAgentSettings): HelmValues {
  return {
    replicas: 1,
    scrapeInterval: "30s",
    externalLabels: { country, cluster },
    replicaExternalLabelNameClear: true,
    prometheusExternalLabelNameClear: true,
    remoteWrite: receivers.map((url, index) => ({ name: `receiver-${index + 1}`, url })),
    resources: resources("250m", "1Gi", "3Gi"),
    storageSpec: {
      volumeClaimTemplate: {
        spec: {
          storageClassName: storageClass,
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: "10Gi" } },
        },
      },
    },
    // Whatever is monitored in the cluster, not only what this chart brings.
    serviceMonitorSelectorNilUsesHelmValues: false,
    podMonitorSelectorNilUsesHelmValues: false,
    probeSelectorNilUsesHelmValues: false,
    scrapeConfigSelectorNilUsesHelmValues: false,
  };
}

/** The site alerts and draws; GKE shows nothing of its control plane's processes, and Dataplane V2 has no kube-proxy. */
const NOT_HERE: HelmValues = {
  alertmanager: { enabled: false },
  grafana: { enabled: false },
  defaultRules: { create: false },
  windowsMonitoring: { enabled: false },
  kubeApiServer: { enabled: false },
  kubeControllerManager: { enabled: false },
  kubeScheduler: { enabled: false },
  kubeEtcd: { enabled: false },
  kubeProxy: { enabled: false },
  coreDns: { enabled: false },
  kubeDns: { enabled: false },
};

const COUNTED = [
  "cronjobs",
  "daemonsets",
  "deployments",
  "horizontalpodautoscalers",
  "ingresses",
  "jobs",
  "namespaces",
  "nodes",
  "persistentvolumeclaims",
  "persistentvolumes",
  "poddisruptionbudgets",
  "pods",
  "replicasets",
  "services",
  "statefulsets",
] as const;
