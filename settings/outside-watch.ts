import { EDGE_HEALTH_PATHS } from "../config/health-paths";
import { hosts } from "../config/names";
import type { Topology } from "../config/topology";
import type { OutsideCheck } from "../constructs/monitoring/outside-watch-settings";

/** What is looked at from outside: the shop as users reach it, and each country's edge by its own name. */
export function outsideChecks({ domain, countries }: Topology): Readonly<Record<string, OutsideCheck>> {
  const edges = Object.keys(countries).map((country) => [
    `edge-${country}`,
    {
      host: hosts.edge(domain, country),
      path: EDGE_HEALTH_PATHS.public,
      validatesCertificate: false,
      says: `The edge of ${country} does not answer, or no country can serve its users: docs/runbooks/edge.md#a-countrys-whole-edge-is-down`,
    },
  ]);
  return {
    shop: {
      host: domain,
      path: "/",
      validatesCertificate: true,
      says: "The shop does not answer to the world, or shows no valid certificate: docs/runbooks/monitoring.md#the-shop-does-not-answer-from-outside",
    },
    ...Object.fromEntries(edges),
  };
}
