import { ACME } from "../config/acme";
import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import { dockerHub, pulledImage } from "../config/images";
import { hosts, names } from "../config/names";
import { monitoringSite, monitoringSites, type OwnSite, type Topology } from "../config/topology";
import { versions } from "../config/versions";
import type { SiteSettings, SourceRanges, WatchedCountry } from "../constructs/monitoring/site-settings";
import { SITE_STORAGE_CLASS } from "../constructs/monitoring/site-storage-class-rows";
import { databaseMembers } from "./database-members";

/** Settings of the site in country `site`, from the topology and its address plan. */
export function monitoringSiteSettings(topology: Topology, plan: AddressPlan, site: string): SiteSettings {
  const { project, domain, countries } = topology;
  const { cluster, prometheus, elasticsearch } = ownSite(topology, site);
  const address = (label: string) => fixedAddress(plan, site, label);
  const source = { project: project.id, region: getOrThrow(countries, site).region };
  return {
    site,
    internalZone: hosts.internalZone(domain),
    controlPlane: getOrThrow(plan, site).monitoringControlPlane,
    maxNodes: Object.values(cluster.pools).reduce((sum, { maxNodes }) => sum + maxNodes + 1, 0),
    secrets: {
      project: project.id,
      region: source.region,
      cluster: names.monitoringCluster(site),
    },
    estate: Object.keys(countries),
    countries: watchedBy(topology, site).map((country) => watched(topology, plan, country)),
    databases: databaseMembers(topology, plan).map(({ name, country, zone, address }) => ({
      name,
      country,
      zone,
      address,
    })),
    sites: inOrderOfDuty(topology).map((other) => ({
      site: other,
      prometheus: [fixedAddress(plan, other, "prometheus-1"), fixedAddress(plan, other, "prometheus-2")],
    })),
    addresses: {
      prometheus: address("prometheus"),
      replicas: [address("prometheus-1"), address("prometheus-2")],
      grafana: address("grafana"),
      elasticsearch: address("elasticsearch"),
      kibana: address("kibana"),
    },
    sourceRanges: sourceRanges(topology, plan, site),
    buckets: {
      metrics: names.bucket(project.id, site, "metrics"),
      snapshots: names.bucket(project.id, site, "snapshots"),
    },
    sizes: {
      storageClass: SITE_STORAGE_CLASS,
      prometheusDiskGb: prometheus.diskGb,
      prometheusMemoryGi: prometheus.memoryGib,
      elasticsearchDiskGb: elasticsearch.diskGb,
      elasticsearchMemoryGi: elasticsearch.memoryGib,
    },
    alerts: alertSettings(topology, site),
    ...renewalSettings(topology, site),
    curlImage: pulledImage(versions.curlImage, source),
    dockerHub: dockerHub(source),
  };
}

/** Sites look after the certificates of all countries in turn, so that the loss of one stops no renewal. */
function renewalSettings(topology: Topology, site: string): Pick<SiteSettings, "renewal"> {
  const { project, domain, dns, countries } = topology;
  if (!dns.acmeContact) return {};
  const sites = inOrderOfDuty(topology);
  const source = { project: project.id, region: getOrThrow(countries, site).region };
  return {
    renewal: {
      site,
      project: project.id,
      hosts: hosts.shop(domain),
      directory: ACME.directory,
      contact: dns.acmeContact,
      zone: names.challengeZone,
      edges: Object.keys(countries).map((country) => ({
        country,
        host: hosts.edge(domain, country),
        secret: names.edgeCertificate(country),
      })),
      hour: Math.floor((sites.indexOf(site) * 24) / sites.length),
      legoImage: pulledImage(versions.legoImage, source),
      curlImage: pulledImage(versions.curlImage, source),
    },
  };
}

function alertSettings({ alerts }: Topology, site: string): SiteSettings["alerts"] {
  if (!alerts) return {};
  const { critical, warning } = alerts;
  return { critical, warning, "dead-mans-switch": { kind: "webhook", secret: names.deadMansSwitch(site) } };
}

/** Slots never change, so neither a new country nor an entry that moves changes who tells. */
function inOrderOfDuty(topology: Topology): string[] {
  const slot = (site: string) => getOrThrow(topology.countries, site).slot;
  return monitoringSites(topology).sort((one, other) => slot(one) - slot(other));
}

/** @throws Error when the country is watched from another one */
export function ownSite({ countries }: Topology, country: string): OwnSite {
  const { monitoring } = getOrThrow(countries, country);
  if ("site" in monitoring) throw new Error(`${country} has no monitoring site: it is watched from ${monitoring.site}`);
  return monitoring;
}

/** The countries whose agents push to the site in `site`. */
export function watchedBy(topology: Topology, site: string): string[] {
  return Object.keys(topology.countries).filter((country) => monitoringSite(topology, country) === site);
}

function watched(topology: Topology, plan: AddressPlan, country: string): WatchedCountry {
  const { zones, app, objectives, edge: machines } = getOrThrow(topology.countries, country);
  const queueLimit = app.maxReplicas * app.messagesPerReplica;
  const { edge } = getOrThrow(plan, country).subnets;
  return {
    country,
    zones,
    edgeMachines: machines.instances,
    vpn: fixedAddress(plan, country, "vpn"),
    edgeRange: edge,
    queueLimit,
    objectives,
  };
}

/** Subnets of a country's edges, database nodes and VPN host. */
export function machineSubnets(plan: AddressPlan, country: string): string[] {
  const { edge, data, vpn } = getOrThrow(plan, country).subnets;
  return [edge, data, vpn];
}

function sourceRanges(topology: Topology, plan: AddressPlan, site: string): SourceRanges {
  const plans = (countries: readonly string[]) => countries.map((country) => getOrThrow(plan, country));
  return {
    agents: plans(watchedBy(topology, site)).flatMap(({ subnets, pods }) => [subnets.nodes, pods]),
    machines: watchedBy(topology, site).flatMap((country) => machineSubnets(plan, country)),
    sites: plans(monitoringSites(topology)).flatMap(({ subnets, monitoringPods }) => [
      subnets.monitoring,
      monitoringPods,
    ]),
    people: Object.values(plan).map(({ subnets }) => subnets.vpn),
  };
}
