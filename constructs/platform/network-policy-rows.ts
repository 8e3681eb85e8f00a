import type { IngressController } from "../../config/topology";
import { DATABASE_PORTS } from "../database/render-mariadb";
import {
  calledByControlPlane,
  DNS,
  EXTERNAL_SECRETS_METRICS,
  GOOGLE_APIS,
  HOST_PORTS,
  METADATA_SERVER,
  toControlPlane,
} from "../kubernetes/network-flows";
import type { Flow, Labels, NetworkPolicyRow } from "../kubernetes/network-policy-row";
import { NAMESPACES, RABBITMQ, SHOP } from "./app-cluster-names";
import type { AppClusterSettings } from "./app-cluster-settings";

const INGRESS_METRICS: Readonly<Record<IngressController, number>> = { "ingress-nginx": 10254, "nginx-ingress": 9113 };
const METRICS = { keda: 8080, rabbitmqOperator: 9782 } as const;
const KEDA_PORTS = { metricsApi: 6443, operator: 9666, webhook: 9443 } as const;
const BROKER_PEER_PORTS = [4369, 25672];
const APP_PORT = 8080;

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
      from: [scraped(EXTERNAL_SECRETS_METRICS)],
      to: [apiServer, GOOGLE_APIS],
    },
    {
      namespace: NAMESPACES.rabbitmqOperator,
      name: "operator",
      from: [scraped(METRICS.rabbitmqOperator)],
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
      { peers: ingress.edgeRanges.map((range) => ({ range })), ports: [80] },
      scraped(INGRESS_METRICS[ingress.controller]),
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
      scraped(METRICS.keda),
    ],
    to: [
      apiServer,
      itself,
      { peers: [{ namespace: NAMESPACES.shop, pods: BROKER }], ports: [RABBITMQ.ports.management] },
    ],
  };
}

function shopRows({ databases, broker }: AppClusterSettings, scraped: Scraped): NetworkPolicyRow[] {
  const { amqp, management, metrics } = RABBITMQ.ports;
  const brokers: Flow = { peers: [{ namespace: NAMESPACES.shop, pods: BROKER }], ports: BROKER_PEER_PORTS };
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
        scrapes(NAMESPACES.ingress, INGRESS_METRICS[ingress.controller]),
        scrapes(NAMESPACES.keda, METRICS.keda),
        scrapes(NAMESPACES.externalSecrets, EXTERNAL_SECRETS_METRICS),
        scrapes(NAMESPACES.rabbitmqOperator, METRICS.rabbitmqOperator),
        { peers: [{ namespace: NAMESPACES.shop, pods: BROKER }], ports: [RABBITMQ.ports.metrics] },
        { peers: site.receivers.map((address) => ({ range: `${address}/32` })), ports: [9090] },
      ],
    },
    {
      namespace: NAMESPACES.observability,
      name: "logs-agent",
      pods: LOGS_AGENT,
      to: [...METADATA_SERVER, GOOGLE_APIS, { peers: [{ range: `${site.elasticsearch.address}/32` }], ports: [9200] }],
    },
  ];
}
