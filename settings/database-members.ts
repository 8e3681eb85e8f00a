import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { type Country, servingOrder, type Topology } from "../config/topology";

export interface DatabaseMember {
  /** Unique in the cluster: country and label. */
  readonly name: string;
  readonly country: string;
  /** Its label in the address plan, such as `database-1`. */
  readonly label: string;
  readonly address: string;
  readonly zone: string;
  /** Galera segment, one per country: the country's slot. */
  readonly segment: number;
}

/**
 * Every node, in the same order everywhere: the one that initializes the cluster first, the one that takes backups
 * last.
 */
export function databaseMembers(topology: Topology, plan: AddressPlan): DatabaseMember[] {
  const countries = Object.entries(topology.countries);
  const isFirst = ([name]: [string, Country]) => name === topology.firstDatabase;
  const inOrder = [...countries.filter(isFirst), ...countries.filter((country) => !isFirst(country))];
  return inOrder.flatMap(([country, { database, zones, slot }]) =>
    Array.from({ length: database.nodes }, (_, index): DatabaseMember => {
      const label = `database-${index + 1}`;
      return {
        name: `${country}-${label}`,
        country,
        label,
        address: fixedAddress(plan, country, label),
        zone: zones[index % zones.length] as string,
        segment: slot,
      };
    }),
  );
}

/** The nodes in the order in which a country's apps use them. */
export function nearestDatabases(topology: Topology, plan: AddressPlan, country: string): DatabaseMember[] {
  const members = databaseMembers(topology, plan);
  return servingOrder(topology, country).flatMap((near) => members.filter((member) => member.country === near));
}
