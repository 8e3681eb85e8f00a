import { COUNTRY_BITS } from "../../config/address-plan";
import { blockAround, contains, parseCidr, rangeOf } from "../../config/cidr";
import {
  ESTATE_RANGE,
  EVERYWHERE,
  EVERYWHERE_IPV6,
  HEALTH_CHECK_RANGES,
  HEALTH_CHECK_RANGES_IPV6,
  IAP_RANGES,
} from "../../config/google-ranges";
import { listOf, type SynthesizedEstate } from "../synthesized/estate";
import { type Party, partyOf } from "./relations";

export const INTERNET = "the internet";
export const INTERNET_IPV6 = "the internet (IPv6)";
/** Ranges outside the estate. */
const KNOWN: readonly (readonly [range: string, name: string])[] = [
  ...EVERYWHERE.map((range) => [range, INTERNET] as const),
  ...EVERYWHERE_IPV6.map((range) => [range, INTERNET_IPV6] as const),
  [ESTATE_RANGE, "the whole estate"],
  ...IAP_RANGES.map((range) => [range, "Identity-Aware Proxy"] as const),
  ...[...HEALTH_CHECK_RANGES, ...HEALTH_CHECK_RANGES_IPV6].map((range) => [range, "Google's health checks"] as const),
];

/** Every range with a name in the estate, or with a known one. */
export function rangesOf(estate: SynthesizedEstate): ReadonlyMap<string, Party> {
  const subnets = estate.ofType("google_compute_subnetwork").flatMap(({ attributes }) => {
    const party = partyOf(String(attributes.name), estate);
    const secondary = listOf(attributes.secondary_ip_range).map((range): [string, Party] => [
      String(range.ip_cidr_range),
      { ...party, what: `${range.range_name} of subnet ${party.what}` },
    ]);
    const primary: [string, Party] = [String(attributes.ip_cidr_range), { ...party, what: `subnet ${party.what}` }];
    return [primary, ...secondary];
  });
  const controlPlanes = estate.ofType("google_container_cluster").flatMap(({ attributes }) =>
    listOf(attributes.private_cluster_config).map((config): [string, Party] => {
      const party = partyOf(String(attributes.name), estate);
      return [String(config.master_ipv4_cidr_block), { ...party, what: `control plane of ${party.what}` }];
    }),
  );
  const known = KNOWN.map(([range, what]): [string, Party] => [range, { what }]);
  return new Map([...known, ...subnets, ...controlPlanes]);
}

/** The name of a range; without one, the country whose block of the address plan contains it. */
export function sourceOf(range: string, ranges: ReadonlyMap<string, Party>): Party {
  const known = ranges.get(range);
  if (known) return known;
  const parsed = parseCidr(range);
  if (typeof parsed === "string") return { what: range };
  const block = blockAround(parsed, COUNTRY_BITS);
  const [, neighbour] = [...ranges].find(([other, { country }]) => country && contains(block, rangeOf(other))) ?? [];
  if (!neighbour?.country) return { what: range };
  return { what: `range x.x.${range.split(".").slice(2).join(".")}`, country: neighbour.country };
}
