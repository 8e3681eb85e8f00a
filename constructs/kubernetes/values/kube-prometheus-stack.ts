import { valueAt, type Workload, workload } from "../workload";
import { type HelmValues, resources } from "./helm-values";

/** GKE does not expose its control plane's processes, and Dataplane V2 has no kube-proxy. */
const NOT_HERE: HelmValues = {
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
];

/**
 * Chart kube-prometheus-stack, as used by app clusters' agents and by monitoring sites.
 * @param name prefix of every object's name
 * @param counted kinds of objects to count in addition to those of every cluster
 */
export function kubePrometheusStack(name: string, counted: readonly string[] = []): HelmValues {
  return {
    fullnameOverride: name,
    cleanPrometheusOperatorObjectNames: true,
    crds: { enabled: false }, // a release of their own, which can upgrade them
    defaultRules: { create: false },
    ...NOT_HERE,
    prometheusOperator: {
      // promtool has already checked the site's rules, and an agent has none: so no webhook, and no certificate to
      // patch into it.
      admissionWebhooks: { enabled: false },
      tls: { enabled: false },
      resources: resources("50m", "128Mi", "512Mi"),
      prometheusConfigReloader: { resources: resources("10m", "32Mi", "64Mi") },
    },
    "kube-state-metrics": {
      resources: resources("20m", "64Mi", "512Mi"),
      collectors: [...COUNTED, ...counted].sort(), // the chart's default reads every Secret
    },
    "prometheus-node-exporter": { resources: resources("20m", "32Mi", "128Mi") },
  };
}

/** Everything monitored in the cluster, not only what the chart installs. */
export const EVERY_MONITOR: HelmValues = {
  serviceMonitorSelectorNilUsesHelmValues: false,
  podMonitorSelectorNilUsesHelmValues: false,
  probeSelectorNilUsesHelmValues: false,
  scrapeConfigSelectorNilUsesHelmValues: false,
};

/** A disk for each pod. */
export function diskPerPod(storageClassName: string, gb: number): HelmValues {
  return {
    volumeClaimTemplate: {
      spec: { storageClassName, accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${gb}Gi` } } },
    },
  };
}

/** What the chart runs besides Prometheus itself, from its values. */
export function prometheusOperatorWorkloads(namespace: string, values: HelmValues): Workload[] {
  const name = String(values.fullnameOverride);
  return [
    workload(namespace, `${name}-operator`, [valueAt(values, "prometheusOperator.resources")]),
    workload(namespace, `${name}-kube-state-metrics`, [valueAt(values, "kube-state-metrics.resources")]),
    workload(namespace, `${name}-prometheus-node-exporter`, [valueAt(values, "prometheus-node-exporter.resources")], {
      isOnEveryNode: true,
    }),
  ];
}
