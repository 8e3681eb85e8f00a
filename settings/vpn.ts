import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { entry } from "../config/entry";
import type { Topology } from "../config/topology";
import type { VpnSettings } from "../constructs/vpn/vpn-settings";

/** A country's VPN host, in the first of its zones. */
export function vpnSettings(topology: Topology, plan: AddressPlan, country: string): VpnSettings {
  const { region, zones, vpn } = entry(topology.countries, country);
  return {
    project: topology.project.id,
    country,
    region,
    zone: zones[0],
    ...vpn,
    internalAddress: fixedAddress(plan, country, "vpn"),
  };
}
