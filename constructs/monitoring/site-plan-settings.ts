import { type AddressPlan, fixedAddress } from "../../config/address-plan";
import { databaseMembers } from "../../config/database-members";
import { entry } from "../../config/entry";
import { hosts, names } from "../../config/names";
import { monitoringSite, monitoringSites, type Topology } from "../../config/topology";
import { SITE_PORTS, type SiteSettings, type SourceRanges, type WatchedCountry } from "./site-settings";

/** What does not follow from the countries. */
export interface SiteChoices extends Pick<SiteSettings, "sizes" | "alerts" | "curlImage"> {
  /** Name of the site's cluster. */
  readonly cluster: string;
  readonly snapshotBucket: string;
}

/** Settings of the site that stands in `site`. */
export function planSite(topology: Topology, plan: AddressPlan, site: string, choices: SiteChoices): SiteSettings {
  const { cluster, snapshotBucket, ...rest } = choices;
  const { project, domain, countries } = topology;
  const address = (label: string) => fixedAddress(plan, site, label);
  return {
    ...rest,
    site,
    internalZone: hosts.internalZone(domain),
    secrets: { project: project.id, region: entry(countries, site).region, cluster },
    countries: watchedBy(topology, site).map((country) => watched(topology, plan, country)),
    databases: databaseMembers(topology, plan).map(({ name, country, zone, address }) => ({
      name,
      country,
      zone,
      address,
    })),
    sites: monitoringSites(topology).map((other) => ({
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
    buckets: { metrics: names.bucket(project.id, site, "metrics"), snapshots: snapshotBucket },
  };
}

/** Where a country's metrics agent pushes to: each Prometheus of its site. */
export function metricReceivers(topology: Topology, plan: AddressPlan, country: string): string[] {
  const site = monitoringSite(topology, country);
  return ["prometheus-1", "prometheus-2"].map(
    (label) => `http://${fixedAddress(plan, site, label)}:${SITE_PORTS.prometheus}/api/v1/write`,
  );
}

function watchedBy(topology: Topology, site: string): string[] {
  return Object.keys(topology.countries).filter((country) => monitoringSite(topology, country) === site);
}

function watched(topology: Topology, plan: AddressPlan, country: string): WatchedCountry {
  const { zones, app } = entry(topology.countries, country);
  const queueLimit = app.maxReplicas * app.messagesPerReplica;
  return { country, zones, vpn: fixedAddress(plan, country, "vpn"), queueLimit };
}

function sourceRanges(topology: Topology, plan: AddressPlan, site: string): SourceRanges {
  const plans = (countries: readonly string[]) => countries.map((country) => entry(plan, country));
  return {
    agents: plans(watchedBy(topology, site)).flatMap(({ subnets, pods }) => [subnets.nodes, pods]),
    sites: plans(monitoringSites(topology)).flatMap(({ subnets, monitoringPods }) => [
      subnets.monitoring,
      monitoringPods,
    ]),
    people: Object.values(plan).map(({ subnets }) => subnets.vpn),
  };
}
