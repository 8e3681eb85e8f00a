import { ESTATE_RANGE, EVERYWHERE } from "../../config/google-ranges";
import { tags } from "../../config/names";
import { WEB_PORTS } from "../../config/ports";
import type { OutboundRule } from "./firewall-rule";
import type { FirewallSettings } from "./firewall-settings";

/**
 * What machines, nodes and pods may begin by themselves; everything else is denied and logged. Answers need no row, and
 * the metadata server, which is DNS and time too, is always reached.
 */
export function outboundRows({ countries, mailPorts }: FirewallSettings): OutboundRule[] {
  const sites = countries.flatMap(({ country, site }) => (site ? [tags.monitoringNodes(country)] : []));
  return [
    {
      name: "outbound-within",
      why: "Within the estate, the rows of whoever is reached decide",
      to: [ESTATE_RANGE],
    },
    {
      name: "outbound-web",
      why: "Google's APIs, packages, images and who is told of alerts: none has addresses that stay",
      to: EVERYWHERE,
      tcp: WEB_PORTS,
    },
    ...(mailPorts.length > 0
      ? [{ name: "outbound-mail", why: "Alerts go out by mail", to: EVERYWHERE, from: sites, tcp: mailPorts }]
      : []),
  ];
}
