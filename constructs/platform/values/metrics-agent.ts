import { type HelmValues, resources } from "../../kubernetes/values/helm-values";
import { diskPerPod, EVERY_MONITOR, kubePrometheusStack } from "../../kubernetes/values/kube-prometheus-stack";

export interface MetricsAgentSettings {
  readonly country: string;
  readonly cluster: string;
  /**
   * Addresses to push to, for example `http://10.2.51.10:9090/api/v1/write`: one per Prometheus of the site. A shared
   * load balancer would split the samples.
   */
  readonly receivers: readonly string[];
  /** Class of a disk that can follow the pod to another zone. */
  readonly storageClass: string;
}

/**
 * Chart kube-prometheus-stack: a Prometheus agent that scrapes the cluster and pushes to the site. What it cannot push
 * stays on its disk for up to 4 hours. One replica: two would double every sum at the site.
 */
export function renderMetricsAgentValues(settings: MetricsAgentSettings): HelmValues {
  return {
    ...kubePrometheusStack("metrics-agent", ["horizontalpodautoscalers", "ingresses"]),
    alertmanager: { enabled: false }, // the site has alerts and dashboards
    grafana: { enabled: false },
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
    storageSpec: diskPerPod(storageClass, 10),
    ...EVERY_MONITOR,
  };
}
