import type { AddressPlan, CountryPlan } from "../../config/address-plan";
import { entry } from "../../config/entry";
import { tags } from "../../config/names";
import { edgesLeadingTo, monitoringSite, monitoringSites, type Topology } from "../../config/topology";
import { DATABASE_PORTS } from "../database/render-mariadb";
import { EDGE_PORTS } from "../edge/render-haproxy";
import { SITE_PORTS } from "../monitoring/site-names";
import type { FirewallRule } from "./firewall-rule";
import { vpnFirewallRows } from "./vpn-firewall-rows";

/** Google's ranges; sources are in `docs/traps.md`. */
const GOOGLE = {
  /** Probes of passthrough load balancers and of instance group autohealing. */
  healthChecks: ["35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22"],
  /** TCP forwarding of Identity-Aware Proxy. */
  iap: ["35.235.240.0/20"],
} as const;

const EVERYWHERE = ["0.0.0.0/0"] as const;

const HOST_EXPORTER = 9100;

/**
 * Ports of admission webhooks and aggregated APIs that a control plane calls on its nodes. GKE itself opens only
 * 443 and 10250: a call to another port times out.
 */
const WEBHOOKS = {
  /** KEDA's metrics API 6443 and webhook 9443; the ingress controllers have no webhook here. */
  app: [6443, 9443],
  /** The Elasticsearch operator. */
  monitoring: [9443],
} as const;

/** The whole firewall as one table, from the topology and its address plan. */
export function firewallRows(topology: Topology, plan: AddressPlan): FirewallRule[] {
  const plans = Object.values(plan);
  const sites = monitoringSites(topology);
  const siteRanges = sites.flatMap((site) =>
    plan[site] ? [plan[site].subnets.monitoring, plan[site].monitoringPods] : [],
  );
  const appRanges = plans.flatMap(({ subnets, pods }) => [subnets.nodes, pods]);
  return [
    {
      name: "edge-from-everywhere",
      why: "Users reach the shop",
      from: EVERYWHERE,
      to: [tags.edge],
      ports: { tcp: [EDGE_PORTS.http, EDGE_PORTS.https] },
    },
    {
      name: "edge-from-health-checks",
      why: "The load balancer and autohealing ask which machines serve",
      from: GOOGLE.healthChecks,
      to: [tags.edge],
      ports: { tcp: [EDGE_PORTS.health] },
    },
    ...vpnFirewallRows(topology, plan, topology.administrators ?? []),
    {
      name: "ssh-from-iap",
      why: "Operators log in with their identity, without a public SSH port",
      from: GOOGLE.iap,
      to: [tags.edge, tags.database, tags.vpn],
      ports: { tcp: [22] },
    },
    {
      name: "database-from-peers",
      why: "Galera replicates and transfers state; nodes ask each other who backs up",
      from: plans.map(({ subnets }) => subnets.data),
      to: [tags.database],
      ports: {
        tcp: [
          DATABASE_PORTS.stateTransfer,
          DATABASE_PORTS.replication,
          DATABASE_PORTS.incrementalTransfer,
          DATABASE_PORTS.health,
        ],
      },
    },
    {
      name: "edge-from-apps",
      why: "The app reaches the database by way of its country's HAProxy",
      from: appRanges,
      to: [tags.edge],
      ports: { tcp: [DATABASE_PORTS.client] },
    },
    {
      name: "database-from-edges",
      why: "HAProxy leads to the own country's node and fails over to the others; it checks them all",
      from: plans.map(({ subnets }) => subnets.edge),
      to: [tags.database],
      ports: { tcp: [DATABASE_PORTS.client, DATABASE_PORTS.health] },
    },
    {
      name: "edge-from-monitoring",
      why: "Prometheus scrapes HAProxy and its host",
      from: siteRanges,
      to: [tags.edge],
      ports: { tcp: [EDGE_PORTS.metrics, HOST_EXPORTER] },
    },
    {
      name: "database-from-monitoring",
      why: "Prometheus scrapes MariaDB and its host",
      from: siteRanges,
      to: [tags.database],
      ports: { tcp: [DATABASE_PORTS.metrics, DATABASE_PORTS.health, DATABASE_PORTS.hostMetrics] },
    },
    {
      name: "vpn-from-monitoring",
      why: "Prometheus scrapes the VPN's host",
      from: siteRanges,
      to: [tags.vpn],
      ports: { tcp: [HOST_EXPORTER] },
    },
    ...Object.entries(plan).flatMap(([country, ranges]) => countryRules(topology, plan, country, ranges)),
    ...sites.map(
      (site): FirewallRule => ({
        name: `${site}-monitoring-from-monitoring`,
        why: "Every Grafana reads every country's Prometheus and Elasticsearch",
        from: siteRanges,
        to: [tags.monitoringNodes(site)],
        ports: { tcp: [SITE_PORTS.prometheus, SITE_PORTS.elasticsearch] },
      }),
    ),
  ];
}

function countryRules(topology: Topology, plan: AddressPlan, country: string, ranges: CountryPlan): FirewallRule[] {
  const fromEdges = edgesLeadingTo(topology, country).map((edge) => entry(plan, edge).subnets.edge);
  const watched = Object.entries(plan)
    .filter(([other]) => monitoringSite(topology, other) === country)
    .flatMap(([, { subnets, pods }]) => [subnets.nodes, pods]);
  const nodes = [tags.appNodes(country)];
  const monitoringNodes = [tags.monitoringNodes(country)];
  return [
    {
      name: `${country}-ingress-from-edges`,
      why: "The edges that serve or fail over to this country reach its ingress",
      from: fromEdges,
      to: nodes,
      ports: { tcp: [EDGE_PORTS.http] },
    },
    {
      name: `${country}-webhooks-from-control-plane`,
      why: "The control plane calls webhooks and the metrics API",
      from: [ranges.controlPlane],
      to: nodes,
      ports: { tcp: WEBHOOKS.app },
    },
    ...(watched.length > 0
      ? [
          {
            name: `${country}-monitoring-from-apps`,
            why: "Agents push metrics and logs",
            from: watched,
            to: monitoringNodes,
            ports: { tcp: [SITE_PORTS.prometheus, SITE_PORTS.elasticsearch] },
          },
          {
            name: `${country}-monitoring-webhooks`,
            why: "The control plane calls the operators' webhooks",
            from: [ranges.monitoringControlPlane],
            to: monitoringNodes,
            ports: { tcp: WEBHOOKS.monitoring },
          },
        ]
      : []),
  ];
}
