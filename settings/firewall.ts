import type { AddressPlan } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import { edgesLeadingTo, monitoringSite, type Topology } from "../config/topology";
import type { FirewallCountry, FirewallSettings } from "../constructs/network/firewall-settings";
import { machineSubnets, watchedBy } from "./monitoring-site";

/** The ranges that firewall rows refer to, by country. */
export function firewallSettings(topology: Topology, plan: AddressPlan): FirewallSettings {
  return {
    countries: Object.keys(topology.countries).map((country) => countryRanges(topology, plan, country)),
    administrators: topology.administrators ?? [],
    mailPorts: mailPorts(topology),
  };
}

/** Of the servers that alerts go out by. */
function mailPorts({ alerts }: Topology): number[] {
  const receivers = alerts ? [alerts.critical, alerts.warning] : [];
  const ports = receivers.flatMap((receiver) =>
    receiver.kind === "email" ? [Number(receiver.server.split(":").at(-1))] : [],
  );
  return [...new Set(ports)];
}

function countryRanges(topology: Topology, plan: AddressPlan, country: string): FirewallCountry {
  const { subnets, controlPlane, monitoringControlPlane, monitoringPods } = getOrThrow(plan, country);
  const appOf = (of: string) => [getOrThrow(plan, of).subnets.nodes, getOrThrow(plan, of).pods];
  const hasSite = monitoringSite(topology, country) === country;
  return {
    country,
    edge: subnets.edge,
    data: subnets.data,
    vpn: subnets.vpn,
    app: appOf(country),
    controlPlane,
    edgesLeadingHere: edgesLeadingTo(topology, country).map((edge) => getOrThrow(plan, edge).subnets.edge),
    ...(hasSite && {
      site: {
        ranges: [subnets.monitoring, monitoringPods],
        controlPlane: monitoringControlPlane,
        agents: watchedBy(topology, country).flatMap(appOf),
        machines: watchedBy(topology, country).flatMap((of) => machineSubnets(plan, of)),
      },
    }),
  };
}
