import fc from "fast-check";
import { type CountryPlan, fixedAddress, planAddresses } from "../../config/address-plan";
import { addressNumber, overlap, parseCidr, type Range } from "../../config/cidr";
import { getOrThrow } from "../../config/get-or-throw";
import { REGION_ZONES } from "../../config/regions";
import type { Country, Topology } from "../../config/topology";
import { changed, threeCountries } from "../support/topologies";

/** Any number of countries in any regions and slots, some watched from another one. */
const topologies: fc.Arbitrary<Topology> = fc
  .uniqueArray(
    fc.record({
      region: fc.constantFrom(...Object.keys(REGION_ZONES)),
      slot: fc.integer({ min: 0, max: 63 }),
      nodes: fc.integer({ min: 0, max: 9 }),
      watched: fc.option(fc.nat({ max: 100 })),
    }),
    { minLength: 1, maxLength: 40, selector: ({ region }) => region },
  )
  .map((drawn) => drawn.filter(({ slot }, index) => drawn.findIndex((other) => other.slot === slot) === index))
  .map((drawn) => {
    const sites = drawn.filter(({ watched }, index) => index === 0 || watched === null);
    const countries = drawn.map(({ region, slot, nodes, watched }, index): [string, Country] => {
      const site = index > 0 && watched !== null ? sites[watched % sites.length] : undefined;
      const monitoring = site ? { site: site.region } : getOrThrow(threeCountries.countries, "india").monitoring;
      return [
        region,
        {
          ...getOrThrow(threeCountries.countries, "india"),
          region,
          slot,
          database: {
            ...getOrThrow(threeCountries.countries, "india").database,
            nodes,
          },
          monitoring,
        },
      ];
    });
    return changed({ countries: Object.fromEntries(countries) });
  });

test("no two ranges of all countries overlap", () => {
  check(topologies, (topology) => {
    const ranges = Object.values(planAddresses(topology)).flatMap(rangesOf).map(rangeOf);
    const sorted = ranges.toSorted((a, b) => a.first - b.first);
    const overlapping = sorted.slice(1).filter((range, index) => overlap(sorted[index] ?? range, range));
    expect(overlapping).toEqual([]);
  });
});

test("a country's ranges lie in its own block, and that in 10.0.0.0/8", () => {
  check(topologies, (topology) => {
    for (const [country, plan] of Object.entries(planAddresses(topology))) {
      expect(plan.block).toBe(`10.${4 * getOrThrow(topology.countries, country).slot}.0.0/14`);
      const block = rangeOf(plan.block);
      expect(rangesOf(plan).filter((range) => !within(rangeOf(range), block))).toEqual([]);
      expect(within(block, rangeOf("10.0.0.0/8"))).toBe(true);
    }
  });
});

test("no range has host bits", () => {
  check(topologies, (topology) => {
    const ranges = Object.values(planAddresses(topology)).flatMap((plan) => [plan.block, ...rangesOf(plan)]);
    expect(ranges.map(parseCidr).filter((range) => typeof range === "string")).toEqual([]);
  });
});

test("a fixed address lies in its subnet, neither among its first ten nor its last", () => {
  check(topologies, (topology) => {
    const misplaced = Object.values(planAddresses(topology)).flatMap(({ fixed, subnets }) =>
      Object.values(fixed).filter(({ address, subnet }) => {
        const { first, last } = rangeOf(subnets[subnet]);
        return numberOf(address) < first + 10 || numberOf(address) >= last;
      }),
    );
    expect(misplaced).toEqual([]);
  });
});

test("no two fixed addresses are the same", () => {
  check(topologies, (topology) => {
    const fixed = Object.values(planAddresses(topology)).flatMap((plan) => Object.values(plan.fixed));
    expect(new Set(fixed.map(({ address }) => address)).size).toBe(fixed.length);
  });
});

test("every country has a way to the database, every node an address, and monitoring's where the country has a site", () => {
  check(topologies, (topology) => {
    for (const [country, { fixed }] of Object.entries(planAddresses(topology))) {
      const { database, monitoring } = getOrThrow(topology.countries, country);
      const labels = Object.keys(fixed);
      expect(labels).toContain("database");
      expect(labels.filter((label) => label.startsWith("database-"))).toHaveLength(database.nodes);
      const ofSite = ["prometheus", "prometheus-1", "prometheus-2", "grafana", "elasticsearch", "kibana"];
      expect(ofSite.filter((label) => labels.includes(label))).toEqual("site" in monitoring ? [] : ofSite);
    }
  });
});

test("adding a country changes no other country's plan", () => {
  check(topologies, (topology) => {
    const plans = planAddresses(topology);
    for (const added of Object.keys(topology.countries)) {
      const { [added]: _, ...countries } = topology.countries;
      const { [added]: __, ...others } = plans;
      expect(planAddresses({ ...topology, countries })).toEqual(others);
    }
  });
});

test("the plan of Indonesia, of which nothing may change once it is deployed", () => {
  expect(planAddresses(threeCountries).indonesia).toMatchInlineSnapshot(`
    {
      "block": "10.0.0.0/14",
      "controlPlane": "10.2.67.0/28",
      "fixed": {
        "database": {
          "address": "10.2.64.10",
          "subnet": "edge",
        },
        "database-1": {
          "address": "10.2.65.10",
          "subnet": "data",
        },
        "elasticsearch": {
          "address": "10.2.51.12",
          "subnet": "monitoring",
        },
        "grafana": {
          "address": "10.2.51.11",
          "subnet": "monitoring",
        },
        "ingress": {
          "address": "10.2.47.10",
          "subnet": "nodes",
        },
        "kibana": {
          "address": "10.2.51.13",
          "subnet": "monitoring",
        },
        "prometheus": {
          "address": "10.2.51.10",
          "subnet": "monitoring",
        },
        "prometheus-1": {
          "address": "10.2.51.14",
          "subnet": "monitoring",
        },
        "prometheus-2": {
          "address": "10.2.51.15",
          "subnet": "monitoring",
        },
        "rabbitmq": {
          "address": "10.2.47.11",
          "subnet": "nodes",
        },
        "vpn": {
          "address": "10.2.66.10",
          "subnet": "vpn",
        },
      },
      "monitoringControlPlane": "10.2.67.16/28",
      "monitoringPods": "10.1.0.0/17",
      "monitoringServices": "10.2.16.0/20",
      "pods": "10.0.0.0/16",
      "services": "10.2.0.0/20",
      "subnets": {
        "data": "10.2.65.0/24",
        "edge": "10.2.64.0/24",
        "monitoring": "10.2.48.0/22",
        "nodes": "10.2.32.0/20",
        "vpn": "10.2.66.0/24",
      },
    }
  `);
});

test("a fixed address is found by country and label, or both are named with what there is", () => {
  const plan = planAddresses(threeCountries);
  expect(fixedAddress(plan, "india", "ingress")).toBe("10.10.47.10");
  expect(() => fixedAddress(plan, "japan", "ingress")).toThrow(
    '"japan" does not exist: known keys are indonesia, singapore, india',
  );
  expect(() => fixedAddress(plan, "india", "constructor")).toThrow(
    '"constructor" does not exist: known keys are ingress, rabbitmq, database, database-1, vpn, prometheus, grafana, elasticsearch, kibana, prometheus-1, prometheus-2',
  );
});

function check(values: fc.Arbitrary<Topology>, property: (topology: Topology) => void): void {
  // A fixed seed: a failure on one machine fails on every machine.
  fc.assert(fc.property(values, property), { numRuns: 100, seed: 20261122 });
}

/** Every range that something in a country is given, without the block that holds them. */
function rangesOf({ pods, monitoringPods, services, monitoringServices, ...plan }: CountryPlan): string[] {
  const { subnets, controlPlane, monitoringControlPlane } = plan;
  return [
    pods,
    monitoringPods,
    services,
    monitoringServices,
    ...Object.values(subnets),
    controlPlane,
    monitoringControlPlane,
  ];
}

function rangeOf(cidr: string): Range {
  const range = parseCidr(cidr);
  if (typeof range === "string") throw new Error(range);
  return range;
}

function numberOf(address: string): number {
  return addressNumber(address) ?? Number.NaN;
}

function within(inner: Range, outer: Range): boolean {
  return inner.first >= outer.first && inner.last <= outer.last;
}
