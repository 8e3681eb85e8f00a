import { overlap, parseCidr } from "./cidr";
import { type Problem, problem, when } from "./problem";
import { REGION_ZONES } from "./regions";
import type { Country, Topology } from "./topology";
import { countryProblems } from "./validate-country";
import { deliveryProblems } from "./validate-delivery";
import { alertProblems } from "./validate-monitoring";

/** Host names put up to 48 characters before the domain (`hosts.internal`), and DNS takes 253. */
const MAXIMUM_DOMAIN = 200;

/**
 * Everything that is wrong with a topology, each problem with its path, the value and the remedy; empty when
 * it may be built. Never stops at the first.
 */
export function validateTopology(topology: Topology): Problem[] {
  const countries = Object.entries(topology.countries);
  return [
    ...environmentProblems(topology),
    ...deliveryProblems(topology.delivery),
    ...administratorProblems(topology.administrators ?? []),
    ...alertProblems(topology.alerts),
    ...(countries.length < 2
      ? [
          problem(
            "countries",
            Object.keys(topology.countries),
            "name at least two, or there is nothing to fail over to",
          ),
        ]
      : []),
    ...countries.flatMap(([name, country]) => countryProblems(topology, name, country)),
    ...(countries.length < 2 ? [] : quorumProblems(topology)),
    ...repeated(countries, "region", (country) => country.region),
    ...repeated(countries, "slot", (country) => country.slot),
  ];
}

function environmentProblems({ environment, project, domain, dns }: Topology): Problem[] {
  const unknownProbes = dns.probeRegions.filter((region) => !Object.hasOwn(REGION_ZONES, region));
  return [
    ...when(
      !/^[a-z][-a-z0-9]{0,19}$/.test(environment),
      "environment",
      environment,
      "use 1 to 20 lower-case letters, digits and hyphens",
    ),
    ...when(
      !/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(project.id),
      "project.id",
      project.id,
      "use the project's id: 6 to 30 lower-case letters, digits and hyphens",
    ),
    ...when(
      !Number.isSafeInteger(project.number) || project.number <= 0,
      "project.number",
      project.number,
      "use the number that `gcloud projects describe` prints",
    ),
    ...when(
      !isDnsName(domain),
      "domain",
      domain,
      "use a DNS name of two or more labels without a trailing dot, such as jamtangan.com",
    ),
    ...when(
      isDnsName(domain) && domain.length > MAXIMUM_DOMAIN,
      "domain",
      domain,
      `use at most ${MAXIMUM_DOMAIN} characters, host names are longer still`,
    ),
    ...when(
      dns.probeRegions.length !== 3 || new Set(dns.probeRegions).size !== 3,
      "dns.probeRegions",
      dns.probeRegions,
      "name exactly three different regions",
    ),
    ...unknownProbes.map((region) => problem("dns.probeRegions", region, "use a region of config/regions.ts")),
    ...when(
      dns.certificateAuthorities.length === 0,
      "dns.certificateAuthorities",
      dns.certificateAuthorities,
      "name the CA that issues the edge's certificate, or none can be issued",
    ),
    ...dns.certificateAuthorities
      .filter((authority) => !isDnsName(authority))
      .map((authority) =>
        problem("dns.certificateAuthorities", authority, "use the CA's CAA name, such as letsencrypt.org"),
      ),
  ];
}

/** The console is no door to the internet: a range is an office's, at most a /24, and no private one, which NAT hides. */
function administratorProblems(ranges: readonly string[]): Problem[] {
  const inside = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(parseCidr);
  return ranges.flatMap((cidr) => {
    const range = parseCidr(cidr);
    if (typeof range === "string") return [problem("administrators", cidr, range)];
    return [
      ...when(
        range.last - range.first > 255,
        "administrators",
        cidr,
        "use a /24 or smaller: this is the VPN's console",
      ),
      ...when(
        inside.some((other) => typeof other !== "string" && overlap(range, other)),
        "administrators",
        cidr,
        "use the public range that people are seen as",
      ),
    ];
  });
}

/** Galera goes on with more than half of its nodes: losing any one country must leave them. */
function quorumProblems({ countries, firstDatabase }: Topology): Problem[] {
  const nodes = Object.entries(countries).map(([name, { database }]) => ({ name, nodes: database.nodes }));
  const total = nodes.reduce((sum, country) => sum + country.nodes, 0);
  const written = nodes.map((country) => `${country.name} ${country.nodes}`).join(", ");
  const first = Object.hasOwn(countries, firstDatabase) ? countries[firstDatabase] : undefined;
  return [
    ...when(
      total < 3 || total % 2 === 0,
      "countries.*.database.nodes",
      written,
      `an even number (${total}), or fewer than 3, can split into halves that both stop: make it odd`,
    ),
    ...nodes
      .filter((country) => 2 * country.nodes >= total)
      .map((country) =>
        problem(
          `countries.${country.name}.database.nodes`,
          country.nodes,
          `it is half of all ${total} or more, so the database stops with this country: use fewer here or more elsewhere`,
        ),
      ),
    ...when(
      (first?.database.nodes ?? 0) === 0,
      "firstDatabase",
      firstDatabase,
      "name a country that has a database node",
    ),
  ];
}

/** Values of `field` that two countries share: the second is refused and the first named. */
function repeated(countries: [string, Country][], field: string, read: (country: Country) => unknown): Problem[] {
  return countries.flatMap(([name, country], index) => {
    const first = countries.findIndex(([, other]) => read(other) === read(country));
    return when(
      first < index,
      `countries.${name}.${field}`,
      read(country),
      `${countries[first]?.[0]} has it: give each country its own`,
    );
  });
}

function isDnsName(name: string): boolean {
  return name.length <= 253 && /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])$/.test(name);
}
