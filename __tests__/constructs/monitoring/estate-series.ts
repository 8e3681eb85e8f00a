import type { SiteSettings } from "../../../constructs/monitoring/site-settings";
import type { Firing } from "./alertmanager";

export const ESTATE = ["indonesia", "singapore", "india"];

/** What goes wrong, five minutes after the start. */
export interface Fault {
  /** Targets that answer no more: what they told ends. @default none */
  readonly isGone?: (labels: Firing) => boolean;
  /** Targets that discovery does not find any more. @default none */
  readonly isVanished?: (labels: Firing) => boolean;
  /** Nodes that the others see. @default 3 */
  readonly members?: number;
  /** @default every node is */
  readonly isWritable?: (country: string) => boolean;
  /** Why a node is not. @default no-quorum */
  readonly reason?: string;
  /** Countries whose users get errors for half of what they ask. @default none */
  readonly errors?: readonly string[];
  /** Countries whose users get errors for 1 % of what they ask. @default none */
  readonly someErrors?: readonly string[];
  /** Countries whose edges begin to count anew. @default none */
  readonly restarted?: readonly string[];
  /** Countries whose users wait 5 s for the first byte. @default none */
  readonly slow?: readonly string[];
  /** Countries whose users are refused nine times out of ten. @default none */
  readonly refused?: readonly string[];
  /** Countries whose users ask nothing any more. @default none */
  readonly quiet?: readonly string[];
  /** Countries whose app does not answer, so that the next one serves. @default none */
  readonly appIsDown?: readonly string[];
}

interface Target {
  readonly labels: Firing;
  /** Values by metric with its own labels in braces: each 15 s, before and after the fault. */
  readonly metrics: Readonly<Record<string, string>>;
}

const BEFORE = 20;
const AFTER = 120;
const steady = (value: number, then = value) => `${value}x${BEFORE} ${then}x${AFTER}`;
const counter = (each: number, then = each, from = each * BEFORE) =>
  `0+${each}x${BEFORE} ${from + then}+${then}x${AFTER}`;
/** Prometheus marks what a scrape does not find any more as stale; of what agents push, the last value stays 5 minutes. */
const ended = (values: string, { cluster }: Firing) =>
  `${values.split(" ")[0]} ${cluster?.endsWith("-app") ? `_x${AFTER}` : `stale _x${AFTER - 1}`}`;

/** The series of a whole healthy estate as one site has them, but for the fault. */
export function estateSeries(site: SiteSettings, fault: Fault = {}): Record<string, string> {
  return Object.fromEntries(
    targetsOf(site, fault).flatMap(({ labels, metrics }) => {
      const isVanished = fault.isVanished?.(labels) ?? false;
      const isGone = isVanished || (fault.isGone?.(labels) ?? false);
      const up: [string, string] = [
        named("up", labels),
        isVanished ? ended("1x20 1x1", labels) : steady(1, isGone ? 0 : 1),
      ];
      const others = Object.entries(metrics).map(([metric, values]): [string, string] => [
        named(metric, labels),
        isGone ? ended(values, labels) : values,
      ]);
      return [up, ...others];
    }),
  );
}

function named(metric: string, labels: Firing): string {
  const [name, own = ""] = metric.split("{");
  const shared = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${name}{${[...shared, ...own.replace("}", "").split(",").filter(Boolean)].join(",")}}`;
}

export function targetsOf(site: SiteSettings, fault: Fault = {}): Target[] {
  return [
    ...site.countries.flatMap(({ country, edgeMachines }) => [
      ...Array.from({ length: edgeMachines }, (_, n) => edgeTargets(country, `${country}-edge-${n}`, fault)).flat(),
      { labels: { job: "vpn-host", country, instance: `${country}-vpn` }, metrics: HOST },
      ...appCluster(country),
    ]),
    ...ESTATE.flatMap((country) => databaseTargets(country, fault)),
    ...site.sites
      .filter((other) => other.site !== site.site)
      .flatMap((other) => other.prometheus.map((instance) => siteTarget(other.site, instance))),
    ...siteCluster(site.site),
  ];
}

/** Clock, disk and inodes of a machine. */
const HOST = {
  node_time_seconds: `0+15x${BEFORE + AFTER}`,
  'node_filesystem_avail_bytes{fstype="ext4",mountpoint="/"}': steady(60e9),
  'node_filesystem_size_bytes{fstype="ext4",mountpoint="/"}': steady(100e9),
};
const textfile = (file: string) => ({
  [`node_textfile_mtime_seconds{file="/var/lib/prometheus/node-exporter/${file}"}`]: `0+15x${BEFORE + AFTER}`,
});

/** Answers of an edge in 15 s after the fault: fine, refused, and failed. */
function answersOf(country: string, fault: Fault): [number, number, number] {
  const { errors = [], someErrors = [], refused = [], quiet = [] } = fault;
  if (someErrors.includes(country)) return [148, 3, 1.5];
  if (quiet.includes(country)) return [0, 0, 0];
  if (refused.includes(country)) return [15, 138, 0];
  return errors.includes(country) ? [75, 3, 75] : [150, 3, 0];
}

function edgeTargets(country: string, instance: string, fault: Fault): Target[] {
  const { isWritable = () => true, slow = [], appIsDown = [], restarted = [] } = fault;
  const answers = (each: number, then: number) => counter(each, then, restarted.includes(country) ? 0 : undefined);
  const [fine, refused, failed] = answersOf(country, fault);
  const isDown = (name: string) => appIsDown.includes(name);
  const next = ESTATE.find((name) => name !== country) ?? country;
  const server = (proxy: string, name: string) => `{proxy="${proxy}",server="${name}"`;
  const serves = ESTATE.some(isWritable);
  return [
    {
      labels: { job: "haproxy", country, instance },
      metrics: {
        'haproxy_frontend_http_responses_total{proxy="shop",code="2xx"}': answers(150, fine),
        'haproxy_frontend_http_responses_total{proxy="shop",code="5xx"}': answers(0, failed),
        'haproxy_frontend_http_responses_total{proxy="shop",code="4xx"}': answers(3, refused),
        [`haproxy_server_http_responses_total${server("reads", country)},code="2xx"}`]: answers(
          150,
          isDown(country) ? 0 : fine + failed,
        ),
        [`haproxy_server_http_responses_total${server("reads", next)},code="2xx"}`]: counter(
          0,
          isDown(country) ? fine : 0,
        ),
        ...Object.fromEntries(
          ["queue", "connect", "response"].map((time) => [
            `haproxy_server_${time}_time_average_seconds${server("reads", country)}}`,
            steady(0.01, slow.includes(country) && time === "response" ? 5 : 0.01),
          ]),
        ),
        ...Object.fromEntries(
          ESTATE.map((name) => [
            `haproxy_server_status${server("reads", name)},state="UP"}`,
            steady(1, isDown(name) ? 0 : 1),
          ]),
        ),
        'haproxy_backend_active_servers{proxy="database"}': steady(3, serves ? 3 : 0),
      },
    },
    {
      labels: { job: "edge-host", country, instance },
      metrics: {
        ...HOST,
        ...textfile("edge.prom"),
        edge_certificate_expiry_timestamp_seconds: steady(60 * 86_400),
        edge_certificate_stand_in: steady(0),
        edge_config_refused: steady(0),
        edge_sync_last_success_timestamp_seconds: `0+15x${BEFORE + AFTER}`,
      },
    },
  ];
}

function databaseTargets(
  country: string,
  { members = 3, isWritable = () => true, reason = "no-quorum" }: Fault,
): Target[] {
  const instance = `${country}-database-1`;
  const writable = isWritable(country) ? 1 : 0;
  return [
    {
      labels: { job: "database-host", country, instance },
      metrics: {
        ...HOST,
        ...textfile("galera-health.prom"),
        ...textfile("galera-credentials.prom"),
        database_writable: steady(1, writable),
        database_cluster_size: steady(3, members),
        [`database_not_writable{reason="${reason}"}`]: steady(0, 1 - writable),
        database_start_waiting: steady(0),
        database_stuck: steady(0),
        database_backup_newest_timestamp_seconds: steady(0),
        database_backup_checked_timestamp_seconds: steady(0),
        database_log_shipped_timestamp_seconds: counter(15), // always just now
        database_credentials_exit_code: steady(0),
      },
    },
    {
      labels: { job: "mysqld", country, instance },
      metrics: {
        mysql_global_status_threads_connected: steady(20),
        mysql_global_variables_max_connections: steady(500),
      },
    },
  ];
}

function siteTarget(country: string, instance: string): Target {
  return {
    labels: { job: "monitoring-sites", country, instance },
    metrics: { prometheus_notifications_alertmanagers_discovered: steady(2) },
  };
}

function appCluster(country: string): Target[] {
  const of = (job: string, metrics: Target["metrics"]): Target => ({
    labels: { job, country, cluster: `${country}-app`, instance: `${job}-0` },
    metrics,
  });
  return [
    of("kube-state-metrics", {
      'kube_deployment_status_replicas_available{namespace="shop",deployment="shop"}': steady(3),
      'kube_deployment_spec_replicas{namespace="shop",deployment="shop"}': steady(3),
    }),
    of("kubelet", {
      'kubelet_volume_stats_available_bytes{persistentvolumeclaim="broker"}': steady(8e9),
      'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="broker"}': steady(10e9),
    }),
    of("rabbitmq", { rabbitmq_queue_messages_ready: steady(0), rabbitmq_queue_consumers: steady(3) }),
    of("keda-operator", { keda_scaler_active: steady(1) }),
    of("node-exporter", HOST),
    of("logs-agent", { 'vector_component_sent_events_total{component_id="archive"}': counter(100) }),
  ];
}

function siteCluster(country: string): Target[] {
  const of = (job: string, metrics: Target["metrics"]): Target => ({
    labels: { job, country, cluster: `${country}-monitoring`, instance: `${job}-0` },
    metrics,
  });
  return [
    of("metrics-prometheus", { prometheus_notifications_alertmanagers_discovered: steady(2) }),
    of("metrics-alertmanager", { alertmanager_config_last_reload_successful: steady(1) }),
    of("metrics-thanos-discovery", {
      thanos_objstore_bucket_last_successful_upload_time: steady(0),
    }),
  ];
}
