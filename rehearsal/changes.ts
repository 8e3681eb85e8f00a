import { getOrThrow } from "../config/get-or-throw";
import { REGION_ZONES, zonesOf } from "../config/regions";
import type { Country, Topology } from "../config/topology";

/** One change of a topology, as a reviewed branch would make it. */
export type Change = (topology: Topology) => Topology;

/** Key of the country that is added and taken away. */
export const NEWCOMER = "newcomer";

/** The day-2 changes that are rehearsed, by name. Countries are chosen by their place in the topology, never by name. */
export const changes: Readonly<Record<string, Change>> = {
  "edge-rate": inFirst((country) => ({
    ...country,
    edge: { ...country.edge, requestsPer10Seconds: country.edge.requestsPer10Seconds - 100 },
  })),
  "app-image": inFirst((country) => ({ ...country, app: { ...country.app, image: `${country.app.image}-rehearsal` } })),
  "database-machine": inFirst((country) => ({
    ...country,
    database: { ...country.database, machineType: "n2-highmem-4" },
  })),
  "failover-order": inFirst((country) => ({ ...country, failover: country.failover.toReversed() })),
  "app-replicas": inFirst((country) => ({
    ...country,
    app: { ...country.app, minReplicas: country.app.minReplicas + 1 },
  })),
  "ingress-controller": inFirst((country) => ({
    ...country,
    cluster: {
      ...country.cluster,
      ingress: country.cluster.ingress === "ingress-nginx" ? "nginx-ingress" : "ingress-nginx",
    },
  })),
  "new-country": (topology) => ({ ...topology, countries: { ...topology.countries, [NEWCOMER]: newcomer(topology) } }),
};

/** A topology with a change made to it. */
export function changed(topology: Topology, change: string): Topology {
  return getOrThrow(changes, change)(topology);
}

/** The country of the first database node, which every environment has. */
export function changedCountry({ firstDatabase }: Topology): string {
  return firstDatabase;
}

function inFirst(change: (country: Country) => Country): Change {
  return (topology) => {
    const key = changedCountry(topology);
    return { ...topology, countries: { ...topology.countries, [key]: change(getOrThrow(topology.countries, key)) } };
  };
}

/** As the runbook adds one: a free region and slot, no database node of its own, a monitoring site like another's. */
function newcomer({ countries }: Topology): Country {
  const all = Object.values(countries);
  const template = all[0] as Country;
  const taken = new Set(all.map(({ region }) => region));
  const region = Object.keys(REGION_ZONES).find((one) => !taken.has(one)) as string;
  const [first, second, third] = zonesOf(region) as [string, string, string];
  return {
    ...template,
    region,
    zones: [first, second, third],
    slot: Math.max(...all.map(({ slot }) => slot)) + 1,
    failover: Object.keys(countries).slice(0, 2),
    database: { ...template.database, nodes: 0 },
  };
}
