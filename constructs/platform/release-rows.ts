import { NAMESPACES } from "../../config/app-cluster-names";
import { SITE_PORTS } from "../../config/ports";
import type { InstallRow, ReleaseRow } from "../kubernetes/release-row";
import { renderExternalSecretsValues } from "../kubernetes/values/external-secrets";
import { renderPrometheusOperatorCrdsValues } from "../kubernetes/values/prometheus-operator-crds";
import type { AppClusterSettings } from "./app-cluster-settings";
import { STORAGE_CLASSES } from "./storage-class-rows";
import { renderAgentResourcesValues } from "./values/agent-resources";
import { renderIngressValues } from "./values/ingress";
import { renderKedaValues } from "./values/keda";
import { renderLogsAgentValues } from "./values/logs-agent";
import { renderMetricsAgentValues } from "./values/metrics-agent";
import { renderRabbitmqOperatorValues } from "./values/rabbitmq-operator";
import { renderShopResourcesValues } from "./values/shop-resources";
import { renderShopScalingValues } from "./values/shop-scaling";

/** The app, which is not a release but has its place in the order. */
export interface AppRow extends InstallRow {
  readonly name: "app";
}

/** Target CPU in percent of the app's request: the rest is for the users of a failed country. */
const APP_CPU_PERCENT = 60;

/** Everything deployed into an app cluster, in order: definitions, operators, what they manage, the app. */
export function releaseRows(settings: AppClusterSettings): (ReleaseRow | AppRow)[] {
  return [...operators(settings), ...shop(settings), ...agents(settings)];
}

function operators({ cluster, ingress }: AppClusterSettings): ReleaseRow[] {
  const { controller, address, edgeRanges } = ingress;
  const operator = { waitsFor: ["prometheus-operator-crds"], stateless: true };
  return [
    {
      name: "prometheus-operator-crds",
      namespace: NAMESPACES.observability,
      chart: "prometheus-operator-crds",
      values: renderPrometheusOperatorCrdsValues(),
      waitsFor: [],
    },
    {
      name: "external-secrets",
      namespace: NAMESPACES.externalSecrets,
      chart: "external-secrets",
      values: renderExternalSecretsValues(),
      ...operator,
    },
    {
      name: "keda",
      namespace: NAMESPACES.keda,
      writesTo: [NAMESPACES.shop], // for its right to read the Secrets there
      chart: "keda",
      values: renderKedaValues({ cluster }),
      ...operator,
    },
    {
      name: "rabbitmq-operator",
      namespace: NAMESPACES.rabbitmqOperator,
      chart: "rabbitmq-cluster-operator",
      values: renderRabbitmqOperatorValues(),
      ...operator,
    },
    {
      name: "ingress",
      // Both controllers claim the same address and class, so one must be removed before the other is installed.
      release: controller,
      namespace: NAMESPACES.ingress,
      chart: controller,
      values: renderIngressValues(controller, { address, edgeRanges }),
      skipCrds: controller === "nginx-ingress",
      ...operator,
    },
  ];
}

function shop(settings: AppClusterSettings): (ReleaseRow | AppRow)[] {
  const { broker, app } = settings;
  const namespace = NAMESPACES.shop;
  return [
    {
      name: "shop-resources",
      namespace,
      chart: "custom-resources",
      values: renderShopResourcesValues({
        country: settings.country,
        secrets: settings,
        rabbitmq: {
          image: settings.rabbitmqImage,
          storageClass: STORAGE_CLASSES.zonal,
          diskGb: 50,
          internal: { address: broker.address, sourceRanges: broker.operatorRanges },
        },
      }),
      waitsFor: ["prometheus-operator-crds", "external-secrets", "rabbitmq-operator"],
    },
    { name: "app", namespace, waitsFor: ["shop-resources"] },
    {
      name: "shop-scaling",
      namespace,
      chart: "custom-resources",
      values: renderShopScalingValues({ ...app, cpuPercent: APP_CPU_PERCENT }),
      waitsFor: ["keda", "app"],
    },
  ];
}

function agents(settings: AppClusterSettings): ReleaseRow[] {
  const { country, cluster, site, logsBucket, dockerHub } = settings;
  const namespace = NAMESPACES.observability;
  return [
    {
      name: "agent-resources",
      namespace,
      chart: "custom-resources",
      values: renderAgentResourcesValues({ country, secrets: settings, elasticsearchSecret: site.agentSecret }),
      waitsFor: ["external-secrets"],
    },
    {
      name: "metrics-agent",
      namespace,
      chart: "kube-prometheus-stack",
      values: renderMetricsAgentValues({
        country,
        cluster,
        receivers: site.receivers.map((address) => `http://${address}:${SITE_PORTS.prometheus}/api/v1/write`),
        storageClass: STORAGE_CLASSES.regional,
      }),
      waitsFor: ["prometheus-operator-crds"],
    },
    {
      name: "logs-agent",
      namespace,
      chart: "vector",
      values: renderLogsAgentValues({
        country,
        cluster,
        elasticsearchHost: site.elasticsearch.host,
        archiveBucket: logsBucket,
        dockerHub,
      }),
      waitsFor: ["prometheus-operator-crds", "agent-resources"],
      // Its pods only start once the monitoring stack, which is deployed later, has created their Elasticsearch user.
      waits: false,
    },
  ];
}
