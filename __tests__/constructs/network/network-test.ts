import { planAddresses } from "../../../config/address-plan";
import { staging } from "../../../config/staging";
import { firewallRows } from "../../../constructs/network/firewall-rows";
import { outboundRows } from "../../../constructs/network/outbound-rows";
import { firewallSettings } from "../../../settings/firewall";
import { resources, stackOf, synthesize } from "../../support/synth";
import { threeCountries } from "../../support/topologies";

const network = stackOf(synthesize(threeCountries), "network");

/** The attributes of the only resource of a type whose attributes match. */
function one(type: string, name: string): Record<string, unknown> {
  const found = resources(network, type).filter(({ attributes }) => attributes.name === name);
  expect(found).toHaveLength(1);
  return found[0]?.attributes ?? {};
}

describe("firewall", () => {
  const rows = (topology: typeof threeCountries) =>
    firewallRows(firewallSettings(topology, planAddresses(topology))).map(
      ({ name, from, to, ports }) => `${name}: ${from.join(" ")} -> ${to.join(" ")} ${JSON.stringify(ports)}`,
    );

  test("production's table", () => {
    expect(rows(threeCountries)).toMatchInlineSnapshot(`
      [
        "edge-from-everywhere: 0.0.0.0/0 -> edge {"tcp":[80,443]}",
        "edge-from-health-checks: 35.191.0.0/16 130.211.0.0/22 209.85.152.0/22 209.85.204.0/22 -> edge {"tcp":[8404]}",
        "edge-from-everywhere-ipv6: ::/0 -> edge {"tcp":[80,443]}",
        "edge-from-health-checks-ipv6: 2600:1901:8001::/48 -> edge {"tcp":[8404]}",
        "vpn-from-everywhere: 0.0.0.0/0 -> vpn {"udp":[1194,51820]}",
        "vpn-console-from-iap: 35.235.240.0/20 -> vpn {"tcp":[443]}",
        "monitoring-from-vpn: 10.2.66.0/24 10.6.66.0/24 10.10.66.0/24 -> indonesia-monitoring-nodes singapore-monitoring-nodes india-monitoring-nodes {"tcp":[80,5601,9090]}",
        "haproxy-from-vpn: 10.2.66.0/24 10.6.66.0/24 10.10.66.0/24 -> edge {"tcp":[8405]}",
        "indonesia-rabbitmq-from-vpn: 10.2.66.0/24 -> indonesia-app-nodes {"tcp":[15672]}",
        "singapore-rabbitmq-from-vpn: 10.6.66.0/24 -> singapore-app-nodes {"tcp":[15672]}",
        "india-rabbitmq-from-vpn: 10.10.66.0/24 -> india-app-nodes {"tcp":[15672]}",
        "database-from-vpn: 10.2.66.0/24 10.6.66.0/24 10.10.66.0/24 -> database {"tcp":[3306]}",
        "ssh-from-iap: 35.235.240.0/20 -> edge database vpn {"tcp":[22]}",
        "database-from-peers: 10.2.65.0/24 10.6.65.0/24 10.10.65.0/24 -> database {"tcp":[4444,4567,4568,9105]}",
        "edge-from-apps: 10.2.32.0/20 10.0.0.0/16 10.6.32.0/20 10.4.0.0/16 10.10.32.0/20 10.8.0.0/16 -> edge {"tcp":[3306]}",
        "database-from-edges: 10.2.64.0/24 10.6.64.0/24 10.10.64.0/24 -> database {"tcp":[3306,9105]}",
        "edge-from-monitoring: 10.2.48.0/22 10.1.0.0/17 10.6.48.0/22 10.5.0.0/17 10.10.48.0/22 10.9.0.0/17 -> edge {"tcp":[8405,9100]}",
        "database-from-monitoring: 10.2.48.0/22 10.1.0.0/17 10.6.48.0/22 10.5.0.0/17 10.10.48.0/22 10.9.0.0/17 -> database {"tcp":[9104,9105,9100]}",
        "vpn-from-monitoring: 10.2.48.0/22 10.1.0.0/17 10.6.48.0/22 10.5.0.0/17 10.10.48.0/22 10.9.0.0/17 -> vpn {"tcp":[9100]}",
        "indonesia-ingress-from-edges: 10.2.64.0/24 10.6.64.0/24 10.10.64.0/24 -> indonesia-app-nodes {"tcp":[80]}",
        "indonesia-webhooks-from-control-plane: 10.2.67.0/28 -> indonesia-app-nodes {"tcp":[6443,9443]}",
        "indonesia-monitoring-from-apps: 10.2.32.0/20 10.0.0.0/16 -> indonesia-monitoring-nodes {"tcp":[9090,9200]}",
        "indonesia-elasticsearch-from-machines: 10.2.64.0/24 10.2.65.0/24 10.2.66.0/24 -> indonesia-monitoring-nodes {"tcp":[9200]}",
        "indonesia-monitoring-webhooks: 10.2.67.16/28 -> indonesia-monitoring-nodes {"tcp":[9443]}",
        "singapore-ingress-from-edges: 10.2.64.0/24 10.6.64.0/24 10.10.64.0/24 -> singapore-app-nodes {"tcp":[80]}",
        "singapore-webhooks-from-control-plane: 10.6.67.0/28 -> singapore-app-nodes {"tcp":[6443,9443]}",
        "singapore-monitoring-from-apps: 10.6.32.0/20 10.4.0.0/16 -> singapore-monitoring-nodes {"tcp":[9090,9200]}",
        "singapore-elasticsearch-from-machines: 10.6.64.0/24 10.6.65.0/24 10.6.66.0/24 -> singapore-monitoring-nodes {"tcp":[9200]}",
        "singapore-monitoring-webhooks: 10.6.67.16/28 -> singapore-monitoring-nodes {"tcp":[9443]}",
        "india-ingress-from-edges: 10.2.64.0/24 10.6.64.0/24 10.10.64.0/24 -> india-app-nodes {"tcp":[80]}",
        "india-webhooks-from-control-plane: 10.10.67.0/28 -> india-app-nodes {"tcp":[6443,9443]}",
        "india-monitoring-from-apps: 10.10.32.0/20 10.8.0.0/16 -> india-monitoring-nodes {"tcp":[9090,9200]}",
        "india-elasticsearch-from-machines: 10.10.64.0/24 10.10.65.0/24 10.10.66.0/24 -> india-monitoring-nodes {"tcp":[9200]}",
        "india-monitoring-webhooks: 10.10.67.16/28 -> india-monitoring-nodes {"tcp":[9443]}",
        "indonesia-monitoring-from-monitoring: 10.2.48.0/22 10.1.0.0/17 10.6.48.0/22 10.5.0.0/17 10.10.48.0/22 10.9.0.0/17 -> indonesia-monitoring-nodes {"tcp":[9090,9200]}",
        "singapore-monitoring-from-monitoring: 10.2.48.0/22 10.1.0.0/17 10.6.48.0/22 10.5.0.0/17 10.10.48.0/22 10.9.0.0/17 -> singapore-monitoring-nodes {"tcp":[9090,9200]}",
        "india-monitoring-from-monitoring: 10.2.48.0/22 10.1.0.0/17 10.6.48.0/22 10.5.0.0/17 10.10.48.0/22 10.9.0.0/17 -> india-monitoring-nodes {"tcp":[9090,9200]}",
      ]
    `);
  });

  test("staging watches all countries from one site", () => {
    expect(
      rows(staging).filter((row) => row.includes("monitoring-from") || row.includes("monitoring-webhooks")),
    ).toMatchInlineSnapshot(`
      [
        "monitoring-from-vpn: 10.2.66.0/24 10.6.66.0/24 10.10.66.0/24 -> singapore-monitoring-nodes {"tcp":[80,5601,9090]}",
        "singapore-monitoring-from-apps: 10.2.32.0/20 10.0.0.0/16 10.6.32.0/20 10.4.0.0/16 10.10.32.0/20 10.8.0.0/16 -> singapore-monitoring-nodes {"tcp":[9090,9200]}",
        "singapore-monitoring-webhooks: 10.6.67.16/28 -> singapore-monitoring-nodes {"tcp":[9443]}",
        "singapore-monitoring-from-monitoring: 10.6.48.0/22 10.5.0.0/17 -> singapore-monitoring-nodes {"tcp":[9090,9200]}",
      ]
    `);
  });

  test("an edge reaches the ingress only of countries that it serves from", () => {
    const india = threeCountries.countries.india;
    if (!india) throw new Error("production has no india");
    const selective = {
      ...threeCountries,
      countries: {
        ...threeCountries.countries,
        india: { ...india, failover: ["indonesia"] },
      },
    };
    const [row] = rows(selective).filter((each) => each.startsWith("singapore-ingress-from-edges"));
    expect(row).toBe('singapore-ingress-from-edges: 10.2.64.0/24 10.6.64.0/24 -> singapore-app-nodes {"tcp":[80]}');
  });

  test.each([
    ["deny-the-rest", "0.0.0.0/0"],
    ["deny-the-rest-ipv6", "::/0"],
  ])("denies and logs what no row allows: %s", (name, range) => {
    expect(one("google_compute_firewall", name)).toMatchObject({
      deny: [{ protocol: "all" }],
      direction: "INGRESS",
      priority: 65534,
      source_ranges: [range],
      log_config: { metadata: "INCLUDE_ALL_METADATA" },
    });
  });

  test("gives each rule a reason, and logs where people come and what is denied", () => {
    const rules = resources(network, "google_compute_firewall").map(({ attributes }) => attributes);
    for (const rule of rules) expect(rule.description).toMatch(/\w{4}/);
    const logged = rules.filter(({ log_config }) => log_config).map(({ name }) => String(name));
    const people =
      /^(ssh-from-iap|vpn-console-from-iap|vpn-from-everywhere|([a-z]+-)?[a-z]+-from-vpn|deny-the-rest.*)$/;
    expect(logged.filter((name) => !people.test(name))).toEqual([]);
    expect(logged).toEqual(
      expect.arrayContaining(rules.map(({ name }) => String(name)).filter((name) => people.test(name))),
    );
  });

  test("lets machines begin connections within the estate and to the web alone", () => {
    const outbound = resources(network, "google_compute_firewall")
      .map(({ attributes }) => attributes)
      .filter(({ direction }) => direction === "EGRESS")
      .map(({ allow, deny, destination_ranges, target_tags }) => ({ allow, deny, destination_ranges, target_tags }));
    expect(outbound).toEqual([
      { deny: [{ protocol: "all" }], destination_ranges: ["::/0"] },
      { deny: [{ protocol: "all" }], destination_ranges: ["0.0.0.0/0"] },
      { allow: [{ ports: ["80", "443"], protocol: "tcp" }], destination_ranges: ["0.0.0.0/0"] },
      { allow: [{ protocol: "all" }], destination_ranges: ["10.0.0.0/8"] },
    ]);
  });

  test("lets sites alone reach a mail server, when alerts go out by mail", () => {
    const { countries } = firewallSettings(threeCountries, planAddresses(threeCountries));
    expect(outboundRows({ countries, administrators: [], mailPorts: [587] }).at(-1)).toMatchObject({
      to: ["0.0.0.0/0"],
      from: Object.keys(threeCountries.countries).map((country) => `${country}-monitoring-nodes`),
      tcp: [587],
    });
  });
});

describe("public zone", () => {
  test.each([
    ["jamtangan.com.", "A", /address-edge-public_\w+\.address/],
    ["jamtangan.com.", "AAAA", /address-edge-public-ipv6_\w+\.address/],
    ["www.jamtangan.com.", "A", /address-edge-public_\w+\.address/],
    ["www.jamtangan.com.", "AAAA", /address-edge-public-ipv6_\w+\.address/],
  ])("%s is answered by geolocation and health: %s", (name, type, address) => {
    const [record] = resources(network, "google_dns_record_set").filter(
      ({ attributes }) => attributes.name === name && attributes.type === type,
    );
    expect(record?.attributes).toMatchObject({
      ttl: 30,
      routing_policy: {
        enable_geo_fencing: false,
        health_check: expect.stringContaining("google_compute_health_check.public-zone_health-check"),
        geo: ["asia-southeast2", "asia-southeast1", "asia-south1"].map((location) => ({
          location,
          health_checked_targets: {
            external_endpoints: [expect.stringMatching(address)],
          },
        })),
      },
    });
  });

  test("probes every edge over HTTPS from three regions", () => {
    expect(one("google_compute_health_check", "edge-from-dns")).toMatchObject({
      source_regions: ["asia-southeast2", "asia-southeast1", "asia-south1"],
      check_interval_sec: 30,
      https_health_check: {
        port: 443,
        request_path: "/healthz/edge",
        host: "jamtangan.com",
      },
    });
  });

  test("is signed, its queries are logged, and it names each edge and the authorities", () => {
    expect(one("google_dns_managed_zone", "shop")).toMatchObject({
      dns_name: "jamtangan.com.",
      dnssec_config: { state: "on", non_existence: "nsec3" },
      cloud_logging_config: { enable_logging: true },
    });
    const edge = resources(network, "google_dns_record_set")
      .map(({ attributes }) => attributes)
      .filter(({ name }) => name === "india.edge.jamtangan.com.");
    expect(edge).toMatchObject([
      { type: "AAAA", ttl: 300 },
      { type: "A", ttl: 300 },
    ]);
    const caa = resources(network, "google_dns_record_set").find(({ attributes }) => attributes.type === "CAA");
    expect(caa?.attributes.rrdatas).toEqual(['0 issue "letsencrypt.org"', '0 issue "pki.goog"', '0 issuewild ";"']);
  });
});

describe("a country's network", () => {
  test("reserves exactly the address plan", () => {
    const reserved = resources(network, "google_compute_address")
      .filter(({ attributes }) => attributes.address_type === "INTERNAL")
      .map(({ attributes }) => [attributes.name, attributes.address]);
    const planned = Object.entries(planAddresses(threeCountries)).flatMap(([country, { fixed }]) =>
      Object.entries(fixed).map(([label, { address }]) => [`${country}-${label}`, address]),
    );
    expect(reserved.sort()).toEqual(planned.sort());
  });

  test("has two stacks where the edge lives, and nowhere else", () => {
    const dual = resources(network, "google_compute_subnetwork")
      .map(({ attributes }) => attributes)
      .filter(({ stack_type }) => stack_type);
    expect(dual.map(({ name }) => name).sort()).toEqual(["india-edge", "indonesia-edge", "singapore-edge"]);
    for (const subnet of dual) expect(subnet).toMatchObject({ stack_type: "IPV4_IPV6", ipv6_access_type: "EXTERNAL" });
  });

  test("names every fixed internal address in the private zone", () => {
    const named = resources(network, "google_dns_record_set").flatMap(
      ({ attributes }) => (attributes.rrdatas as string[]) ?? [],
    );
    for (const { fixed } of Object.values(planAddresses(threeCountries))) {
      for (const { address } of Object.values(fixed)) expect(named).toContain(address);
    }
  });

  test("logs flows and reaches Google privately from every subnet", () => {
    for (const { attributes } of resources(network, "google_compute_subnetwork")) {
      expect(attributes).toMatchObject({
        private_ip_google_access: true,
        log_config: expect.anything(),
      });
    }
  });

  test("leaves through an address of its own", () => {
    expect(one("google_compute_router_nat", "india-router")).toMatchObject({
      nat_ip_allocate_option: "MANUAL_ONLY",
      nat_ips: [expect.stringContaining("address-nat-public")],
    });
  });

  test("gives each key to one service agent and rotates it every 90 days", () => {
    const grants = resources(network, "google_kms_crypto_key_iam_member").map(({ attributes }) => attributes);
    expect(new Set(grants.map(({ member }) => member)).size).toBe(4);
    expect(new Set(grants.map(({ crypto_key_id }) => crypto_key_id)).size).toBe(grants.length);
    expect(grants.length).toBe(resources(network, "google_kms_crypto_key").length);
    for (const { attributes } of resources(network, "google_kms_crypto_key")) {
      expect(attributes.rotation_period).toBe("7776000s");
    }
  });
});
