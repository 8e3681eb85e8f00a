import type { AddressPlan } from "../../config/address-plan";
import { entry } from "../../config/entry";
import { tags } from "../../config/names";
import { monitoringSites, type Topology } from "../../config/topology";
import { DATABASE_PORTS } from "../database/render-mariadb";
import { EDGE_PORTS } from "../edge/render-haproxy";
import { SITE_PORTS } from "../monitoring/site-names";
import type { FirewallRule } from "./firewall-rule";

/** What the VPN's host listens on. People make the servers of `openvpn` and `wireguard` in the console, on these ports. */
export const VPN_PORTS = { openvpn: 1194, wireguard: 51820, console: 443, hostMetrics: 9100 } as const;

/**
 * One thing that VPN clients may reach, in every country. But for what a cluster's own rules let in, they pass through
 * another country's VPN as well, because that is what an operator has left when a country is down.
 */
interface Route {
  readonly what: string;
  readonly why: string;
  /** Network tags of the machines that serve it. */
  readonly on: (country: string) => string;
  readonly tcp: readonly number[];
  /** Whether it is in the countries with a monitoring site alone. @default false */
  readonly atSites?: boolean;
  /** Whether it takes clients of its own country's VPN alone. @default false */
  readonly fromOwn?: boolean;
}

/** Ports as load balancers show them: what passes them through keeps their address and port. */
const ROUTES: readonly Route[] = [
  {
    what: "monitoring",
    why: "Grafana, Kibana and Prometheus",
    on: tags.monitoringNodes,
    tcp: [SITE_PORTS.grafana, SITE_PORTS.kibana, SITE_PORTS.prometheus],
    atSites: true,
  },
  { what: "haproxy", why: "HAProxy's stats page", on: () => tags.edge, tcp: [EDGE_PORTS.metrics] },
  { what: "rabbitmq", why: "RabbitMQ's console", on: tags.appNodes, tcp: [15672], fromOwn: true },
  {
    what: "database",
    why: "MariaDB, with an account of one's own",
    on: () => tags.database,
    tcp: [DATABASE_PORTS.client],
  },
];

/** Google's range of TCP forwarding by Identity-Aware Proxy. */
const IAP = ["35.235.240.0/20"] as const;

/**
 * Rows of the firewall about the VPN: who reaches its hosts, and what their clients reach. Pritunl gives clients the
 * host's own address, so a client is seen as the VPN's subnet.
 *
 * @param administrators ranges (CIDR) from which people may open the console without IAP; usually none
 */
export function vpnFirewallRows(
  topology: Topology,
  plan: AddressPlan,
  administrators: readonly string[],
): FirewallRule[] {
  const console = { to: [tags.vpn], ports: { tcp: [VPN_PORTS.console] } };
  return [
    {
      name: "vpn-from-everywhere",
      why: "Operators open a tunnel",
      from: ["0.0.0.0/0"],
      to: [tags.vpn],
      ports: { udp: [VPN_PORTS.openvpn, VPN_PORTS.wireguard] },
    },
    { name: "vpn-console-from-iap", why: "Operators manage VPN users with their identity", from: IAP, ...console },
    ...(administrators.length > 0
      ? [
          {
            name: "vpn-console-from-administrators",
            why: "Operators in the topology's ranges manage VPN users without IAP",
            from: administrators,
            ...console,
          },
        ]
      : []),
    ...ROUTES.flatMap((route) => routeRules(route, topology, plan)),
  ];
}

/** One row for all countries, or one per country when each takes its own clients alone. */
function routeRules(route: Route, topology: Topology, plan: AddressPlan): FirewallRule[] {
  const { what, why, on, tcp, atSites = false, fromOwn = false } = route;
  const countries = atSites ? monitoringSites(topology) : Object.keys(plan);
  const rule = { why: `VPN clients open ${why}`, ports: { tcp } };
  if (fromOwn) {
    return countries.map((country) => ({
      name: `${country}-${what}-from-vpn`,
      from: [entry(plan, country).subnets.vpn],
      to: [on(country)],
      ...rule,
    }));
  }
  const clients = Object.values(plan).map(({ subnets }) => subnets.vpn);
  return [{ name: `${what}-from-vpn`, from: clients, to: [...new Set(countries.map(on))], ...rule }];
}
