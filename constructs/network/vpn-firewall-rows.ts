import { EVERYWHERE, IAP_RANGES } from "../../config/google-ranges";
import { tags } from "../../config/names";
import { DATABASE_PORTS, EDGE_PORTS, RABBITMQ_PORTS, SITE_PORTS, VPN_PORTS } from "../../config/ports";
import type { FirewallRule } from "./firewall-rule";
import type { FirewallCountry, FirewallSettings } from "./firewall-settings";

/**
 * Something that VPN clients may reach, in every country. Unless a cluster's own rules forbid it, clients of every
 * country's VPN are allowed, so that operators can get in while a country is down.
 */
interface Route {
  readonly what: string;
  readonly why: string;
  /** Network tags of the machines that serve it. */
  readonly on: (country: string) => string;
  readonly tcp: readonly number[];
  /** Whether only countries with a monitoring site have it. @default false */
  readonly atSites?: boolean;
  /** Whether only clients of the own country's VPN are allowed. @default false */
  readonly fromOwn?: boolean;
}

/** Frontend ports: passthrough load balancers do not rewrite address or port. */
const ROUTES: readonly Route[] = [
  {
    what: "monitoring",
    why: "Grafana, Kibana and Prometheus",
    on: tags.monitoringNodes,
    tcp: [SITE_PORTS.grafana, SITE_PORTS.kibana, SITE_PORTS.prometheus],
    atSites: true,
  },
  { what: "haproxy", why: "HAProxy's stats page", on: () => tags.edge, tcp: [EDGE_PORTS.metrics] },
  { what: "rabbitmq", why: "RabbitMQ's console", on: tags.appNodes, tcp: [RABBITMQ_PORTS.management], fromOwn: true },
  {
    what: "database",
    why: "MariaDB, with an account of one's own",
    on: () => tags.database,
    tcp: [DATABASE_PORTS.client],
  },
];

/**
 * Firewall rows of the VPN: who reaches its hosts, and what their clients reach. Pritunl gives clients the host's own
 * address, so clients appear to come from the VPN's subnet.
 */
export function vpnFirewallRows({ countries, administrators }: FirewallSettings): FirewallRule[] {
  const console = { to: [tags.vpn], isLogged: true, ports: { tcp: [VPN_PORTS.console] } };
  return [
    {
      name: "vpn-from-everywhere",
      why: "Operators open a tunnel",
      from: EVERYWHERE,
      to: [tags.vpn],
      isLogged: true,
      ports: { udp: [VPN_PORTS.openvpn, VPN_PORTS.wireguard] },
    },
    {
      name: "vpn-console-from-iap",
      why: "Operators manage VPN users with their identity",
      from: IAP_RANGES,
      ...console,
    },
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
    ...ROUTES.flatMap((route) => routeRules(route, countries)),
  ];
}

/** One row for all countries, or one per country if each only allows its own clients. */
function routeRules(route: Route, all: readonly FirewallCountry[]): FirewallRule[] {
  const { what, why, on, tcp, atSites = false, fromOwn = false } = route;
  const countries = all.filter(({ site }) => site || !atSites);
  const rule = { why: `VPN clients open ${why}`, isLogged: true, ports: { tcp } };
  if (fromOwn) {
    return countries.map(({ country, vpn }) => ({
      name: `${country}-${what}-from-vpn`,
      from: [vpn],
      to: [on(country)],
      ...rule,
    }));
  }
  const clients = all.map(({ vpn }) => vpn);
  return [
    { name: `${what}-from-vpn`, from: clients, to: [...new Set(countries.map(({ country }) => on(country)))], ...rule },
  ];
}
