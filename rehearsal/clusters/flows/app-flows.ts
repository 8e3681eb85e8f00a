import { type AddressPlan, fixedAddress } from "../../../config/address-plan";
import { getOrThrow } from "../../../config/get-or-throw";
import { edgesLeadingTo, monitoringSite, type Topology } from "../../../config/topology";
import { type AppPod, appPods, INGRESS_METRICS } from "./app-pods";
import { COMMON_ADDRESSES, COMMON_PLACES, type CommonPlace, inside, namesAskedBy } from "./common-flows";
import type { FlowRow, FlowTable } from "./table";

const EDGES = ["own edge", "an edge that fails over"] as const;
const PROXIES = ["own database proxy", "a database proxy that is next"] as const;
const RECEIVERS = ["first Prometheus of the site", "second Prometheus of the site"] as const;
const SERVERS = [
  ...PROXIES,
  "database machine",
  ...RECEIVERS,
  "Elasticsearch of the site",
  "Grafana of the site",
] as const;

type Name = AppPod | CommonPlace | (typeof EDGES)[number] | (typeof SERVERS)[number];

const OPERATORS = ["keda-operator", "keda-metrics", "keda-webhooks", "external-secrets", "rabbitmq-operator"] as const;
const KEDA = ["keda-operator", "keda-metrics", "keda-webhooks"] as const;
const AGENTS = ["metrics-agent", "metrics-operator", "kube-state-metrics", "logs-agent"] as const;
/** Who looks after the broker: its console and metrics. */
const BROKER_PEOPLE = ["VPN", "site's node", "site's pod"] as const;
const CONTROL_PLANE = ["control plane", "konnectivity"] as const;

const NEEDED: readonly FlowRow<Name>[] = [
  // users
  [EDGES, "ingress", "http"],
  ["ingress", "shop", "http"],
  ["shop", PROXIES, 3306],
  ["shop", "broker", "amqp"],
  ["broker", "broker", "epmd", "distribution"],
  // scaling
  ["keda-operator", "broker", "management"],
  ["keda-metrics", "keda-operator", "metricsservice"],
  [CONTROL_PLANE, "keda-metrics", "https"],
  [CONTROL_PLANE, "keda-webhooks", "http"],
  // what is looked after by somebody
  [[...OPERATORS, "ingress", ...AGENTS], "control plane", 443],
  ["external-secrets", "Google", 443],
  [BROKER_PEOPLE, "broker", "management", "prometheus"],
  // metrics
  ["metrics-agent", [...KEDA, "external-secrets"], "metrics"],
  ["metrics-agent", "rabbitmq-operator", "http"],
  ["metrics-agent", "broker", "prometheus"],
  ["metrics-agent", ["metrics-operator", "kube-state-metrics", "logs-agent"]],
  ["metrics-agent", "metrics-agent"],
  ["metrics-agent", "node", 10250, 9100],
  ["metrics-agent", RECEIVERS, 9090],
  // logs
  ["logs-agent", "Elasticsearch of the site", 9200],
  ["logs-agent", "Google", 443],
  ["logs-agent", "metadata server", 80],
  ["logs-agent", "token server", 987, 988],
  ...namesAskedBy<AppPod>([...OPERATORS, "ingress", "shop", "broker", ...AGENTS, "stranger"]),
];

const TOLERATED: readonly FlowRow<Name>[] = [
  // The policies are for the namespace `keda`, and the operator is one of three there.
  ["keda-webhooks", "keda-operator", "metricsservice"],
  [["keda-metrics", "keda-webhooks"], "broker", "management"],
  // No range matches nodes, so what may ask a node at these ports may ask anything there.
  ["metrics-agent", [...COMMON_PLACES, ...EDGES, ...SERVERS], 10250, 9100],
];

/** Who talks to whom in a country's app cluster. */
export function appFlows(topology: Topology, plan: AddressPlan, country: string): FlowTable<Name> {
  const { cluster, failover } = getOrThrow(topology.countries, country);
  const { subnets, controlPlane } = getOrThrow(plan, country);
  const site = monitoringSite(topology, country);
  const sitePlan = getOrThrow(plan, site);
  const [next = country] = failover;
  const [from = country] = edgesLeadingTo(topology, country).filter((edge) => edge !== country);
  return {
    pods: appPods(cluster.ingress),
    addresses: {
      ...COMMON_ADDRESSES,
      "control plane": inside(controlPlane),
      VPN: inside(subnets.vpn),
      "own edge": inside(subnets.edge),
      "an edge that fails over": inside(getOrThrow(plan, from).subnets.edge),
      "site's node": inside(sitePlan.subnets.monitoring),
      "site's pod": inside(sitePlan.monitoringPods),
    },
    servers: {
      "own database proxy": fixedAddress(plan, country, "database"),
      "a database proxy that is next": fixedAddress(plan, next, "database"),
      "database machine": fixedAddress(plan, topology.firstDatabase, "database-1"),
      "first Prometheus of the site": fixedAddress(plan, site, "prometheus-1"),
      "second Prometheus of the site": fixedAddress(plan, site, "prometheus-2"),
      "Elasticsearch of the site": fixedAddress(plan, site, "elasticsearch"),
      "Grafana of the site": fixedAddress(plan, site, "grafana"),
    },
    needed: [...NEEDED, ["metrics-agent", "ingress", INGRESS_METRICS[cluster.ingress]]],
    tolerated: TOLERATED,
  };
}
