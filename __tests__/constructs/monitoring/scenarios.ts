import type { SiteSettings } from "../../../constructs/monitoring/site-settings";
import type { Firing } from "./alertmanager";
import type { Fault } from "./estate-fault";
import { estateSeries } from "./estate-series";
import { ESTATE } from "./estate-targets";
import { counter, steady, TIMES } from "./estate-values";
import { DAYS, MINUTES, type Pace } from "./firing";
import { india, indonesia, indonesiaWithJapan, singapore } from "./sites";

/** A fault at minute 5 as every site sees it that is left, and who is told of it, how many seconds later. */
export interface Scenario {
  /** @default after five minutes, for 20 minutes */
  readonly pace?: Pace;
  readonly sites: readonly SiteSettings[];
  readonly series: (site: SiteSettings) => Readonly<Record<string, string>>;
  /** What wakes somebody. */
  readonly pages: readonly string[];
  /** What waits until the morning. */
  readonly tickets: readonly string[];
}

const ALL_SITES = [indonesia, singapore, india];

function scenario(
  sites: readonly SiteSettings[],
  fault: Fault,
  pages: readonly string[],
  tickets: readonly string[] = [],
  pace?: Pace,
): Scenario {
  return { sites, series: (site) => estateSeries(site, fault), pages, tickets, ...(pace && { pace }) };
}

const of = (country: string) => (labels: Firing) => labels.country === country;
const job = (labels: Firing, ...jobs: readonly string[]) => jobs.includes(labels.job ?? "");
const isMachine = (labels: Firing) => job(labels, "mysqld", "database-host");
const isIndia =
  (...jobs: readonly string[]) =>
  (labels: Firing) =>
    of("india")(labels) && job(labels, ...jobs);

/** What India's targets of a job tell from the fault on. */
function tells(name: string, metrics: Readonly<Record<string, string>>): Fault {
  return { tells: (labels) => (isIndia(name)(labels) ? metrics : {}) };
}

const DISK = 'fstype="ext4",mountpoint="/"';
const BROKER = 'namespace="shop",statefulset="rabbitmq-server"';
const reads = (server: string) => `{proxy="reads",server="${server}"`;

/** A pod's disk that is full within the hour. */
const fills = (claim: string) => ({
  [`kubelet_volume_stats_available_bytes{persistentvolumeclaim="${claim}"}`]: "8e9x20 4e9-0.1e9x40 0x80",
  [`kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="${claim}"}`]: steady(10e9),
});

const TAKEN_NO_MORE = `0.1x${TIMES.before} stale _x${TIMES.after}`;

/** What users feel. */
const FELT: Readonly<Record<string, Scenario>> = {
  "a country's app serves errors": scenario([india], { errors: ["india"] }, [
    "india: ErrorBudgetGoneInTwoDays india after 75",
  ]),
  "a hundredth of a country's answers are errors": scenario(
    [india],
    { someErrors: ["india"] },
    ["india: ErrorBudgetGoneInFiveDays india after 540"],
    ["india: ErrorBudgetGoneInAMonth india after 105", "india: ErrorBudgetGoneInTenDays india after 195"],
  ),
  "a country's edges restart, and count anew": scenario([india], { restarted: ["india"] }, []),
  "a country's whole edge is gone, and nothing else": scenario(
    [india],
    { isVanished: isIndia("haproxy", "edge-host") },
    ["india: EdgeDown india after 135"],
  ),
  "no country's app is up": scenario(ALL_SITES, { appIsDown: ESTATE, errors: ESTATE }, [
    "indonesia: NoAppIsUp indonesia after 15",
  ]),
  "a country's edges reach no app, and others do": scenario(
    [india],
    tells(
      "haproxy",
      Object.fromEntries(ESTATE.map((name) => [`haproxy_server_status${reads(name)},state="UP"}`, steady(1, 0)])),
    ),
    ["india: NoCountryServes india after 75"],
  ),
  "a country's app is down, and the next one serves": scenario(ALL_SITES, { appIsDown: ["india"] }, [
    "india: FailoverActive india after 75",
  ]),
  "a country's app cluster is gone": scenario(
    [india],
    { appIsDown: ["india"], isVanished: (labels) => labels.cluster === "india-app" },
    ["india: FailoverActive india after 75"],
  ),
  "a country's app comes and goes": scenario(
    [india],
    tells("haproxy", { [`haproxy_server_check_up_down_total${reads("india")}}`]: counter(0, 0.25) }),
    [],
    ["india: FailoverFlaps india after 165"],
  ),
  "a country's app is slow": scenario([india], { slow: ["india"] }, ["india: AnswersVerySlow india after 315"]),
  "a country's users are refused": scenario([india], { refused: ["india"] }, ["india: UsersRefused india after 465"]),
  "a country's users ask nothing any more": scenario([india], { quiet: ["india"] }, [
    "india: TrafficGone india after 615",
  ]),
  "a country's edges have no connections left, and their memory goes with them": scenario(
    [india],
    {
      tells: (labels) =>
        isIndia("haproxy")(labels)
          ? { 'haproxy_frontend_current_sessions{proxy="shop"}': steady(900, 16_000) }
          : isIndia("edge-host")(labels)
            ? { node_memory_MemAvailable_bytes: steady(4e9, 1e8) }
            : {},
    },
    ["india: EdgeFull india after 195"],
  ),
  "a country's edges have no processor time left, and are slow": scenario(
    [india],
    {
      ...tells("edge-host", { 'node_cpu_seconds_total{mode="idle",cpu="0"}': counter(9, 0.1) }),
      slow: ["india"],
    },
    ["india: EdgeFull india after 300"],
  ),
  "no node of the database takes writes": scenario(ALL_SITES, { isWritable: () => false, errors: ESTATE }, [
    "indonesia: DatabaseDown indonesia after 45",
  ]),
};

/** What is lost, and stands by no more. */
const LOST: Readonly<Record<string, Scenario>> = {
  "at rest nobody is told": scenario([...ALL_SITES, indonesiaWithJapan], {}, []),
  "India is lost": scenario([indonesia, singapore], { isGone: of("india"), members: 2 }, [
    "indonesia: CountryLost india after 105",
  ]),
  "Indonesia is lost, whose site is on duty": scenario([singapore, india], { isGone: of("indonesia"), members: 2 }, [
    "singapore: CountryLost indonesia after 105",
  ]),
  // Of an hour's answers, enough are errors a minute later.
  "a country's edges reach no database, and others do": scenario(
    [india],
    tells("haproxy", {
      'haproxy_backend_active_servers{proxy="database"}': steady(3, 0),
      'haproxy_frontend_http_responses_total{proxy="shop",code="5xx"}': "0x24 75+75x115",
    }),
    ["india: NoDatabaseServes india after 105"],
  ),
  // Its edges know three quarters of a minute before the last scrape has failed, and its users are refused.
  "a country is cut off from the others": scenario(
    [india],
    {
      ...tells("haproxy", {
        'haproxy_backend_active_servers{proxy="database"}': "3x17 0x123",
        [`haproxy_server_status${reads("indonesia")},state="UP"}`]: "1x17 0x123",
        [`haproxy_server_status${reads("singapore")},state="UP"}`]: "1x17 0x123",
      }),
      isGone: (labels) => !of("india")(labels),
      members: 1,
      isWritable: () => false,
      errors: ["india"],
    },
    ["india: SiteAlone india after 75"],
  ),
  "a country without a database is lost": scenario(
    [indonesiaWithJapan],
    {
      isGone: of("japan"),
      tells: (labels) =>
        job(labels, "haproxy") ? { [`haproxy_server_status${reads("japan")},state="UP"}`]: steady(1, 0) } : {},
    },
    ["indonesia: CountryLost japan after 105"],
  ),
  "a database machine is lost": scenario(
    ALL_SITES,
    { isGone: (labels) => of("india")(labels) && isMachine(labels), members: 2 },
    ["indonesia: DatabaseHostDown india after 135"],
  ),
  "the exporter of a database machine is gone, and the machine is not": scenario(
    ALL_SITES,
    { isGone: isIndia("mysqld") },
    [],
    ["indonesia: SharedTargetsMissing india after 315"],
  ),
  "the exporter of a database may not log in": scenario(
    ALL_SITES,
    { isMute: isIndia("mysqld") },
    [],
    ["india: TargetBlind india after 615"],
  ),
  "a database's server hangs, and tells nothing": scenario(
    ALL_SITES,
    { isWritable: (country) => country !== "india", reason: "hangs", isMute: isIndia("mysqld") },
    ["indonesia: DatabaseNotWritable india after 105"],
  ),
  "a node waits to start, while others serve": scenario(
    ALL_SITES,
    {
      ...tells("database-host", { database_start_waiting: steady(0, 1) }),
      isWritable: (country) => country !== "india",
      reason: "down",
      members: 2,
      isMute: isIndia("mysqld"),
    },
    ["indonesia: DatabaseWaitsToStart india after 75"],
  ),
  "a node is stuck, while others serve": scenario(
    ALL_SITES,
    {
      ...tells("database-host", { database_stuck: steady(0, 1) }),
      isWritable: (country) => country !== "india",
      members: 2,
    },
    ["indonesia: DatabaseStuck india after 75"],
  ),
  "a node takes a full copy": scenario(
    ALL_SITES,
    { isWritable: (country) => country !== "india", reason: "down", isMute: isIndia("mysqld") },
    [],
  ),
  "a node joins, or is another's donor": scenario(
    ALL_SITES,
    { isWritable: (country) => country !== "india", reason: "not-synced" },
    [],
  ),
  "a database's disk fills": scenario(
    ALL_SITES,
    tells("database-host", { [`node_filesystem_avail_bytes{${DISK}}`]: "60e9x20 40e9-0.5e9x80 0x40" }),
    ["indonesia: DiskFillsSoon india after 90"],
  ),
  "a database's disk takes no writes": scenario(
    ALL_SITES,
    {
      ...tells("database-host", { [`node_filesystem_readonly{${DISK}}`]: steady(0, 1) }),
      isWritable: (country) => country !== "india",
      reason: "hangs",
    },
    ["indonesia: DiskReadOnly india after 75"],
  ),
  "a database's timers are stopped, and its clock is wrong": scenario(
    ALL_SITES,
    tells("database-host", {
      'node_systemd_unit_state{name="galera-backup.timer",state="active"}': steady(1, 0),
      node_time_seconds: "0+15x20 7500+15x120",
    }),
    [],
    ["indonesia: ClockOff india after 615", "indonesia: ServiceDown india after 315"],
  ),
  "the script that watches a database hangs": scenario(
    ALL_SITES,
    tells("database-host", {
      'node_textfile_mtime_seconds{file="/var/lib/prometheus/node-exporter/galera-health.prom"}': "0+15x20 300x120",
    }),
    [],
    ["indonesia: TextfileStale india after 600"],
  ),
  "a database's disk has no inodes left": scenario(
    ALL_SITES,
    tells("database-host", {
      [`node_filesystem_files_free{${DISK}}`]: "90x20 80-8x10 0x110",
      [`node_filesystem_files{${DISK}}`]: steady(100),
    }),
    ["indonesia: DiskFillsSoon india after 225"],
  ),
  "the logs of a database's machine do not reach the archive": scenario(
    ALL_SITES,
    tells("database-host", { machine_logs_oldest_file_timestamp_seconds: "0+15x20 -3600x120" }),
    [],
    ["indonesia: MachineLogsUnarchived india after 315"],
  ),
  "two edge machines of three are gone": scenario(
    [india],
    { isVanished: (labels) => /india-edge-[12]/.test(labels.instance ?? "") },
    [],
    ["india: TargetsMissing india after 315"],
  ),
  "all exporters of the edges' machines are gone": scenario(
    [india],
    { isGone: isIndia("edge-host") },
    [],
    ["india: TargetsMissing india after 315"],
  ),
  "the edges reach another country's app no more": scenario(
    [india],
    tells("haproxy", { [`haproxy_server_status${reads("indonesia")},state="UP"}`]: steady(1, 0) }),
    [],
    ["india: FallbackUnreachable india after 915"],
  ),
  "a certificate is served again that is about to end": scenario(
    [india],
    tells("edge-host", { edge_certificate_expiry_timestamp_seconds: steady(60 * 86_400, 2 * 86_400) }),
    ["india: CertificateExpiresNow india after 15"],
    [],
    { ...MINUTES, watchedSeconds: 90 * 60 },
  ),
  "nobody consumes the queue": scenario(
    [india],
    tells("rabbitmq", { rabbitmq_queue_messages_ready: counter(0, 3, 0), rabbitmq_queue_consumers: steady(3, 0) }),
    ["india: QueueUnattended india after 315"],
  ),
  "one broker of three is gone": scenario(
    [india],
    tells("kube-state-metrics", { [`kube_statefulset_status_replicas_ready{${BROKER}}`]: steady(3, 2) }),
    [],
    ["india: BrokerShortOfNodes india after 315"],
  ),
  "two brokers of three are gone, and nobody consumes": scenario(
    [india],
    {
      tells: (labels) =>
        isIndia("kube-state-metrics")(labels)
          ? { [`kube_statefulset_status_replicas_ready{${BROKER}}`]: steady(3, 1) }
          : isIndia("rabbitmq")(labels)
            ? { rabbitmq_queue_messages_ready: steady(0, 50), rabbitmq_queue_consumers: steady(3, 0) }
            : {},
    },
    ["india: BrokerDown india after 195"],
  ),
  "all brokers are gone": scenario(
    [india],
    {
      ...tells("kube-state-metrics", { [`kube_statefulset_status_replicas_ready{${BROKER}}`]: steady(3, 0) }),
      isMute: isIndia("rabbitmq"),
    },
    ["india: BrokerDown india after 195"],
  ),
  "a broker's disk fills, so that it takes no messages, and another one's does": scenario(
    [india],
    {
      tells: (labels) =>
        isIndia("kubelet")(labels)
          ? { ...fills("persistence-rabbitmq-server-0"), ...fills("metrics-agent-0") }
          : isIndia("rabbitmq")(labels)
            ? { rabbitmq_alarms_free_disk_space_watermark: steady(0, 1) }
            : {},
    },
    ["india: BrokerBlocksPublishers india after 75", "india: DiskFillsSoon india after 90"],
  ),
  "a broker's disk fills, so that it takes no messages": scenario(
    [india],
    {
      tells: (labels) =>
        isIndia("kubelet")(labels)
          ? fills("persistence-rabbitmq-server-0")
          : isIndia("rabbitmq")(labels)
            ? { rabbitmq_alarms_free_disk_space_watermark: steady(0, 1) }
            : {},
    },
    ["india: BrokerBlocksPublishers india after 75"],
  ),
  "a zone is lost": scenario(
    [india],
    {
      isGone: (labels) => labels.instance === "india-edge-2",
      ...tells("kube-state-metrics", {
        [`kube_statefulset_status_replicas_ready{${BROKER}}`]: steady(3, 2),
        'kube_deployment_status_replicas_available{namespace="shop",deployment="shop"}': steady(3, 2),
      }),
    },
    [],
    [
      "india: AppShortOfPods india after 615",
      "india: BrokerShortOfNodes india after 315",
      "india: TargetsMissing india after 315",
    ],
  ),
  "pods of an operator do not start": scenario(
    [india],
    tells("kube-state-metrics", {
      'kube_deployment_spec_replicas{namespace="keda",deployment="keda-operator"}': steady(2),
      'kube_deployment_status_replicas_available{namespace="keda",deployment="keda-operator"}': steady(2, 1),
    }),
    [],
    ["india: WorkloadShort india after 915"],
  ),
  "an app's pods die again and again, and others do not": scenario(
    [india],
    tells("kube-state-metrics", {
      'kube_pod_container_status_restarts_total{namespace="shop",container="shop",pod="shop-0"}': counter(0, 0.1),
    }),
    [],
    ["india: PodsRestarting india after 750"],
  ),
  "the app's autoscaler gets no figures": scenario(
    [india],
    tells("kube-state-metrics", {
      'kube_horizontalpodautoscaler_status_condition{namespace="shop",condition="ScalingActive",status="false"}':
        steady(0, 1),
    }),
    [],
    ["india: ScalingInactive india after 615"],
  ),
  "a secret is not handed out any more": scenario(
    [india],
    tells("external-secrets", {
      'pushsecret_status_condition{name="agent",condition="Ready",status="False"}': steady(0, 1),
    }),
    [],
    ["india: SecretNotTaken india after 915"],
  ),
  "a release does not come up": scenario(
    [india],
    tells("kube-state-metrics", {
      'kube_deployment_status_replicas_updated{namespace="shop",deployment="shop"}': steady(3, 1),
    }),
    [],
    ["india: ReleaseStuck india after 915"],
  ),
  "a secret is not read any more": scenario(
    [india],
    tells("external-secrets", {
      'externalsecret_status_condition{name="database",condition="Ready",status="False"}': steady(0, 1),
    }),
    [],
    ["india: SecretNotTaken india after 915"],
  ),
  "an agent for logs is refused": scenario(
    [india],
    tells("logs-agent", {
      'vector_component_discarded_events_total{component_id="elasticsearch",intentional="false"}': counter(0, 100),
    }),
    [],
    ["india: LogsDropped india after 615"],
  ),
  "the metrics of an app's cluster come no more": scenario(
    [india],
    { isVanished: (labels) => labels.cluster === "india-app" },
    ["india: AgentSilent india after 615"],
  ),
  "the VPN is down, on a host that is not": scenario(
    [india],
    tells("vpn-host", { 'node_systemd_unit_state{name="pritunl.service",state="active"}': steady(1, 0) }),
    [],
    ["india: ServiceDown india after 315"],
  ),
  "the VPN host is gone": scenario(
    [india],
    { isGone: isIndia("vpn-host") },
    [],
    ["india: TargetsMissing india after 315"],
  ),
  "the site on duty is lost, and nothing else": scenario(
    [singapore, india],
    { isGone: (labels) => of("indonesia")(labels) && job(labels, "monitoring-sites") },
    ["singapore: MonitoringSiteSilent indonesia after 315"],
  ),
  "a site's Alertmanagers are gone": scenario(
    [indonesia, singapore],
    tells("monitoring-sites", { "alerts:taken:rate5m": TAKEN_NO_MORE }),
    ["indonesia: AlertmanagerUnreachable india after 315"],
  ),
  "the Alertmanagers of the site on duty are gone, and a database machine with them": scenario(
    [singapore, india],
    {
      isGone: (labels) => of("india")(labels) && isMachine(labels),
      members: 2,
      tells: (labels) =>
        of("indonesia")(labels) && job(labels, "monitoring-sites") ? { "alerts:taken:rate5m": TAKEN_NO_MORE } : {},
    },
    ["singapore: AlertmanagerUnreachable indonesia after 315", "singapore: DatabaseHostDown india after 135"],
  ),
};

/** After three days without an error. Only then the windows of the error budget are as long as they say. */
function errors(share: number, hours: number, pages: readonly string[], tickets: readonly string[]): Scenario {
  const pace = { ...DAYS, watchedSeconds: hours * 3600 };
  const edge = 'job="haproxy",country="india",instance="india-edge-0"';
  const answers = 6000;
  const grows = (well: number, then: number) =>
    `0+${well}x${pace.faultSeconds / pace.scrapeSeconds} ${well * (pace.faultSeconds / pace.scrapeSeconds) + then}+${then}x1000`;
  const of = (code: string) => `haproxy_frontend_http_responses_total{${edge},proxy="shop",code="${code}"}`;
  const series = {
    [of("2xx")]: grows(answers, answers * (1 - share)),
    [of("5xx")]: grows(0, answers * share),
    [`up{${edge}}`]: "1x4000",
  };
  return { sites: [india], series: () => series, pages, tickets, pace };
}

const BUDGETS: Readonly<Record<string, Scenario>> = {
  "a hundredth of a country's answers are errors, after days without": errors(
    0.01,
    9,
    ["india: ErrorBudgetGoneInFiveDays india after 13440"],
    [],
  ),
  "four of a thousand answers are errors, after days without": errors(
    0.004,
    20,
    [],
    ["india: ErrorBudgetGoneInTenDays india after 65280"],
  ),
};

export const SCENARIOS: Readonly<Record<string, Scenario>> = { ...FELT, ...LOST, ...BUDGETS };
