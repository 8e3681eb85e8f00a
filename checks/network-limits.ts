import type { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import type { ComputeFirewall } from "@cdktf/provider-google/lib/compute-firewall";
import type { ComputeHealthCheck } from "@cdktf/provider-google/lib/compute-health-check";
import type { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import type { ComputeRouterNat } from "@cdktf/provider-google/lib/compute-router-nat";
import type { ComputeSubnetwork } from "@cdktf/provider-google/lib/compute-subnetwork";
import type { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import type { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { addressNumber, overlap, parseCidr, type Range, rangeOf } from "../config/cidr";
import { REGION_ZONES } from "../config/regions";
import type { Check } from "./check";
import { isAbove, literalItems, literalList, literalValue, repeats } from "./literals";

export const networkLimits: Readonly<Record<string, Check>> = {
  google_compute_network: (resource) => mtuProblems(resource as ComputeNetwork),
  google_compute_subnetwork: (resource) => subnetProblems(resource as ComputeSubnetwork),
  google_compute_address: (resource) => addressProblems(resource as ComputeAddress),
  google_compute_firewall: (resource) => firewallProblems(resource as ComputeFirewall),
  google_compute_router_nat: (resource) => natProblems(resource as ComputeRouterNat),
  google_compute_health_check: (resource) => healthCheckProblems(resource as ComputeHealthCheck),
  google_compute_region_health_check: (resource) => healthCheckProblems(resource as ComputeHealthCheck),
  google_dns_managed_zone: (resource) => zoneProblems(resource as DnsManagedZone),
  google_dns_record_set: (resource) => geolocationProblems(resource as DnsRecordSet),
};

function mtuProblems({ mtuInput = 1460 }: ComputeNetwork): string[] {
  return isAbove(1300, mtuInput) || isAbove(mtuInput, 8896) ? [`mtu ${mtuInput} is refused: use 1300 to 8896`] : [];
}

function subnetProblems(subnet: ComputeSubnetwork): string[] {
  const secondary = literalList(subnet.secondaryIpRangeInput);
  const written = [subnet.ipCidrRangeInput, ...secondary.map(({ ipCidrRange }) => ipCidrRange)];
  const parsed = written.flatMap((cidr) => (literalValue(cidr) ? [{ cidr, range: parseCidr(cidr as string) }] : []));
  const broken = parsed.flatMap(({ range }) => (typeof range === "string" ? [range] : []));
  const ranges = parsed.filter((entry): entry is { cidr: string; range: Range } => typeof entry.range !== "string");
  const overlaps = ranges.flatMap((a, index) =>
    ranges
      .slice(index + 1)
      .filter((b) => overlap(a.range, b.range))
      .map((b) => `${a.cidr} overlaps ${b.cidr}: give each range its own addresses`),
  );
  const names = repeats(secondary.map(({ rangeName }) => rangeName)).map(
    (name) => `secondary range "${name}" is named twice: rename one`,
  );
  return [...broken, ...overlaps, ...names];
}

function addressProblems({
  addressTypeInput: type = "EXTERNAL",
  networkTierInput,
  purposeInput,
  subnetworkInput,
  ipVersionInput,
  ipv6EndpointTypeInput,
}: ComputeAddress): string[] {
  if (type === "EXTERNAL") {
    return [
      ...(purposeInput ? [`purpose ${purposeInput} is refused on an EXTERNAL address: leave it out`] : []),
      ...(ipVersionInput === "IPV6" && !(subnetworkInput && ipv6EndpointTypeInput)
        ? ["an EXTERNAL address of IPV6 belongs to a subnet: name subnetwork and ipv6_endpoint_type"]
        : []),
    ];
  }
  if (literalValue(type) === undefined) return [];
  return [
    ...(networkTierInput ? [`network_tier ${networkTierInput} is refused on an INTERNAL address: leave it out`] : []),
    ...(subnetworkInput ? [] : ["an INTERNAL address without a subnetwork is refused: name the subnet it lies in"]),
  ];
}

function firewallProblems(firewall: ComputeFirewall): string[] {
  const sources = literalList(firewall.sourceRangesInput);
  const ranges = [...sources, ...literalList(firewall.destinationRangesInput)];
  const direction = firewall.directionInput ?? "INGRESS";
  const opened = [...literalList(firewall.allowInput), ...literalList(firewall.denyInput)];
  return [
    ...literalItems(ranges)
      .filter((range) => !isIpv6(range))
      .map(parseCidr)
      .filter((range) => typeof range === "string"),
    ...(literalItems(ranges).some(isIpv6) && !literalItems(ranges).every(isIpv6)
      ? ["ranges of IPv4 and IPv6 in one rule are refused: split it"]
      : []),
    ...(direction === "EGRESS" && sources.length > 0
      ? ["source_ranges are refused on an EGRESS rule: use destination_ranges"]
      : []),
    ...(sources.length > 256 ? [`${sources.length} source ranges are refused: a rule takes 256, split it`] : []),
    ...opened.flatMap(({ protocol, ports = [] }) => portProblems(protocol, literalItems(literalList(ports)))),
  ];
}

function isIpv6(range: string): boolean {
  return range.includes(":");
}

function portProblems(protocol: string, ports: readonly string[]): string[] {
  const hasPorts = literalValue(protocol) === undefined || ["tcp", "udp", "sctp"].includes(protocol);
  if (ports.length > 0 && !hasPorts) {
    return [`ports ${ports.join(", ")} are refused for ${protocol}: only tcp, udp and sctp have ports`];
  }
  return ports
    .filter((port) => !/^\d+(-\d+)?$/.test(port) || port.split("-").some((number) => Number(number) > 65_535))
    .map((port) => `port "${port}" is refused: use 0 to 65535, or a range such as 8000-8010`);
}

function natProblems(nat: ComputeRouterNat): string[] {
  const { natIpAllocateOptionInput: option, minPortsPerVmInput: minimum, maxPortsPerVmInput: maximum } = nat;
  const dynamic = literalValue(nat.enableDynamicPortAllocationInput) === true;
  const isPowerOfTwo = (ports: number) => Number.isInteger(Math.log2(ports)) && ports >= 32;
  const limits = [minimum, maximum].filter((ports) => ports !== undefined);
  return [
    ...(option === "MANUAL_ONLY" && (nat.natIpsInput ?? []).length === 0
      ? ["MANUAL_ONLY without nat_ips is refused: reserve an address for it"]
      : []),
    ...(dynamic && literalValue(nat.enableEndpointIndependentMappingInput) === true
      ? ["dynamic port allocation with endpoint independent mapping is refused: turn one off"]
      : []),
    ...literalItems(limits)
      .filter((ports) => dynamic && !isPowerOfTwo(ports))
      .map((ports) => `${ports} ports per machine is refused with dynamic allocation: use a power of two from 32`),
  ];
}

function healthCheckProblems(check: ComputeHealthCheck): string[] {
  const { checkIntervalSecInput: interval = 5, timeoutSecInput: timeout = 5 } = check;
  const fromRegions = (check.sourceRegionsInput ?? []).length > 0;
  return [
    ...(isAbove(timeout, interval)
      ? [`timeout ${timeout} s is refused: it may not be longer than the interval (${interval} s)`]
      : []),
    ...(fromRegions && isAbove(30, interval)
      ? [`interval ${interval} s is refused with source_regions: use 30 s or more`]
      : []),
    ...(fromRegions && (check.grpcHealthCheckInput || check.http2HealthCheckInput || check.sslHealthCheckInput)
      ? ["this protocol is refused with source_regions: use HTTP, HTTPS or TCP"]
      : []),
  ];
}

function zoneProblems({ dnsNameInput, dnssecConfigInput }: DnsManagedZone): string[] {
  const name = literalValue(dnsNameInput);
  const specs = literalList(dnssecConfigInput?.defaultKeySpecs);
  return [
    ...(name === undefined || name.endsWith(".") ? [] : [`dns_name "${name}" is refused: end it with a dot`]),
    ...(specs.length === 1 ? ["one DNSSEC key spec is refused: give keySigning and zoneSigning, or neither"] : []),
  ];
}

function geolocationProblems({ routingPolicyInput }: DnsRecordSet): string[] {
  const items = literalList(routingPolicyInput?.geo);
  const locations = items.map(({ location }) => location);
  return [
    ...literalItems(locations)
      .filter((location) => !Object.hasOwn(REGION_ZONES, location))
      .map((location) => `geolocation "${location}" is refused: use a Google Cloud region`),
    ...repeats(locations).map((location) => `geolocation "${location}" is listed twice: keep one item per region`),
    ...items.flatMap((item) => {
      const targets = item.healthCheckedTargets?.externalEndpoints ?? [];
      const plain = item.rrdatas ?? [];
      return [
        ...(targets.length > 0 && !routingPolicyInput?.healthCheck
          ? [`"${item.location}" has checked targets without a health check: set routing_policy.health_check`]
          : []),
        ...(targets.length > 0 && plain.length > 0
          ? [`"${item.location}" has both rrdatas and checked targets, which a signed zone refuses: keep one`]
          : []),
        ...(targets.length === 0 && plain.length === 0 ? [`"${item.location}" answers nothing: give it a target`] : []),
        ...(targets.length > 1
          ? [
              `"${item.location}" has ${targets.length} checked targets, a signed zone takes one: put a load balancer before them`,
            ]
          : []),
        ...targets
          .filter(isPrivate)
          .map((target) => `${target} is private and cannot be probed from outside: use the public address`),
      ];
    }),
  ];
}

const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8"].map(rangeOf);

function isPrivate(address: string): boolean {
  const number = addressNumber(address);
  return number !== undefined && PRIVATE_RANGES.some((range) => overlap(range, { first: number, last: number }));
}
