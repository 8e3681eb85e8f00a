import { SHOP } from "../../../config/app-cluster-names";
import type { HelmValues } from "../../kubernetes/values/helm-values";
import type { AlertGroup } from "../alert";
import { HOST_JOBS, SCRAPE_JOBS } from "../render-scrape-jobs";
import { BROKER_SET } from "./app";
import { ESTATE, SELF, TARGETS, WATCHED } from "./recording";

/** Whatever a country's agent pushes: samples of a site's own cluster have another `cluster`. */
export const FROM_AGENTS = 'cluster=~".+-app"';

const SCRAPED = `job=~"${Object.values(SCRAPE_JOBS).join("|")}"`;

/** Jobs whose targets every site scrapes. */
const SEEN_BY_ALL = [SCRAPE_JOBS.database, SCRAPE_JOBS.databaseHost, SCRAPE_JOBS.sites].join("|");

/** Countries of which this site reaches anything. */
export const REACHED = `(up{${SCRAPED}} == 1 or up{${FROM_AGENTS}} == 1)`;

/** Nothing when the site is alone. */
export const OTHERS_REACHED = `(${REACHED} unless on (country) ${SELF})`;

/** Metrics of an app's cluster without which alerts are blind, and what is blind then. */
const SIGNALS: Readonly<Record<string, string>> = {
  "the state of pods (kube-state-metrics)": "kube_deployment_status_replicas_available",
  "the disks of pods (kubelet)": "kubelet_volume_stats_available_bytes",
  "the queue (RabbitMQ)": "rabbitmq_queue_messages_ready",
  "scaling (KEDA)": "keda_scaler_active",
  "secrets (external-secrets)": "externalsecret_status_condition",
  "the nodes (node exporter)": "node_filesystem_avail_bytes",
  "logs (Vector)": "vector_component_sent_events_total",
};

/** What a target outside the clusters must tell, by its job: one that answers may have nothing to say. A site tells of itself. */
const TOLD_BY: Readonly<Record<string, string>> = {
  [SCRAPE_JOBS.edge]: "haproxy_frontend_http_responses_total",
  [SCRAPE_JOBS.edgeHost]: "node_filesystem_avail_bytes",
  [SCRAPE_JOBS.database]: "mysql_global_status_threads_connected",
  [SCRAPE_JOBS.databaseHost]: "node_filesystem_avail_bytes",
  [SCRAPE_JOBS.vpnHost]: "node_filesystem_avail_bytes",
};

/** When a target may have nothing to tell: a database's server that does not serve, of which its machine tells. */
const EXCUSES: Readonly<Record<string, string>> = {
  [SCRAPE_JOBS.database]: " unless on (country, instance) database_writable == 0",
};

/**
 * Files that scripts write for the node exporter, and the longest time between two writes: some of their runs. Those with
 * nothing but times in them age by themselves.
 */
export const TEXTFILES = [
  ...HOST_JOBS.map((job) => ({ job, file: "machine-logs.prom", minutes: 5 })),
  { job: SCRAPE_JOBS.edgeHost, file: "edge.prom", minutes: 5 },
  { job: SCRAPE_JOBS.databaseHost, file: "galera-health.prom", minutes: 5 },
  { job: SCRAPE_JOBS.databaseHost, file: "galera-credentials.prom", minutes: 15 },
] as const;

/** 1 for each job of a cluster of which a target answers. */
const JOB_ANSWERS = "job:up:max";

export const SILENCE_RECORDS: HelmValues = {
  name: "answering",
  rules: [{ record: JOB_ANSWERS, expr: 'max by (country, cluster, job) (up{cluster!=""})' }],
};

/** Ready pods, and those that are wanted. The app and its broker have alerts of their own. */
const SHORT = [
  [`kube_deployment_status_replicas_available{deployment!="${SHOP}"}`, "kube_deployment_spec_replicas"],
  [`kube_statefulset_status_replicas_ready{statefulset!="${BROKER_SET}"}`, "kube_statefulset_replicas"],
  ["kube_daemonset_status_number_ready", "kube_daemonset_status_desired_number_scheduled"],
] as const;

/** A scrape and its answer are a second apart at most; certificates, logs and Galera's dates mind less than this. */
const CLOCK_SECONDS = 5;

/** What is not heard of any more: a machine, a job, an exporter, a script's file, a whole country. */
export const SILENCE_ALERTS: AlertGroup = {
  name: "silence",
  alerts: [
    {
      name: "CountryLost",
      severity: "critical",
      isSeenByAllSites: true,
      expr: `${ESTATE} unless on (country) ${REACHED} unless on (country) ${SELF} and on () ${OTHERS_REACHED}`,
      for: "90s",
      summary: "{{ $labels.country }} is lost: nothing of it answers, while other countries do",
      runbook: "countries.md#a-country-is-lost",
    },
    {
      name: "SiteAlone",
      severity: "critical",
      expr: `${SELF} unless on () ${OTHERS_REACHED}`,
      // Sooner than what it silences.
      for: "1m",
      summary: "{{ $labels.country }} reaches no other country: it is cut off, or all others are lost",
      runbook: "countries.md#two-countries-are-lost",
    },
    {
      name: "TargetsMissing",
      severity: "warning",
      expr: missing(`job!~"${SEEN_BY_ALL}"`),
      for: "5m",
      summary: "{{ $labels.country }}: {{ $value }} of what {{ $labels.job }} asks does not answer, or is not there",
      runbook: "monitoring.md#a-machine-does-not-answer",
    },
    {
      name: "SharedTargetsMissing",
      severity: "warning",
      isSeenByAllSites: true,
      expr: missing(`job=~"${SEEN_BY_ALL}"`),
      for: "5m",
      summary: "{{ $labels.country }}: {{ $value }} of what {{ $labels.job }} asks does not answer",
      runbook: "monitoring.md#a-machine-does-not-answer",
    },
    {
      name: "JobVanished",
      severity: "warning",
      expr: `max_over_time(${JOB_ANSWERS}[1d]) == 1 unless on (country, cluster, job) up`,
      for: "10m",
      summary: "{{ $labels.country }}: nothing of {{ $labels.job }} in {{ $labels.cluster }} is heard of any more",
      runbook: "monitoring.md#a-target-does-not-answer",
    },
    {
      name: "TargetDown",
      severity: "warning",
      expr: 'count by (country, cluster, job) (up{cluster!=""} == 0)',
      for: "15m",
      summary:
        "{{ $labels.country }}: {{ $value }} targets of {{ $labels.job }} in {{ $labels.cluster }} do not answer",
      runbook: "monitoring.md#a-target-does-not-answer",
    },
    {
      name: "SignalMissing",
      severity: "warning",
      expr: Object.entries(SIGNALS)
        .map(
          ([signal, metric]) =>
            `label_replace(${WATCHED} unless on (country) ${metric}{${FROM_AGENTS}}, "signal", "${signal}", "", "")`,
        )
        .join(" or "),
      for: "10m",
      summary: "{{ $labels.country }}: its app cluster tells nothing of {{ $labels.signal }}; alerts on it are blind",
      runbook: "monitoring.md#a-target-does-not-answer",
    },
    {
      name: "TargetBlind",
      severity: "warning",
      // A database's site tells of it: every site sees all of them.
      expr: `(${Object.entries(TOLD_BY)
        .map(
          ([job, metric]) =>
            `max by (country, job) (up{job="${job}"} == 1 unless on (country, job, instance) ${metric}{job="${job}"}${EXCUSES[job] ?? ""})`,
        )
        .join(" or ")}) and on (country) ${WATCHED}`,
      for: "10m",
      summary: "{{ $labels.country }}: a target of {{ $labels.job }} answers and tells nothing; alerts on it are blind",
      runbook: "monitoring.md#a-target-does-not-answer",
    },
    {
      name: "AgentSilent",
      severity: "critical",
      expr: `${WATCHED} unless on (country) up{${FROM_AGENTS}}`,
      for: "5m",
      summary: "{{ $labels.country }}: its app cluster sends no metrics",
      runbook: "monitoring.md#an-agent-is-silent",
    },
    {
      name: "WorkloadShort",
      severity: "warning",
      expr: SHORT.map(([has, wants]) => `${has} < ${wants}`).join(" or "),
      for: "15m",
      summary:
        "{{ $labels.country }}: {{ $labels.deployment }}{{ $labels.statefulset }}{{ $labels.daemonset }} in {{ $labels.cluster }} has {{ $value }} ready pods, fewer than it wants",
      runbook: "monitoring.md#a-workload-is-short-of-pods",
    },
    {
      name: "TextfileStale",
      severity: "warning",
      isOfMachines: true,
      expr: TEXTFILES.map(stale).join(" or "),
      for: "5m",
      summary:
        "{{ $labels.country }}: a script of {{ $labels.instance }} ({{ $labels.job }}) does not write what it sees",
      runbook: "monitoring.md#a-script-is-silent",
    },
    {
      name: "ClockOff",
      severity: "warning",
      isOfMachines: true,
      expr: `abs(node_time_seconds - timestamp(node_time_seconds)) > ${CLOCK_SECONDS} or abs(node_timex_offset_seconds) > 0.5 or max_over_time(node_timex_sync_status[15m]) == 0`,
      for: "10m",
      summary: "{{ $labels.country }}: the clock of {{ $labels.instance }} is off, or is not synchronized",
      runbook: "monitoring.md#a-clock-is-off",
    },
  ],
};

function missing(jobs: string): string {
  return `${TARGETS}{${jobs}} - (count by (country, job) (up{${jobs}} == 1) or 0 * ${TARGETS}{${jobs}}) > 0`;
}

/** A file that is too old, or is not there, on a machine that answers. */
function stale({ job, file, minutes }: (typeof TEXTFILES)[number]): string {
  const written = `node_textfile_mtime_seconds{job="${job}", file=~".*/${file}"}`;
  return `up{job="${job}"} == 1 unless on (country, instance) (time() - ${written} < ${minutes * 60})`;
}
