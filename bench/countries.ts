import { production } from "../config/production";
import { REGION_ZONES, zonesOf } from "../config/regions";
import type { Country, Topology } from "../config/topology";

/** An estate of `count` countries with production's machines, each failing over to its two neighbours in the list. */
export function estateOf(count: number): Topology {
  const regions = Object.keys(REGION_ZONES).slice(0, count);
  const template = Object.values(production.countries)[0] as Country;
  const countries = regions.map((region, slot): [string, Country] => {
    const neighbours = [regions[(slot + 1) % count], regions[(slot + 2) % count]] as [string, string];
    const [first, second, third] = zonesOf(region) as [string, string, string];
    const failover = [...new Set(neighbours)].filter((neighbour) => neighbour !== region).map(keyOf);
    // The total number of nodes must be odd.
    const nodes = slot === 0 && count % 2 === 0 ? 2 : 1;
    const database = { ...template.database, nodes };
    return [keyOf(region), { ...template, database, region, zones: [first, second, third], slot, failover }];
  });
  return { ...production, firstDatabase: keyOf(regions[0] as string), countries: Object.fromEntries(countries) };
}

/** Region names are too long for a country's key: asia-southeast2 becomes asia-se2. */
function keyOf(region: string): string {
  return region
    .replace("north", "n")
    .replace("south", "s")
    .replace("east", "e")
    .replace("west", "w")
    .replace("central", "c");
}
