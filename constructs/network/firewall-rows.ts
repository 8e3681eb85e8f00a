import {
  EVERYWHERE,
  EVERYWHERE_IPV6,
  HEALTH_CHECK_RANGES,
  HEALTH_CHECK_RANGES_IPV6,
  IAP_RANGES,
} from "../../config/google-ranges";
import { tags } from "../../config/names";
import {
  DATABASE_PORTS,
  EDGE_PORTS,
  ELASTIC_OPERATOR_PORTS,
  HOST_METRICS_PORT,
  INGRESS_PORT,
  KEDA_PORTS,
  SITE_PORTS,
  SSH_PORT,
} from "../../config/ports";
import type { FirewallRule } from "./firewall-rule";
import type { FirewallCountry, FirewallSettings, FirewallSite } from "./firewall-settings";
import { vpnFirewallRows } from "./vpn-firewall-rows";

/**
 * Ports of admission webhooks and aggregated APIs that a control plane calls on its nodes. GKE itself only opens 443
 * and 10250: calls to other ports would time out.
 */
const WEBHOOKS = {
  /** KEDA's; the ingress controllers have no webhook here. */
  app: [KEDA_PORTS.metricsApi, KEDA_PORTS.webhook],
  monitoring: [ELASTIC_OPERATOR_PORTS.webhook],
} as const;

/** The whole firewall as one table. */
export function firewallRows(settings: FirewallSettings): FirewallRule[] {
  const { countries } = settings;
  const sites = countries.flatMap(({ country, site }) => (site ? [{ country, ...site }] : []));
  const siteRanges = sites.flatMap(({ ranges }) => ranges);
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
      from: HEALTH_CHECK_RANGES,
      to: [tags.edge],
      ports: { tcp: [EDGE_PORTS.health] },
    },
    {
      name: "edge-from-everywhere-ipv6",
      why: "Users reach the shop over IPv6",
      from: EVERYWHERE_IPV6,
      to: [tags.edge],
      ports: { tcp: [EDGE_PORTS.http, EDGE_PORTS.https] },
    },
    {
      name: "edge-from-health-checks-ipv6",
      why: "The load balancer asks over IPv6 which machines serve users there",
      from: HEALTH_CHECK_RANGES_IPV6,
      to: [tags.edge],
      ports: { tcp: [EDGE_PORTS.health] },
    },
    ...vpnFirewallRows(settings),
    {
      name: "ssh-from-iap",
      why: "Operators log in with their identity, without a public SSH port",
      from: IAP_RANGES,
      to: [tags.edge, tags.database, tags.vpn],
      isLogged: true,
      ports: { tcp: [SSH_PORT] },
    },
    {
      name: "database-from-peers",
      why: "Galera replicates and transfers state; nodes ask each other who backs up",
      from: countries.map(({ data }) => data),
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
      from: countries.flatMap(({ app }) => app),
      to: [tags.edge],
      ports: { tcp: [DATABASE_PORTS.client] },
    },
    {
      name: "database-from-edges",
      why: "HAProxy leads to the own country's node and fails over to the others; it checks them all",
      from: countries.map(({ edge }) => edge),
      to: [tags.database],
      ports: { tcp: [DATABASE_PORTS.client, DATABASE_PORTS.health] },
    },
    {
      name: "edge-from-monitoring",
      why: "Prometheus scrapes HAProxy and its host",
      from: siteRanges,
      to: [tags.edge],
      ports: { tcp: [EDGE_PORTS.metrics, HOST_METRICS_PORT] },
    },
    {
      name: "database-from-monitoring",
      why: "Prometheus scrapes MariaDB and its host",
      from: siteRanges,
      to: [tags.database],
      ports: { tcp: [DATABASE_PORTS.metrics, DATABASE_PORTS.health, HOST_METRICS_PORT] },
    },
    {
      name: "vpn-from-monitoring",
      why: "Prometheus scrapes the VPN's host",
      from: siteRanges,
      to: [tags.vpn],
      ports: { tcp: [HOST_METRICS_PORT] },
    },
    ...countries.flatMap(countryRules),
    ...sites.map(
      ({ country }): FirewallRule => ({
        name: `${country}-monitoring-from-monitoring`,
        why: "Every Grafana reads every country's Prometheus and Elasticsearch",
        from: siteRanges,
        to: [tags.monitoringNodes(country)],
        ports: { tcp: [SITE_PORTS.prometheus, SITE_PORTS.elasticsearch] },
      }),
    ),
  ];
}

function countryRules({ country, edgesLeadingHere, controlPlane, site }: FirewallCountry): FirewallRule[] {
  const nodes = [tags.appNodes(country)];
  return [
    {
      name: `${country}-ingress-from-edges`,
      why: "The edges that serve or fail over to this country reach its ingress",
      from: edgesLeadingHere,
      to: nodes,
      ports: { tcp: [INGRESS_PORT] },
    },
    {
      name: `${country}-webhooks-from-control-plane`,
      why: "The control plane calls webhooks and the metrics API",
      from: [controlPlane],
      to: nodes,
      ports: { tcp: WEBHOOKS.app },
    },
    ...(site ? siteRules(country, site) : []),
  ];
}

function siteRules(country: string, { agents, machines, controlPlane }: FirewallSite): FirewallRule[] {
  const to = [tags.monitoringNodes(country)];
  return [
    {
      name: `${country}-monitoring-from-apps`,
      why: "Agents push metrics and logs",
      from: agents,
      to,
      ports: { tcp: [SITE_PORTS.prometheus, SITE_PORTS.elasticsearch] },
    },
    {
      name: `${country}-elasticsearch-from-machines`,
      why: "Edges, database nodes and VPN hosts append their logs",
      from: machines,
      to,
      ports: { tcp: [SITE_PORTS.elasticsearch] },
    },
    {
      name: `${country}-monitoring-webhooks`,
      why: "The control plane calls the operators' webhooks",
      from: [controlPlane],
      to,
      ports: { tcp: WEBHOOKS.monitoring },
    },
  ];
}
