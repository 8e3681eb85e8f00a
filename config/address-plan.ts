import { getOrThrow } from "./get-or-throw";
import { monitoringSite, type Topology } from "./topology";

/**
 * The ranges and fixed internal addresses of one country: a pure function of its slot, so adding a country
 * renumbers nothing.
 *
 * Slot `s` owns 10.(4s).0.0/14. Within it, with `b = 4s`:
 *
 * | range            | for                                     | holds                        |
 * | ---------------- | --------------------------------------- | ---------------------------- |
 * | 10.b.0.0/16      | pods of the app cluster                 | 256 nodes of 110 pods        |
 * | 10.(b+1).0.0/17  | pods of the monitoring cluster          | 128 nodes                    |
 * | 10.(b+2).0.0/20  | services of the app cluster             | 4,096                        |
 * | 10.(b+2).16.0/20 | services of the monitoring cluster      | 4,096                        |
 * | 10.(b+2).32.0/20 | nodes of the app cluster                | 4,092 less fixed addresses   |
 * | 10.(b+2).48.0/22 | nodes of the monitoring cluster         | 1,020 less fixed addresses   |
 * | 10.(b+2).64.0/24 | edge                                    | 251 machines, 1 fixed address|
 * | 10.(b+2).65.0/24 | data                                    | 252 machines                 |
 * | 10.(b+2).66.0/24 | VPN                                     | 252 machines                 |
 * | 10.(b+2).67.0/28 | control plane of the app cluster        | GKE takes exactly a /28      |
 * | 10.(b+2).67.16/28| control plane of the monitoring cluster | GKE takes exactly a /28      |
 *
 * The rest, 10.(b+3).0.0/16 among it, is free.
 */
export interface CountryPlan {
  readonly block: string;
  readonly pods: string;
  readonly monitoringPods: string;
  readonly services: string;
  readonly monitoringServices: string;
  /** Primary ranges of the country's subnets, by the subnet's name. */
  readonly subnets: Readonly<Record<SubnetName, string>>;
  readonly controlPlane: string;
  readonly monitoringControlPlane: string;
  /** Every fixed internal address by the label that also names it in the private zone. */
  readonly fixed: Readonly<Record<string, FixedAddress>>;
}

/** Length of the prefix that a country's block has. */
export const COUNTRY_BITS = 14;

export const SUBNET_NAMES = ["nodes", "monitoring", "edge", "data", "vpn"] as const;
export type SubnetName = (typeof SUBNET_NAMES)[number];

export interface FixedAddress {
  readonly address: string;
  readonly subnet: SubnetName;
}

/** The plans of all countries, by country. */
export type AddressPlan = Readonly<Record<string, CountryPlan>>;

/** The plan of every country of a topology. Expects a valid topology (slots 0 to 63). */
export function planAddresses(topology: Topology): AddressPlan {
  return Object.fromEntries(
    Object.entries(topology.countries).map(([country, { slot, database }]) => [
      country,
      planCountry(slot, database.nodes, monitoringSite(topology, country) === country),
    ]),
  );
}

function planCountry(slot: number, databaseNodes: number, hasSite: boolean): CountryPlan {
  const b = 4 * slot;
  const inner = `10.${b + 2}`;
  const databases = Array.from({ length: databaseNodes }, (_, index): [string, FixedAddress] => [
    `database-${index + 1}`,
    { address: `${inner}.65.${10 + index}`, subnet: "data" },
  ]);
  return {
    block: `10.${b}.0.0/${COUNTRY_BITS}`,
    pods: `10.${b}.0.0/16`,
    monitoringPods: `10.${b + 1}.0.0/17`,
    services: `${inner}.0.0/20`,
    monitoringServices: `${inner}.16.0/20`,
    subnets: {
      nodes: `${inner}.32.0/20`,
      monitoring: `${inner}.48.0/22`,
      edge: `${inner}.64.0/24`,
      data: `${inner}.65.0/24`,
      vpn: `${inner}.66.0/24`,
    },
    controlPlane: `${inner}.67.0/28`,
    monitoringControlPlane: `${inner}.67.16/28`,
    // Load balancers take the end of a cluster's subnet, nodes are given addresses from its start.
    fixed: {
      ingress: { address: `${inner}.47.10`, subnet: "nodes" },
      rabbitmq: { address: `${inner}.47.11`, subnet: "nodes" },
      // How apps reach the database, even in a country without a node.
      database: { address: `${inner}.64.10`, subnet: "edge" },
      ...Object.fromEntries(databases),
      vpn: { address: `${inner}.66.10`, subnet: "vpn" },
      ...(hasSite && {
        prometheus: { address: `${inner}.51.10`, subnet: "monitoring" },
        grafana: { address: `${inner}.51.11`, subnet: "monitoring" },
        elasticsearch: { address: `${inner}.51.12`, subnet: "monitoring" },
        kibana: { address: `${inner}.51.13`, subnet: "monitoring" },
        // Where agents push: one address per Prometheus, because a shared load balancer would split the samples.
        "prometheus-1": { address: `${inner}.51.14`, subnet: "monitoring" },
        "prometheus-2": { address: `${inner}.51.15`, subnet: "monitoring" },
      }),
    },
  };
}

/** The fixed address called `label` in `country`. @throws Error when the plan has no such label */
export function fixedAddress(plan: AddressPlan, country: string, label: string): string {
  return getOrThrow(getOrThrow(plan, country).fixed, label).address;
}
