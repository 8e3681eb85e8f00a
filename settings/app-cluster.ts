import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { entry } from "../config/entry";
import { hosts, names } from "../config/names";
import { type App, edgesLeadingTo, type IngressController, monitoringSite, type Topology } from "../config/topology";

/** What one country's app cluster needs to know; the rest is the same in every country. */
export interface CountrySettings {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly cluster: string;
  /** /28 of the control plane. */
  readonly controlPlane: string;
  /** Nodes that the cluster can have at once: all pools at their greatest, and one more of each while it is upgraded. */
  readonly maxNodes: number;
  readonly ingress: {
    readonly controller: IngressController;
    /** Reserved internal address that edges lead to. */
    readonly address: string;
    /** Subnets of the edges that lead here (CIDR). */
    readonly edgeRanges: readonly string[];
    /** Host names of the shop. */
    readonly hosts: readonly string[];
  };
  readonly app: App;
  /** The countries' ways to the database, in the order in which the app tries them. */
  readonly databases: readonly { readonly host: string; readonly address: string }[];
  /** Where the broker's console and metrics are reached, and from where (CIDR): the VPN and the monitoring site. */
  readonly broker: { readonly address: string; readonly operatorRanges: readonly string[] };
  readonly site: {
    /** Addresses of its Prometheus, each of which is pushed to. */
    readonly receivers: readonly string[];
    readonly elasticsearch: { readonly host: string; readonly address: string };
    /** Id of the secret with the user that agents write as. */
    readonly agentSecret: string;
  };
  readonly logsBucket: string;
}

/** What the topology and its address plan say to a country's app cluster. */
export function countrySettings(topology: Topology, plan: AddressPlan, country: string): CountrySettings {
  const { region, cluster, app, failover } = entry(topology.countries, country);
  const pools = Object.values(cluster.pools);
  const site = monitoringSite(topology, country);
  const { subnets, monitoringPods } = entry(plan, site);
  const place = (of: string, label: string) => ({
    host: hosts.internal(topology.domain, of, label),
    address: fixedAddress(plan, of, label),
  });
  return {
    project: topology.project.id,
    country,
    region,
    cluster: names.cluster(country),
    controlPlane: entry(plan, country).controlPlane,
    maxNodes: pools.reduce((sum, { maxNodes }) => sum + maxNodes + 1, 0),
    ingress: {
      controller: cluster.ingress,
      address: fixedAddress(plan, country, "ingress"),
      edgeRanges: edgesLeadingTo(topology, country).map((edge) => entry(plan, edge).subnets.edge),
      hosts: hosts.shop(topology.domain),
    },
    app,
    databases: [country, ...failover].map((tried) => place(tried, "database")),
    broker: {
      address: fixedAddress(plan, country, "rabbitmq"),
      operatorRanges: [entry(plan, country).subnets.vpn, subnets.monitoring, monitoringPods],
    },
    site: {
      receivers: ["prometheus-1", "prometheus-2"].map((label) => fixedAddress(plan, site, label)),
      elasticsearch: place(site, "elasticsearch"),
      agentSecret: names.elasticsearchUser(site, "agent"),
    },
    logsBucket: names.bucket(topology.project.id, country, "logs"),
  };
}
