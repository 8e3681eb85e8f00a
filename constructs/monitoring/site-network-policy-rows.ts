import {
  DATABASE_PORTS,
  EDGE_PORTS,
  ELASTIC_OPERATOR_PORTS,
  EXTERNAL_SECRETS_METRICS_PORT,
  GOOGLE_APIS_PORT,
  GRAFANA_POD_PORT,
  HOST_METRICS_PORT,
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
import type { Flow, Labels, NetworkPolicyRow, Peer } from "../kubernetes/network-policy-row";
import { receiverEntries } from "./alert-receivers";
import { SITE_NAMESPACES } from "./site-names";
import { siteNamespaceRows } from "./site-namespace-rows";
import type { AlertSettings, SiteSettings } from "./site-settings";

const { observability, elastic, elasticOperator, externalSecrets, certificates } = SITE_NAMESPACES;

const PROMETHEUS: Labels = { "app.kubernetes.io/name": "prometheus" };
const THANOS: Labels = { "app.kubernetes.io/name": "thanos" };
const GRAFANA: Labels = { "app.kubernetes.io/name": "grafana" };
const ALERTMANAGER: Labels = { "app.kubernetes.io/name": "alertmanager" };
const ELASTICSEARCH: Labels = { "common.k8s.elastic.co/type": "elasticsearch" };
const KIBANA: Labels = { "common.k8s.elastic.co/type": "kibana" };

const CLOUD: readonly Flow[] = [...TO_METADATA_SERVER, GOOGLE_APIS];

/** Every policy of a site's cluster. Load-balanced traffic keeps its source address, so it is matched by range. */
export function siteNetworkPolicyRows(settings: SiteSettings): NetworkPolicyRow[] {
  const apiServer = toControlPlane(settings.controlPlane);
  return [
    ...siteNamespaceRows(settings).map(({ name }) => ({ namespace: name, name: "default-deny", to: [DNS] })),
    ...operatorRows(settings, apiServer),
    ...metricRows(settings, apiServer),
    ...peopleRows(settings),
    ...elasticRows(settings),
    // The CA and the edges have public addresses, as Google's APIs do.
    ...(settings.renewal ? [{ namespace: certificates, name: "renewal", to: CLOUD }] : []),
  ];
}

function operatorRows({ controlPlane }: SiteSettings, apiServer: Flow): NetworkPolicyRow[] {
  const scraped = (port: number): Flow => ({ peers: [{ namespace: observability }], ports: [port] });
  return [
    {
      namespace: externalSecrets,
      name: "operator",
      from: [scraped(EXTERNAL_SECRETS_METRICS_PORT)],
      to: [apiServer, GOOGLE_APIS],
    },
    {
      namespace: elasticOperator,
      name: "operator",
      from: [
        scraped(ELASTIC_OPERATOR_PORTS.metrics),
        calledByControlPlane(controlPlane, ELASTIC_OPERATOR_PORTS.webhook),
      ],
      to: [apiServer, { peers: [{ namespace: elastic, pods: ELASTICSEARCH }], ports: [SITE_PORTS.elasticsearch] }],
    },
  ];
}

function metricRows(settings: SiteSettings, apiServer: Flow): NetworkPolicyRow[] {
  const { agents, sites, people } = settings.sourceRanges;
  const itself: Flow = { peers: [{ namespace: observability }] };
  const ports = [SITE_PORTS.prometheus];
  return [
    { namespace: observability, name: "site", from: [itself], to: [itself, apiServer] },
    {
      namespace: observability,
      name: "prometheus",
      pods: PROMETHEUS,
      from: [{ peers: ranges([...agents, ...sites]), ports }],
      to: [{ ports: HOST_PORTS }, ...scrapes(settings), ...CLOUD],
    },
    {
      namespace: observability,
      name: "thanos",
      pods: THANOS,
      from: [{ peers: ranges([...sites, ...people]), ports }],
      to: CLOUD,
    },
  ];
}

/** What a site's Prometheus scrapes, in its cluster and outside. */
function scrapes({ countries, databases, sites }: SiteSettings): Flow[] {
  return [
    { peers: [{ namespace: externalSecrets }], ports: [EXTERNAL_SECRETS_METRICS_PORT] },
    { peers: [{ namespace: elasticOperator }], ports: [ELASTIC_OPERATOR_PORTS.metrics] },
    { peers: ranges(countries.map(({ edgeRange }) => edgeRange)), ports: [EDGE_PORTS.metrics, HOST_METRICS_PORT] },
    { peers: hosts(databases.map(({ address }) => address)), ports: [DATABASE_PORTS.metrics, HOST_METRICS_PORT] },
    { peers: hosts(countries.map(({ vpn }) => vpn)), ports: [HOST_METRICS_PORT] },
    { peers: hosts(sites.flatMap(({ prometheus }) => prometheus)), ports: [SITE_PORTS.prometheus] },
  ];
}

function peopleRows({ sourceRanges, alerts }: SiteSettings): NetworkPolicyRow[] {
  const { sites, people } = sourceRanges;
  const delivery = deliveryFlow(alerts);
  return [
    {
      namespace: observability,
      name: "grafana",
      pods: GRAFANA,
      from: [{ peers: ranges(people), ports: [GRAFANA_POD_PORT] }],
      to: [
        // The load balancers of the other sites are in their nodes' subnets.
        { peers: ranges(sites), ports: [SITE_PORTS.prometheus, SITE_PORTS.elasticsearch] },
        // Traffic to its own site's load balancers goes straight to the pods.
        { peers: [{ namespace: elastic, pods: ELASTICSEARCH }], ports: [SITE_PORTS.elasticsearch] },
      ],
    },
    ...(delivery ? [{ namespace: observability, name: "alertmanager", pods: ALERTMANAGER, to: [delivery] }] : []),
  ];
}

/** The receivers' addresses are unknown: anything public, on their ports. */
function deliveryFlow(alerts: AlertSettings): Flow | undefined {
  const ports = receiverEntries(alerts).flatMap(([, receiver]) =>
    receiver.kind === "email" ? Number(receiver.server.split(":").at(-1)) : GOOGLE_APIS_PORT,
  );
  return ports.length > 0 ? { ...GOOGLE_APIS, ports: [...new Set(ports)] } : undefined;
}

function elasticRows({ sourceRanges }: SiteSettings): NetworkPolicyRow[] {
  const { agents, machines, sites, people } = sourceRanges;
  const itself: Flow = { peers: [{ namespace: elastic }] };
  const askers: Peer[] = [
    ...ranges([...agents, ...machines, ...sites]),
    { namespace: elasticOperator },
    { namespace: observability, pods: GRAFANA },
  ];
  return [
    { namespace: elastic, name: "elastic", from: [itself], to: [itself] },
    {
      namespace: elastic,
      name: "elasticsearch",
      pods: ELASTICSEARCH,
      from: [{ peers: askers, ports: [SITE_PORTS.elasticsearch] }],
      to: CLOUD,
    },
    {
      namespace: elastic,
      name: "kibana",
      pods: KIBANA,
      from: [{ peers: ranges(people), ports: [SITE_PORTS.kibana] }],
    },
  ];
}

function ranges(cidrs: readonly string[]): Peer[] {
  return cidrs.map((range) => ({ range }));
}

function hosts(addresses: readonly string[]): Peer[] {
  return ranges(addresses.map((address) => `${address}/32`));
}
