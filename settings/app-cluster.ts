import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import { dockerHub, pulledImage } from "../config/images";
import { hosts, names } from "../config/names";
import { edgesLeadingTo, monitoringSite, type Topology } from "../config/topology";
import { versions } from "../config/versions";
import type { AppClusterSettings } from "../constructs/platform/app-cluster-settings";

/** A country's app cluster, from the topology and its address plan. */
export function appClusterSettings(topology: Topology, plan: AddressPlan, country: string): AppClusterSettings {
  const { region, cluster, app, failover } = getOrThrow(topology.countries, country);
  const pools = Object.values(cluster.pools);
  const site = monitoringSite(topology, country);
  const { subnets, monitoringPods } = getOrThrow(plan, site);
  const place = (of: string, label: string) => ({
    host: hosts.internal(topology.domain, of, label),
    address: fixedAddress(plan, of, label),
  });
  return {
    project: topology.project.id,
    country,
    region,
    cluster: names.cluster(country),
    controlPlane: getOrThrow(plan, country).controlPlane,
    maxNodes: pools.reduce((sum, { maxNodes }) => sum + maxNodes + 1, 0),
    ingress: {
      controller: cluster.ingress,
      address: fixedAddress(plan, country, "ingress"),
      edgeRanges: edgesLeadingTo(topology, country).map((edge) => getOrThrow(plan, edge).subnets.edge),
      hosts: hosts.shop(topology.domain),
    },
    app: { ...app, image: pulledImage(app.image, { project: topology.project.id, region }) },
    rabbitmqImage: pulledImage(versions.rabbitmqImage, { project: topology.project.id, region }),
    dockerHub: dockerHub({ project: topology.project.id, region }),
    databases: [country, ...failover].map((tried) => place(tried, "database")),
    broker: {
      address: fixedAddress(plan, country, "rabbitmq"),
      operatorRanges: [getOrThrow(plan, country).subnets.vpn, subnets.monitoring, monitoringPods],
    },
    site: {
      receivers: ["prometheus-1", "prometheus-2"].map((label) => fixedAddress(plan, site, label)),
      elasticsearch: place(site, "elasticsearch"),
      agentSecret: names.elasticsearchUser(site, "agent"),
    },
    logsBucket: names.bucket(topology.project.id, country, "logs"),
  };
}
