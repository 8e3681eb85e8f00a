import { planAddresses } from "../../../config/address-plan";
import { staging } from "../../../config/staging";
import type { Topology } from "../../../config/topology";
import { vpnFirewallRows } from "../../../constructs/network/vpn-firewall-rows";
import { firewallSettings } from "../../../settings/firewall";
import { fourCountries, threeCountries } from "../../support/topologies";

const rules = (topology: Topology, administrators: readonly string[] = []) =>
  vpnFirewallRows({ ...firewallSettings(topology, planAddresses(topology)), administrators });

test("what VPN clients reach, and who reaches the VPN, is one table", () => {
  const rows = rules(threeCountries).map(({ name, from, to, ports }) => {
    const numbers = Object.entries(ports).map(([protocol, list]) => `${protocol} ${list.join(",")}`);
    return `${name}: ${from.join(" ")} -> ${to.join(" ")} ${numbers.join(" ")}`;
  });
  expect(rows).toMatchInlineSnapshot(`
    [
      "vpn-from-everywhere: 0.0.0.0/0 -> vpn udp 1194,51820",
      "vpn-console-from-iap: 35.235.240.0/20 -> vpn tcp 443",
      "monitoring-from-vpn: 10.2.66.0/24 10.6.66.0/24 10.10.66.0/24 -> indonesia-monitoring-nodes singapore-monitoring-nodes india-monitoring-nodes tcp 80,5601,9090",
      "haproxy-from-vpn: 10.2.66.0/24 10.6.66.0/24 10.10.66.0/24 -> edge tcp 8405",
      "indonesia-rabbitmq-from-vpn: 10.2.66.0/24 -> indonesia-app-nodes tcp 15672",
      "singapore-rabbitmq-from-vpn: 10.6.66.0/24 -> singapore-app-nodes tcp 15672",
      "india-rabbitmq-from-vpn: 10.10.66.0/24 -> india-app-nodes tcp 15672",
      "database-from-vpn: 10.2.66.0/24 10.6.66.0/24 10.10.66.0/24 -> database tcp 3306",
    ]
  `);
});

test("the console is open to the internet from nowhere, and from the topology's ranges when it has some", () => {
  const consoles = (administrators: readonly string[]) =>
    rules(threeCountries, administrators)
      .filter(({ ports }) => ports.tcp?.includes(443))
      .map(({ from }) => from);
  expect(consoles([])).toEqual([["35.235.240.0/20"]]);
  expect(consoles(["203.0.113.0/24"])).toEqual([["35.235.240.0/20"], ["203.0.113.0/24"]]);
});

test("a country without a monitoring site of its own gets no row to one", () => {
  const [monitoring] = rules(staging).filter(({ name }) => name === "monitoring-from-vpn");
  expect(monitoring?.to).toEqual(["singapore-monitoring-nodes"]);
});

test("a new country's clients reach every country, and every country's clients reach it", () => {
  for (const { name, from, to } of rules(fourCountries).filter((rule) => /^[a-z]+-from-vpn$/.test(rule.name))) {
    expect({ name, from }).toEqual({ name, from: expect.arrayContaining(["10.14.66.0/24"]) });
    if (to.length > 1) expect(to).toContainEqual(expect.stringContaining("japan"));
  }
});

test("a broker takes clients of its own country's VPN alone, as its load balancer does", () => {
  expect(rules(fourCountries).find(({ name }) => name === "japan-rabbitmq-from-vpn")).toMatchObject({
    from: ["10.14.66.0/24"],
    to: ["japan-app-nodes"],
  });
});
