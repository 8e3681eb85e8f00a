import { type AddressPlan, fixedAddress } from "../../../config/address-plan";
import { getOrThrow } from "../../../config/get-or-throw";
import { monitoringSites, type Topology } from "../../../config/topology";
import { watchedBy } from "../../../settings/monitoring-site";
import { COMMON_ADDRESSES, COMMON_PLACES, type CommonPlace, inside, namesAskedBy } from "./common-flows";
import { SITE_PODS, type SitePod } from "./site-pods";
import type { FlowRow, FlowTable } from "./table";

const AGENTS = ["agents' node", "agents' pod"] as const;
const SITES = ["site's node", "site's pod"] as const;
const REPLICAS = ["first Prometheus of another site", "second Prometheus of another site"] as const;
const SITE_SERVERS = [...REPLICAS, "Prometheus of another site", "Elasticsearch of another site"] as const;
const SERVERS = ["database machine", "VPN machine", ...SITE_SERVERS] as const;

type Name = SitePod | CommonPlace | (typeof AGENTS)[number] | "edge" | (typeof SERVERS)[number];

const METRICS = ["prometheus", "alertmanager", "grafana", "metrics-operator", "kube-state-metrics"] as const;
const THANOS = ["thanos-query", "thanos-storegateway", "thanos-compactor"] as const;
const OBSERVABILITY = [...METRICS, ...THANOS] as const;
const ELASTIC = ["elasticsearch", "kibana", "bootstrap"] as const;
const OPERATORS = ["external-secrets", "elastic-operator"] as const;
/** Read or write a bucket. */
const ARCHIVING = ["prometheus", "thanos-storegateway", "thanos-compactor", "elasticsearch"] as const;

const NEEDED: readonly FlowRow<Name>[] = [
  // what agents push, and other sites ask
  [AGENTS, "prometheus", "http-web"],
  [AGENTS, "elasticsearch", "https"],
  [SITES, "thanos-query", "http"],
  [SITES, "elasticsearch", "https"],
  [SITES, "prometheus", "http-web"],
  // what machines log; clients of the VPN have their host's address, and its guard keeps them from this port
  [["edge", "VPN"], "elasticsearch", "https"],
  // people
  ["VPN", "grafana", "grafana"],
  ["VPN", "kibana", "https"],
  ["VPN", "thanos-query", "http"],
  // what Prometheus asks
  ["prometheus", OPERATORS, "metrics"],
  ["prometheus", OBSERVABILITY],
  ["prometheus", "edge", 8405, 9100],
  ["prometheus", "database machine", 9104, 9100],
  ["prometheus", "VPN machine", 9100],
  ["prometheus", REPLICAS, 9090],
  ["prometheus", "node", 10250, 9100],
  // alerts
  ["prometheus", "alertmanager", "http-web"],
  ["alertmanager", "alertmanager", "mesh-tcp", { udp: 9094 }],
  // the archive
  ["thanos-query", ["prometheus", "thanos-storegateway"], "grpc"],
  [ARCHIVING, "Google", 443],
  [ARCHIVING, "metadata server", 80],
  [ARCHIVING, "token server", 987, 988],
  // Grafana
  ["grafana", ["thanos-query"], "http"],
  ["grafana", "elasticsearch", "https"],
  ["grafana", "Prometheus of another site", 9090],
  ["grafana", "Elasticsearch of another site", 9200],
  ["grafana", "alertmanager", "http-web"],
  // logs
  ["elastic-operator", "elasticsearch", "https"],
  [["kibana", "bootstrap"], "elasticsearch", "https"],
  ["elasticsearch", "elasticsearch", "transport", "https"],
  [["control plane", "konnectivity"], "elastic-operator", "https-webhook"],
  // what is looked after by somebody
  [[...OPERATORS, "prometheus", "grafana", "metrics-operator", "kube-state-metrics"], "control plane", 443],
  ["external-secrets", "Google", 443],
  // the CA, the edges as users reach them, and Google's APIs
  ["renewal", "Google", 443],
  ["renewal", "metadata server", 80],
  ["renewal", "token server", 987, 988],
  ...namesAskedBy<SitePod>([...OPERATORS, ...OBSERVABILITY, ...ELASTIC, "renewal"]),
];

const TOLERATED: readonly FlowRow<Name>[] = [
  // Within these two namespaces everything may talk to everything.
  [OBSERVABILITY, OBSERVABILITY],
  [ELASTIC, ["elasticsearch", "kibana"]],
  // One policy for all that is called Thanos, one for all of `observability`.
  ["thanos-query", "Google", 443],
  ["thanos-query", "metadata server", 80],
  ["thanos-query", "token server", 987, 988],
  [["alertmanager", ...THANOS], "control plane", 443],
  // The load balancers of sites stand among their nodes, and are told from them by nothing.
  ["grafana", [...SITES, ...SITE_SERVERS], 9090, 9200],
  // No range matches nodes, so what may ask a node at these ports may ask anything there.
  ["prometheus", [...COMMON_PLACES, ...AGENTS, "edge", ...SERVERS], 10250, 9100],
];

/** Alerts leave for whoever takes them. Where nobody does, nothing leaves. */
function delivery({ alerts }: Topology): FlowRow<Name>[] {
  if (!alerts) return [];
  const ports = [alerts.critical, alerts.warning].map((receiver) =>
    receiver.kind === "email" ? Number(receiver.server.split(":").at(-1)) : 443,
  );
  // The dead man's switch is a webhook.
  return [["alertmanager", "Google", ...new Set([443, ...ports])]];
}

/** Who talks to whom in the cluster of the site that stands in a country. */
export function siteFlows(topology: Topology, plan: AddressPlan, site: string): FlowTable<Name> {
  const [country = site] = watchedBy(topology, site);
  const others = monitoringSites(topology);
  const other = others.find((each) => each !== site) ?? site;
  const { subnets, monitoringControlPlane } = getOrThrow(plan, site);
  return {
    pods: SITE_PODS,
    addresses: {
      ...COMMON_ADDRESSES,
      "control plane": inside(monitoringControlPlane),
      VPN: inside(subnets.vpn),
      "site's node": inside(getOrThrow(plan, other).subnets.monitoring),
      "site's pod": inside(getOrThrow(plan, other).monitoringPods),
      "agents' node": inside(getOrThrow(plan, country).subnets.nodes),
      "agents' pod": inside(getOrThrow(plan, country).pods),
      edge: inside(getOrThrow(plan, country).subnets.edge),
    },
    servers: {
      "database machine": fixedAddress(plan, topology.firstDatabase, "database-1"),
      "VPN machine": fixedAddress(plan, country, "vpn"),
      "first Prometheus of another site": fixedAddress(plan, other, "prometheus-1"),
      "second Prometheus of another site": fixedAddress(plan, other, "prometheus-2"),
      "Prometheus of another site": fixedAddress(plan, other, "prometheus"),
      "Elasticsearch of another site": fixedAddress(plan, other, "elasticsearch"),
    },
    needed: [...NEEDED, ...delivery(topology)],
    tolerated: TOLERATED,
  };
}
