import { type charts, versions } from "../../../config/versions";
import { renderAgentResourcesValues } from "../../../constructs/platform/values/agent-resources-values";
import { renderExternalSecretsValues } from "../../../constructs/platform/values/external-secrets-values";
import type { HelmValues } from "../../../constructs/platform/values/helm-values";
import { INGRESS_CHARTS, renderIngressValues } from "../../../constructs/platform/values/ingress-values";
import { renderKedaValues } from "../../../constructs/platform/values/keda-values";
import { renderLogsAgentValues } from "../../../constructs/platform/values/logs-agent-values";
import { renderMetricsAgentValues } from "../../../constructs/platform/values/metrics-agent-values";
import { renderPrometheusOperatorCrdsValues } from "../../../constructs/platform/values/prometheus-operator-crds-values";
import { renderRabbitmqOperatorValues } from "../../../constructs/platform/values/rabbitmq-operator-values";
import { renderShopResourcesValues } from "../../../constructs/platform/values/shop-resources-values";
import { renderShopScalingValues } from "../../../constructs/platform/values/shop-scaling-values";

export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** A chart of `config/versions.ts`; `custom-resources` is the local one. */
  readonly chart: keyof typeof charts | "custom-resources";
  readonly values: HelmValues;
}

const country = "indonesia";
const cluster = "indonesia-app";
const secrets = { project: "jamtangan-production", region: "asia-southeast2", cluster };
const edgeRanges = ["10.2.64.0/24", "10.10.64.0/24", "10.6.64.0/24"];

/** What runs in Indonesia's app cluster in production, by either ingress controller. */
export const releases: readonly Release[] = [
  release(
    "prometheus-operator-crds",
    "observability",
    "prometheus-operator-crds",
    renderPrometheusOperatorCrdsValues(),
  ),
  release("external-secrets", "external-secrets", "external-secrets", renderExternalSecretsValues()),
  release("keda", "keda", "keda", renderKedaValues({ cluster })),
  release("rabbitmq-operator", "rabbitmq-operator", "rabbitmq-cluster-operator", renderRabbitmqOperatorValues()),
  ...INGRESS_CHARTS.map((chart) =>
    release("ingress", "ingress", chart, renderIngressValues(chart, { address: "10.2.47.10", edgeRanges })),
  ),
  release(
    "shop-resources",
    "shop",
    "custom-resources",
    renderShopResourcesValues({
      secrets,
      rabbitmq: {
        image: versions.rabbitmqImage,
        storageClass: "premium-rwo",
        diskGb: 50,
        internal: { address: "10.2.47.11", sourceRanges: ["10.2.66.0/24", "10.2.48.0/22", "10.1.0.0/17"] },
      },
    }),
  ),
  release(
    "agent-resources",
    "observability",
    "custom-resources",
    renderAgentResourcesValues({ secrets, elasticsearchSecret: "indonesia-elasticsearch-agent" }),
  ),
  release(
    "metrics-agent",
    "observability",
    "kube-prometheus-stack",
    renderMetricsAgentValues({
      country,
      cluster,
      receivers: ["http://10.2.51.10:9090/api/v1/write", "http://10.2.51.14:9090/api/v1/write"],
      storageClass: "regional-rwo",
    }),
  ),
  release(
    "logs-agent",
    "observability",
    "vector",
    renderLogsAgentValues({
      country,
      cluster,
      elasticsearchHost: "elasticsearch.indonesia.internal.jamtangan.com",
      archiveBucket: "jamtangan-production-logs-indonesia",
    }),
  ),
  release(
    "shop-scaling",
    "shop",
    "custom-resources",
    renderShopScalingValues({ minReplicas: 3, maxReplicas: 30, cpuPercent: 60, messagesPerReplica: 50 }),
  ),
];

/** The values of the one release of a chart, or of a name. */
export function valuesOf(name: string): HelmValues {
  const found = releases.find((release) => release.name === name || release.chart === name);
  if (!found) throw new Error(`no release is called "${name}"`);
  return found.values;
}

function release(name: string, namespace: string, chart: Release["chart"], values: HelmValues): Release {
  return { name, namespace, chart, values };
}
