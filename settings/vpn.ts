import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import type { Topology } from "../config/topology";
import type { VpnSettings } from "../constructs/vpn/vpn-settings";
import { machineLogsSettings } from "./machine-logs";

/** A country's VPN host, in its first zone. */
export function vpnSettings(topology: Topology, plan: AddressPlan, country: string): VpnSettings {
  const { region, zones, vpn } = getOrThrow(topology.countries, country);
  return {
    project: topology.project.id,
    country,
    region,
    zone: zones[0],
    ...vpn,
    internalAddress: fixedAddress(plan, country, "vpn"),
    logs: machineLogsSettings(topology, country, "vpn"),
  };
}
