import { ACME } from "./acme";
import { overlap, parseCidr, rangeOf } from "./cidr";
import { type Problem, problem, when } from "./problem";
import { judge, readable } from "./readable";
import type { Country, Topology } from "./topology";
import { topology as schema } from "./topology-schema";
import { COUNTRY_RULES } from "./validate-country";
import { firstDatabaseProblems, quorumProblems } from "./validate-database";

/** Rules between fields. Types and limits of single fields are in the schema. */
const RULES: readonly ((topology: Topology) => Problem[])[] = [
  administratorProblems,
  alertProblems,
  authorityProblems,
  countryCountProblems,
  quorumProblems,
  firstDatabaseProblems,
  (topology) => repeated(topology, "region"),
  (topology) => repeated(topology, "slot"),
];

/**
 * Everything wrong with a topology, each problem with path, value and remedy; empty when it is valid. Reports all
 * problems at once and accepts any input, because synthesis strips types without checking them.
 */
export function validateTopology(given: unknown): Problem[] {
  const flaws = schema.check([], given);
  const told = flaws.map((flaw) => flaw.problem);
  if (flaws.some(({ path }) => path.length === 0)) return told;
  const topology = readable(given as Topology, flaws);
  const countries = judge(() => Object.keys(topology.countries));
  return [
    ...told,
    ...RULES.flatMap((rule) => judge(() => rule(topology))),
    ...countries.flatMap((country) => COUNTRY_RULES.flatMap((rule) => judge(() => rule(topology, country)))),
  ];
}

function countryCountProblems({ countries }: Topology): Problem[] {
  const keys = Object.keys(countries);
  return when(keys.length < 2, "countries", keys, "name at least two, or there is nothing to fail over to");
}

/** A wrong value in a shared secret would silence both ways. */
function alertProblems({ alerts }: Topology): Problem[] {
  if (!alerts) return [];
  const { critical, warning } = alerts;
  return when(
    critical.secret === warning.secret,
    "alerts.warning.secret",
    warning.secret,
    "name another secret than that of alerts.critical: a wrong value would silence both",
  );
}

/** CAA records would refuse what the renewal orders. */
function authorityProblems({ dns }: Topology): Problem[] {
  const { acmeContact, certificateAuthorities } = dns;
  return when(
    acmeContact !== undefined && !certificateAuthorities.includes(ACME.authority),
    "dns.certificateAuthorities",
    certificateAuthorities,
    `name ${ACME.authority} too, which certificates are renewed from, or leave acmeContact out`,
  );
}

/**
 * The console must not be open to the internet: a range is an office's, at most a /24, and not private, which NAT hides.
 */
function administratorProblems({ administrators = [] }: Topology): Problem[] {
  const inside = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(rangeOf);
  return administrators.flatMap((cidr) => {
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
        inside.some((other) => overlap(range, other)),
        "administrators",
        cidr,
        "use the public range that people connect from",
      ),
    ];
  });
}

/** Values of `field` that two countries share: the second is refused, naming the first. */
function repeated({ countries }: Topology, field: "region" | "slot"): Problem[] {
  const values = Object.entries(countries).map(([name, country]: [string, Country]) => ({
    name,
    value: country[field],
  }));
  return values.flatMap(({ name, value }, index) => {
    const first = values.findIndex((other) => other.value === value);
    return when(
      first < index,
      `countries.${name}.${field}`,
      value,
      `${values[first]?.name} already uses it: give each country its own`,
    );
  });
}
