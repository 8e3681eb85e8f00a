/**
 * Every port of the estate. Listeners, firewall rules, network policies, checks and scrapers all take it from here;
 * shell scripts get it from the environment rendered for their machine.
 * Some are defaults of a chart or an operator: those are noted, and must be changed there as well.
 */

/** Prometheus' node exporter, on every machine and every cluster node (its default). */
export const HOST_METRICS_PORT = 9100;

export const SSH_PORT = 22;

/** Where packages, images and APIs are, on the internet. */
export const WEB_PORTS = [80, 443] as const;

export const DNS_PORT = 53;

/** Edge machines. 80 and 443 are public; the others are open to probes and monitoring only. */
export const EDGE_PORTS = { http: 80, https: 443, health: 8404, metrics: 8405 } as const;

/** Database machines. Clients use `client`; the next three are for traffic between nodes. */
export const DATABASE_PORTS = {
  client: 3306,
  stateTransfer: 4444,
  replication: 4567,
  incrementalTransfer: 4568,
  metrics: 9104,
  health: 9105,
} as const;

/** VPN hosts. Operators create the `openvpn` and `wireguard` servers in Pritunl's console, on these ports. */
export const VPN_PORTS = { openvpn: 1194, wireguard: 51820, console: 443 } as const;

/** The load balancers of a monitoring site. */
export const SITE_PORTS = { prometheus: 9090, grafana: 80, elasticsearch: 9200, kibana: 5601 } as const;

/** Grafana's pod, behind the load balancer's `SITE_PORTS.grafana` (the chart's default). */
export const GRAFANA_POD_PORT = 3000;

/** The ingress controller: plain HTTP behind a PROXY protocol v2 header. */
export const INGRESS_PORT = 80;

/** The shop's app: requests, health, and the Service in front. */
export const APP_PORT = 8080;
export const APP_SERVICE_PORT = 80;

/** RabbitMQ's defaults. The last two are for traffic between brokers: name service and Erlang distribution. */
export const RABBITMQ_PORTS = {
  amqp: 5672,
  management: 15672,
  metrics: 15692,
  epmd: 4369,
  distribution: 25672,
} as const;

/** KEDA's defaults. The control plane calls the metrics API and the webhook. */
export const KEDA_PORTS = { metricsApi: 6443, operator: 9666, webhook: 9443, metrics: 8080 } as const;

/** The Elasticsearch operator. The control plane calls the webhook (its default). */
export const ELASTIC_OPERATOR_PORTS = { metrics: 8080, webhook: 9443 } as const;

/** Metrics of other operators and of the ingress controllers: the charts' defaults. */
export const EXTERNAL_SECRETS_METRICS_PORT = 8080;
export const RABBITMQ_OPERATOR_METRICS_PORT = 9782;
export const INGRESS_METRICS_PORTS = { "ingress-nginx": 10254, "nginx-ingress": 9113 } as const;

/** Google's APIs: fixed by the platform. */
export const GOOGLE_APIS_PORT = 443;

/** Kubernetes and GKE: fixed by the platform. */
export const KUBERNETES_PORTS = { api: 443, kubelet: 10250 } as const;

/** Google's metadata server as pods see it, and the ports behind it with Dataplane V2: fixed by the platform. */
export const METADATA_PORTS = { http: 80, workloadIdentity: [987, 988] } as const;

/** Ports that boot scripts write into units and configs, as shell variables, by kind of machine. */
export const bootPorts = {
  edge: {},
  database: { METRICS_PORT: DATABASE_PORTS.metrics },
  vpn: { CONSOLE_PORT: VPN_PORTS.console, DNS_PORT, ELASTICSEARCH_PORT: SITE_PORTS.elasticsearch },
} as const;
