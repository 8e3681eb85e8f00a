import { partyOf } from "../reach/relations";
import { serverOrders } from "../server-orders";
import { type Attributes, listOf, type SynthesizedEstate, type SynthesizedResource } from "../synthesized/estate";
import type { Country, Dns, Edge, Picture } from "./picture";
import { readCluster } from "./read-cluster";
import { readDatabases, readVpn } from "./read-machines";
import { readSite } from "./read-site";

/** The estate as its JSON has it. What is missing there is missing here. */
export function readPicture(estate: SynthesizedEstate): Picture {
  const entrances = new Map(estate.countries.map((name) => [name, entranceOf(estate, name)]));
  const dns = readDns(estate, entrances);
  const order = [...new Set([...(dns?.countries ?? []), ...[...estate.countries].sort()])];
  return {
    environment: estate.environment,
    ...(dns && { dns }),
    countries: order.map((name) => readCountry(estate, name, entrances.get(name))),
  };
}

function readCountry(estate: SynthesizedEstate, name: string, entrance: SynthesizedResource | undefined): Country {
  const ofStack = (type: string) => estate.ofType(type).filter(({ stack }) => stack === `region-${name}`);
  const region = String(ofStack("google_compute_region_instance_group_manager")[0]?.attributes.region ?? "");
  const edge = readEdge(ofStack, entrance);
  const cluster = readCluster(estate, name);
  const site = readSite(estate, name);
  const vpn = readVpn(estate, name);
  const buckets = estate
    .ofType("google_storage_bucket")
    .flatMap(({ attributes }) => {
      const { what } = partyOf(String(attributes.name), estate);
      const location = String(attributes.location).toLowerCase();
      // A region has a number, a multi-region is every country's.
      if (/\d/.test(location)) return location === region ? [what] : [];
      return [`${what} (${location})`];
    })
    .sort();
  return {
    name,
    region,
    ...(edge && { edge }),
    ...(cluster && { cluster }),
    databases: readDatabases(estate, name),
    ...(site && { site }),
    buckets,
    ...(vpn && { vpn }),
  };
}

/** The reserved address that users of a country come in by. IPv6 leads to the same machines. */
function entranceOf(estate: SynthesizedEstate, country: string): SynthesizedResource | undefined {
  const [address] = estate
    .ofType("google_compute_forwarding_rule")
    .filter(({ stack, attributes }) => stack === `region-${country}` && attributes.load_balancing_scheme === "EXTERNAL")
    .map(({ stack, attributes }) => estate.follow(String(attributes.ip_address), stack))
    .filter((found) => typeof found !== "object" || found.attributes.ip_version !== "IPV6");
  return typeof address === "object" ? address : undefined;
}

function readDns(
  estate: SynthesizedEstate,
  entrances: ReadonlyMap<string, SynthesizedResource | undefined>,
): Dns | undefined {
  const sets = estate
    .ofType("google_dns_record_set")
    .filter(({ attributes }) => attributes.routing_policy && attributes.type !== "AAAA");
  const [first] = sets;
  if (!first) return undefined;
  const [policy = {}] = listOf(first.attributes.routing_policy);
  const items = [...listOf(policy.geo), ...listOf(policy.wrr)];
  const addresses = items.flatMap(endpointsOf).map((endpoint) => estate.follow(endpoint, first.stack));
  const healthy = policy.health_check ? "healthy " : "";
  const words = `${policy.geo ? `the nearest ${healthy}country` : `a ${healthy}country by weight`}, for`;
  return {
    names: sets.map(({ attributes }) => String(attributes.name).replace(/\.$/, "")).sort(byLength),
    policy: `${words} ${first.attributes.ttl} s`,
    countries: addresses.flatMap((address) => [...entrances].find(([, entrance]) => entrance === address)?.[0] ?? []),
  };
}

function endpointsOf({ rrdatas, health_checked_targets: checked }: Attributes): readonly string[] {
  return [...listOf<string>(rrdatas), ...listOf(checked).flatMap((each) => listOf<string>(each.external_endpoints))];
}

function byLength(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

function readEdge(
  ofStack: (type: string) => readonly SynthesizedResource[],
  entrance: SynthesizedResource | undefined,
): Edge | undefined {
  const [group] = ofStack("google_compute_region_instance_group_manager");
  const template = ofStack("google_compute_region_instance_template").find(({ attributes }) => configOf(attributes));
  if (!group || !template) return undefined;
  const orders = serverOrders(configOf(template.attributes));
  return {
    machines: Number(group.attributes.target_size),
    machineType: String(template.attributes.machine_type),
    address: entrance ? String(entrance.attributes.name) : "no public address",
    reads: orders.get("reads") ?? [],
    writes: orders.get("writes") ?? [],
    database: orders.get("database") ?? [],
  };
}

function configOf({ metadata }: Attributes): string {
  return String((metadata as Attributes | undefined)?.["haproxy-cfg"] ?? "");
}
