import { listOf, type SynthesizedEstate } from "../synthesized/estate";
import { type Party, partyOf } from "./relations";

export const INTERNET = "the internet";
/** Ranges that are not the estate's. Source: https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges */
const KNOWN: Readonly<Record<string, string>> = {
  "0.0.0.0/0": INTERNET,
  "::/0": INTERNET,
  "35.235.240.0/20": "Identity-Aware Proxy",
  "35.191.0.0/16": "Google's health checks",
  "130.211.0.0/22": "Google's health checks",
  "209.85.152.0/22": "Google's health checks",
  "209.85.204.0/22": "Google's health checks",
};

/** Every range that has a name in the estate, or a known one. */
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
  const known = Object.entries(KNOWN).map(([range, what]): [string, Party] => [range, { what }]);
  return new Map([...known, ...subnets, ...controlPlanes]);
}

/** A range by its name; one that has none by its place in the /14 that a country has of the address plan. */
export function sourceOf(range: string, ranges: ReadonlyMap<string, Party>): Party {
  const known = ranges.get(range);
  if (known) return known;
  const block = blockOf(range);
  const [, neighbour] = [...ranges].find(([other, { country }]) => country && blockOf(other) === block) ?? [];
  if (!neighbour?.country) return { what: range };
  return { what: `range x.x.${range.split(".").slice(2).join(".")}`, country: neighbour.country };
}

function blockOf(range: string): string {
  const [first, second] = range.split(".").map(Number);
  return `${first}.${(second ?? 0) & ~3}`;
}
