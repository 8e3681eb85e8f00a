import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { monitoringSite, type Topology } from "../config/topology";

/** Labels of a monitoring site's addresses. */
const SITE_LABELS = ["prometheus", "prometheus-1", "prometheus-2", "grafana", "elasticsearch", "kibana"];

/**
 * Labels and addresses by country. In a country without a monitoring site, the site's labels lead to the site that it
 * uses.
 */
export function privateNames(topology: Topology, plan: AddressPlan): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Object.entries(plan).map(([country, { fixed }]) => {
      const site = monitoringSite(topology, country);
      const own = Object.entries(fixed).map(([label, { address }]) => [label, address] as const);
      const borrowed = SITE_LABELS.map((label) => [label, fixedAddress(plan, site, label)] as const);
      return [country, Object.fromEntries([...own, ...borrowed])];
    }),
  );
}
