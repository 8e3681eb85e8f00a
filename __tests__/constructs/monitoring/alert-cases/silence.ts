import { TEXTFILES } from "../../../../constructs/monitoring/rules/silence";
import { type AlertCase, APP, BROKER, country, EDGE, EDGE_HOST, NODE, NODE_LABELS, PEER, SITE } from "./alert-case";

const INDIA = [
  'job="database-host",country="india",instance="india-database-1"',
  'job="mysqld",country="india",instance="india-database-1"',
  `${PEER},instance="india-prometheus-1"`,
];
const SINGAPORE = 'job="database-host",country="singapore",instance="singapore-database-1"';
const SINGAPORES_AGENT = 'up{job="kubelet",country="singapore",cluster="singapore-app"}';
const all = (targets: readonly string[], values: string) =>
  Object.fromEntries(targets.map((target) => [`up{${target}}`, values]));
const DEPLOYMENT = `${APP},namespace="keda",deployment="keda-operator"`;

/** What each of the machines is named. */
const edges = (job: string, values: readonly string[]) =>
  Object.fromEntries(values.map((each, n) => [`up{job="${job}",country="indonesia",instance="edge-${n}"}`, each]));

const VPN = 'up{job="vpn-host",country="indonesia",instance="indonesia-vpn"}';

/** Every target that all sites ask, well. */
const SHARED = Object.fromEntries([
  ...["indonesia", "india", "singapore"].flatMap((of) =>
    ["mysqld", "database-host"].map((job) => [`up{job="${job}",country="${of}",instance="x"}`, "1x60"]),
  ),
  ...["india", "singapore"].flatMap((of) =>
    ["a", "b"].map((instance) => [`up{job="monitoring-sites",country="${of}",instance="${instance}"}`, "1x60"]),
  ),
]);

/** Every metric that is expected of an app's cluster. */
const SIGNALS = Object.fromEntries(
  [
    "kube_deployment_status_replicas_available",
    "kubelet_volume_stats_available_bytes",
    "rabbitmq_queue_messages_ready",
    "keda_scaler_active",
    "externalsecret_status_condition",
    "node_filesystem_avail_bytes",
    "vector_component_sent_events_total",
  ].map((metric) => [`${metric}{${APP}}`, "1x60"]),
);

/** What targets outside the clusters tell. */
const TOLD_BY: Readonly<Record<string, string>> = Object.fromEntries(
  (
    [
      ["haproxy", "haproxy_frontend_http_responses_total"],
      ["edge-host", "node_filesystem_avail_bytes"],
      ["mysqld", "mysql_global_status_threads_connected"],
      ["database-host", "node_filesystem_avail_bytes"],
      ["vpn-host", "node_filesystem_avail_bytes"],
    ] as const
  ).map(([job, metric]) => [`${metric}{job="${job}",country="indonesia",instance="x"}`, "20x60"]),
);

const textfile = ({ job, file }: (typeof TEXTFILES)[number]) =>
  `node_textfile_mtime_seconds{job="${job}",country="indonesia",instance="x",file="/x/${file}"}`;
/** Every script's file, on a machine of each kind. */
const ALL_WRITTEN = Object.fromEntries(
  TEXTFILES.flatMap((row) => [
    [`up{job="${row.job}",country="indonesia",instance="x"}`, "1x60"],
    [textfile(row), "0+60x60"],
  ]),
);

const written = (file: string, values: string) => ({
  [`node_textfile_mtime_seconds{${EDGE_HOST},file="/x/${file}"}`]: values,
});

export const SILENCE_CASES: Record<string, AlertCase> = {
  CountryLost: {
    fires: { ...all(INDIA, "1x10 0x60"), [`up{${SINGAPORE}}`]: "1x60" },
    labels: { country: "india" },
    summary: "india is lost: nothing of it answers, while other countries do",
    // Its site alone is gone; of another country its agent alone is heard.
    quiet: {
      ...all(INDIA, "0x60"),
      [`up{${INDIA[0]}}`]: "1x60",
      [`up{${SINGAPORE}}`]: "0x60",
      [SINGAPORES_AGENT]: "1x60",
    },
  },
  SiteAlone: {
    fires: { ...all([...INDIA, SINGAPORE], "0x60"), [`up{${EDGE}}`]: "1x60" },
    labels: { country },
    summary: "indonesia reaches no other country: it is cut off, or all others are lost",
    // Of another one, its agent alone is heard.
    quiet: { ...all(INDIA, "0x60"), [SINGAPORES_AGENT]: "1x60" },
  },
  TargetsMissing: {
    // One does not answer, one is not found any more.
    fires: { ...edges("haproxy", ["1x60", "0x60"]), ...edges("edge-host", ["1x60", "1x60", "1x60"]), [VPN]: "1x60" },
    labels: { country, job: "haproxy" },
    summary: "indonesia: 2 of what haproxy asks does not answer, or is not there",
    quiet: {
      ...edges("haproxy", ["1x60", "1x60", "1x60"]),
      ...edges("edge-host", ["1x60", "1x60", "1x60"]),
      [VPN]: "1x60",
    },
  },
  SharedTargetsMissing: {
    fires: { ...SHARED, 'up{job="mysqld",country="indonesia",instance="x"}': "0x60" },
    labels: { country, job: "mysqld" },
    summary: "indonesia: 1 of what mysqld asks does not answer",
    quiet: SHARED,
  },
  JobVanished: {
    fires: { [`up{${APP},job="keda-operator",instance="a"}`]: "1x10 _x60" },
    labels: { country, cluster: "indonesia-app", job: "keda-operator" },
    summary: "indonesia: nothing of keda-operator in indonesia-app is heard of any more",
    quiet: {
      [`up{${APP},job="keda-operator",instance="a"}`]: "1x10 _x60",
      [`up{${APP},job="keda-operator",instance="b"}`]: "1x60",
    },
  },
  TargetDown: {
    fires: { [`up{${APP},job="kubelet",instance="a"}`]: "0x60", [`up{${APP},job="kubelet",instance="b"}`]: "0x60" },
    labels: { country, cluster: "indonesia-app", job: "kubelet" },
    summary: "indonesia: 2 targets of kubelet in indonesia-app do not answer",
    quiet: { [`up{${APP},job="kubelet",instance="a"}`]: "1x60", [`up{${EDGE}}`]: "0x60" },
  },
  SignalMissing: {
    fires: { ...SIGNALS, [`kube_deployment_status_replicas_available{${APP}}`]: "3x10 _x60" },
    alsoFires: Object.keys(SIGNALS).map((series) => ({ ...SIGNALS, [series]: "3x10 _x60" })),
    labels: { country, signal: "the state of pods (kube-state-metrics)" },
    summary:
      "indonesia: its app cluster tells nothing of the state of pods (kube-state-metrics); alerts on it are blind",
    quiet: SIGNALS,
  },
  TargetBlind: {
    fires: {
      'up{job="mysqld",country="indonesia",instance="x"}': "1x60",
      'mysql_global_status_threads_connected{job="mysqld",country="indonesia",instance="x"}': "20x10 _x50",
    },
    alsoFires: Object.keys(TOLD_BY).map((metric) => ({
      ...TOLD_BY,
      [metric]: "20x10 _x50",
      [metric.replace(/^\w+/, "up")]: "1x60",
    })),
    labels: { country, job: "mysqld" },
    summary: "indonesia: a target of mysqld answers and tells nothing; alerts on it are blind",
    // India's own site tells of India's, and a server that does not serve has nothing to tell.
    quiet: {
      ...Object.fromEntries(Object.keys(TOLD_BY).map((metric) => [metric.replace(/^\w+/, "up"), "1x60"])),
      ...TOLD_BY,
      'up{job="mysqld",country="india",instance="x"}': "1x60",
      'up{job="mysqld",country="indonesia",instance="y"}': "1x60",
      'database_writable{job="database-host",country="indonesia",instance="y"}': "0x60",
    },
  },
  AgentSilent: {
    // What the site sees of its own cluster does not count.
    fires: { [`up{${SITE},job="kubelet"}`]: "1x60" },
    labels: { country },
    summary: "indonesia: its app cluster sends no metrics",
    quiet: { [`up{${APP},job="kubelet"}`]: "1x60" },
  },
  WorkloadShort: {
    fires: {
      [`kube_deployment_status_replicas_available{${DEPLOYMENT}}`]: "1x60",
      [`kube_deployment_spec_replicas{${DEPLOYMENT}}`]: "2x60",
    },
    alsoFires: [
      {
        [`kube_statefulset_status_replicas_ready{${APP},statefulset="agent"}`]: "0x60",
        [`kube_statefulset_replicas{${APP},statefulset="agent"}`]: "1x60",
      },
      {
        [`kube_daemonset_status_number_ready{${APP},daemonset="logs-agent"}`]: "5x60",
        [`kube_daemonset_status_desired_number_scheduled{${APP},daemonset="logs-agent"}`]: "6x60",
      },
    ],
    labels: { country, cluster: "indonesia-app", namespace: "keda", deployment: "keda-operator" },
    summary: "indonesia: keda-operator in indonesia-app has 1 ready pods, fewer than it wants",
    // The app and its broker have alerts of their own.
    quiet: {
      [`kube_deployment_status_replicas_available{${APP},namespace="shop",deployment="shop"}`]: "2x60",
      [`kube_deployment_spec_replicas{${APP},namespace="shop",deployment="shop"}`]: "3x60",
      [`kube_statefulset_status_replicas_ready{${BROKER}}`]: "2x60",
      [`kube_statefulset_replicas{${BROKER}}`]: "3x60",
      [`kube_daemonset_status_number_ready{${APP},daemonset="logs-agent"}`]: "6x60",
      [`kube_daemonset_status_desired_number_scheduled{${APP},daemonset="logs-agent"}`]: "6x60",
    },
  },
  TextfileStale: {
    fires: {
      [`up{${EDGE_HOST}}`]: "1x60",
      ...written("edge.prom", "0x60"),
      ...written("machine-logs.prom", "0+60x60"),
    },
    alsoFires: TEXTFILES.map((row) => ({ ...ALL_WRITTEN, [textfile(row)]: "0x60" })),
    labels: { country, job: "edge-host", instance: "indonesia-edge-a1b2" },
    summary: "indonesia: a script of indonesia-edge-a1b2 (edge-host) does not write what it sees",
    quiet: ALL_WRITTEN,
  },
  ClockOff: {
    fires: { [`node_time_seconds{${NODE}}`]: "7200+60x60" },
    alsoFires: [
      { [`node_timex_offset_seconds{${NODE}}`]: "-0.9x60" },
      { [`node_timex_sync_status{${NODE}}`]: "1x2 0x60" },
    ],
    labels: NODE_LABELS,
    summary: "indonesia: the clock of indonesia-database-1 is off, or is not synchronized",
    quiet: {
      [`node_time_seconds{${NODE}}`]: "0+60x60",
      [`node_timex_offset_seconds{${NODE}}`]: "0.001x60",
      [`node_timex_sync_status{${NODE}}`]: "1x60",
    },
  },
};
