import { NAMESPACES, RABBITMQ, SHOP } from "../../config/app-cluster-names";
import {
  APP_PORT,
  DATABASE_PORTS,
  EXTERNAL_SECRETS_METRICS_PORT,
  INGRESS_METRICS_PORTS,
  INGRESS_PORT,
  KEDA_PORTS,
  RABBITMQ_OPERATOR_METRICS_PORT,
  RABBITMQ_PORTS,
  SITE_PORTS,
} from "../../config/ports";
import {
  calledByControlPlane,
  DNS,
  GOOGLE_APIS,
  HOST_PORTS,
  TO_METADATA_SERVER,
  toControlPlane,
} from "../kubernetes/network-flows";
import type { Flow, Labels, NetworkPolicyRow } from "../kubernetes/network-policy-row";
import type { AppClusterSettings } from "./app-cluster-settings";

const APP: Labels = { "app.kubernetes.io/name": SHOP };
const BROKER: Labels = { "app.kubernetes.io/name": RABBITMQ.name };
const LOGS_AGENT: Labels = { "app.kubernetes.io/name": "vector" };
const METRICS_AGENT: Labels = { "app.kubernetes.io/name": "prometheus-agent" };

/** Every policy of an app cluster. */
export function networkPolicyRows(settings: AppClusterSettings): NetworkPolicyRow[] {
  const apiServer = toControlPlane(settings.controlPlane);
  const scraped = (...ports: number[]): Flow => ({ peers: [{ namespace: NAMESPACES.observability }], ports });
  return [
    ...Object.values(NAMESPACES).map((namespace) => ({ namespace, name: "default-deny", to: [DNS] })),
    ingressRow(settings, apiServer, scraped),
    kedaRow(settings, apiServer, scraped),
    {
      namespace: NAMESPACES.externalSecrets,
      name: "operator",
      from: [scraped(EXTERNAL_SECRETS_METRICS_PORT)],
      to: [apiServer, GOOGLE_APIS],
    },
    {
      namespace: NAMESPACES.rabbitmqOperator,
      name: "operator",
      from: [scraped(RABBITMQ_OPERATOR_METRICS_PORT)],
      to: [apiServer],
    },
    ...shopRows(settings, scraped),
    ...observabilityRows(settings, apiServer),
  ];
}

type Scraped = (...ports: number[]) => Flow;

function ingressRow({ ingress }: AppClusterSettings, apiServer: Flow, scraped: Scraped): NetworkPolicyRow {
  return {
    namespace: NAMESPACES.ingress,
    name: "controller",
    from: [
      { peers: ingress.edgeRanges.map((range) => ({ range })), ports: [INGRESS_PORT] },
      scraped(INGRESS_METRICS_PORTS[ingress.controller]),
    ],
    to: [apiServer, { peers: [{ namespace: NAMESPACES.shop, pods: APP }], ports: [APP_PORT] }],
  };
}

function kedaRow({ controlPlane }: AppClusterSettings, apiServer: Flow, scraped: Scraped): NetworkPolicyRow {
  const itself: Flow = { peers: [{ namespace: NAMESPACES.keda }], ports: [KEDA_PORTS.operator] };
  return {
    namespace: NAMESPACES.keda,
    name: "autoscaler",
    from: [
      calledByControlPlane(controlPlane, KEDA_PORTS.metricsApi, KEDA_PORTS.webhook),
      itself,
      scraped(KEDA_PORTS.metrics),
    ],
    to: [
      apiServer,
      itself,
      { peers: [{ namespace: NAMESPACES.shop, pods: BROKER }], ports: [RABBITMQ_PORTS.management] },
    ],
  };
}

function shopRows({ databases, broker }: AppClusterSettings, scraped: Scraped): NetworkPolicyRow[] {
  const { amqp, management, metrics, epmd, distribution } = RABBITMQ_PORTS;
  const brokers: Flow = { peers: [{ namespace: NAMESPACES.shop, pods: BROKER }], ports: [epmd, distribution] };
  return [
    {
      namespace: NAMESPACES.shop,
      name: "app",
      pods: APP,
      from: [{ peers: [{ namespace: NAMESPACES.ingress }], ports: [APP_PORT] }],
      to: [
        { peers: databases.map(({ address }) => ({ range: `${address}/32` })), ports: [DATABASE_PORTS.client] },
        { peers: [{ namespace: NAMESPACES.shop, pods: BROKER }], ports: [amqp] },
      ],
    },
    {
      namespace: NAMESPACES.shop,
      name: "broker",
      pods: BROKER,
      from: [
        { peers: [{ namespace: NAMESPACES.shop, pods: APP }], ports: [amqp] },
        { peers: [{ namespace: NAMESPACES.keda }], ports: [management] },
        { peers: broker.operatorRanges.map((range) => ({ range })), ports: [management, metrics] },
        scraped(metrics),
        brokers,
      ],
      to: [brokers],
    },
  ];
}

function observabilityRows({ site, ingress }: AppClusterSettings, apiServer: Flow): NetworkPolicyRow[] {
  const itself: Flow = { peers: [{ namespace: NAMESPACES.observability }] };
  const scrapes = (namespace: string, port: number): Flow => ({ peers: [{ namespace }], ports: [port] });
  return [
    { namespace: NAMESPACES.observability, name: "agents", from: [itself], to: [apiServer] },
    {
      namespace: NAMESPACES.observability,
      name: "metrics-agent",
      pods: METRICS_AGENT,
      to: [
        itself,
        { ports: HOST_PORTS },
        scrapes(NAMESPACES.ingress, INGRESS_METRICS_PORTS[ingress.controller]),
        scrapes(NAMESPACES.keda, KEDA_PORTS.metrics),
        scrapes(NAMESPACES.externalSecrets, EXTERNAL_SECRETS_METRICS_PORT),
        scrapes(NAMESPACES.rabbitmqOperator, RABBITMQ_OPERATOR_METRICS_PORT),
        { peers: [{ namespace: NAMESPACES.shop, pods: BROKER }], ports: [RABBITMQ_PORTS.metrics] },
        { peers: site.receivers.map((address) => ({ range: `${address}/32` })), ports: [SITE_PORTS.prometheus] },
      ],
    },
    {
      namespace: NAMESPACES.observability,
      name: "logs-agent",
      pods: LOGS_AGENT,
      to: [
        ...TO_METADATA_SERVER,
        GOOGLE_APIS,
        { peers: [{ range: `${site.elasticsearch.address}/32` }], ports: [SITE_PORTS.elasticsearch] },
      ],
    },
  ];
}
