import { names, tags } from "../../config/names";
import { DATABASE_PORTS, EDGE_PORTS, HOST_METRICS_PORT, SITE_PORTS } from "../../config/ports";
import type { HelmValues } from "../kubernetes/values/helm-values";
import type { SiteSettings } from "./site-settings";

/** Names of the jobs below; rules and dashboards select by them. */
export const SCRAPE_JOBS = {
  edge: "haproxy",
  edgeHost: "edge-host",
  database: "mysqld",
  databaseHost: "database-host",
  vpnHost: "vpn-host",
  sites: "monitoring-sites",
} as const;

/** Jobs of machines' node exporters. */
export const HOST_JOBS = [SCRAPE_JOBS.edgeHost, SCRAPE_JOBS.databaseHost, SCRAPE_JOBS.vpnHost] as const;

/** What other sites are asked for: alerts a second that a site's Alertmanagers took ... */
export const ALERTS_TAKEN = "alerts:taken:rate5m";

/** ... and countries whose app is down, as `server`, because `country` is the site that was asked. Recorded. */
export const APP_DOWN = "app:down:count";

/** How often a group's machines are looked up. A replacement is scraped within this time. */
const LOOK_UP_INTERVAL = "30s";

type ScrapeSettings = Pick<SiteSettings, "site" | "secrets" | "countries" | "databases" | "sites">;

/**
 * What a site's Prometheus scrapes outside its cluster: machines of the countries it watches, every database node, and
 * the other sites. Each target has the labels `country` and `instance`, which is a name and not an address.
 * RabbitMQ is missing on purpose: its load balancer leads to one of three nodes, so agents push each node's metrics.
 */
export function renderScrapeConfigs(settings: ScrapeSettings): HelmValues[] {
  const { countries, databases } = settings;
  const { edge, edgeHost, database, databaseHost, vpnHost } = SCRAPE_JOBS;
  const nodes = (port: number) =>
    databases.map(({ name, country, zone, address }) => target(address, port, { country, zone, instance: name }));
  return [
    // As often as rules are evaluated, so that a failover shows within a minute.
    { ...edgeJob(edge, EDGE_PORTS.metrics, settings), scrape_interval: "15s", scrape_timeout: "10s" },
    edgeJob(edgeHost, HOST_METRICS_PORT, settings),
    { job_name: database, static_configs: nodes(DATABASE_PORTS.metrics) },
    { job_name: databaseHost, static_configs: nodes(HOST_METRICS_PORT) },
    {
      job_name: vpnHost,
      static_configs: countries.map(({ country, vpn }) =>
        target(vpn, HOST_METRICS_PORT, { country, instance: `${country}-vpn` }),
      ),
    },
    ...sitesJob(settings),
  ];
}

/** Machines of an instance group have no fixed addresses, so they are looked up by name, zone by zone. */
function edgeJob(job: string, port: number, { secrets, countries }: ScrapeSettings): HelmValues {
  return {
    job_name: job,
    gce_sd_configs: countries.flatMap(({ country, zones }) =>
      zones.map((zone) => ({
        project: secrets.project,
        zone,
        filter: `name eq "${names.edge(country)}-.*"`,
        port,
        refresh_interval: LOOK_UP_INTERVAL,
      })),
    ),
    relabel_configs: [
      // Every tag has a comma on both sides. Stopping machines are being replaced and no longer expected to answer.
      { source_labels: ["__meta_gce_tags"], regex: `.*,${tags.edge},.*`, action: "keep" },
      { source_labels: ["__meta_gce_instance_status"], regex: "RUNNING", action: "keep" },
      { source_labels: ["__meta_gce_instance_name"], target_label: "instance" },
      { source_labels: ["__meta_gce_zone"], regex: ".*/([^/]+)", target_label: "zone" },
      ...countries.map(({ country }) => ({
        source_labels: ["__meta_gce_instance_name"],
        regex: `${names.edge(country)}-[^-]+`,
        target_label: "country",
        replacement: country,
      })),
    ],
  };
}

/**
 * Every Prometheus of the other sites, because a site that is down cannot report itself. Each is asked for its own: what it
 * read elsewhere would be read from it, again and again.
 */
function sitesJob({ site, sites }: ScrapeSettings): HelmValues[] {
  const others = sites.filter((other) => other.site !== site);
  if (others.length === 0) return [];
  return [
    {
      job_name: SCRAPE_JOBS.sites,
      metrics_path: "/federate",
      params: { "match[]": [ALERTS_TAKEN, APP_DOWN].map((name) => `${name}{job!="${SCRAPE_JOBS.sites}"}`) },
      // Else the last value would stay for five minutes when the site is gone.
      honor_timestamps: false,
      static_configs: others.flatMap((other) =>
        other.prometheus.map((address, index) =>
          target(address, SITE_PORTS.prometheus, {
            country: other.site,
            instance: `${other.site}-prometheus-${index + 1}`,
          }),
        ),
      ),
    },
  ];
}

function target(address: string, port: number, labels: HelmValues): HelmValues {
  return { targets: [`${address}:${port}`], labels };
}
