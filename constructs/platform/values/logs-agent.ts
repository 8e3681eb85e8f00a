import { CLUSTER_SECRETS } from "../../../config/app-cluster-names";
import { names } from "../../../config/names";
import { SITE_PORTS } from "../../../config/ports";
import { type HelmValues, resources } from "../../kubernetes/values/helm-values";
import { BEGINS_MESSAGE, MASK_ADDRESSES, renderParse } from "../render-log-transforms";

export interface LogsAgentSettings {
  readonly country: string;
  readonly cluster: string;
  /** Host name of the site's Elasticsearch, as in its certificate. */
  readonly elasticsearchHost: string;
  /** Bucket of the country's raw logs. */
  readonly archiveBucket: string;
  /** What stands for docker.io. */
  readonly dockerHub: string;
}

const SECRET_FOLDER = "/etc/elasticsearch";
const PORTS = { api: 8686, metrics: 9598 } as const;

/** Bytes that a sink may buffer on the node's disk: Vector requires 256 MiB or more. */
const BUFFER_BYTES = 1024 ** 3;

/** Chart vector: reads every container's log on every node, for the site's Elasticsearch and the archive. */
export function renderLogsAgentValues(settings: LogsAgentSettings): HelmValues {
  const { name } = CLUSTER_SECRETS.elasticsearch;
  return {
    fullnameOverride: "logs-agent",
    image: { repository: `${settings.dockerHub}/timberio/vector` },
    role: "Agent",
    serviceAccount: { create: false, name: names.serviceAccount(settings.country, "agent") },
    tolerations: [{ operator: "Exists" }], // every node, whatever its taints
    resources: resources("100m", "256Mi", "768Mi"),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
    livenessProbe: { httpGet: { path: "/health", port: PORTS.api } },
    readinessProbe: { httpGet: { path: "/health", port: PORTS.api } },
    service: { enabled: false },
    serviceHeadless: { enabled: false },
    podMonitor: { enabled: true, port: "prom-exporter" },
    extraVolumes: [{ name: "elasticsearch", secret: { secretName: name } }],
    extraVolumeMounts: [{ name: "elasticsearch", mountPath: SECRET_FOLDER, readOnly: true }],
    customConfig: config(settings),
  };
}

function config(settings: LogsAgentSettings): HelmValues {
  return {
    data_dir: "/vector-data-dir",
    api: { enabled: true, address: `0.0.0.0:${PORTS.api}` },
    secret: { elasticsearch: { type: "directory", path: SECRET_FOLDER } },
    sources: {
      internal_metrics: { type: "internal_metrics" },
      containers: { type: "kubernetes_logs" },
    },
    transforms: {
      masked: { type: "remap", inputs: ["containers"], source: MASK_ADDRESSES },
      joined: JOINED,
      parsed: { type: "remap", inputs: ["joined"], source: renderParse(settings) },
    },
    sinks: {
      prom_exporter: {
        type: "prometheus_exporter",
        inputs: ["internal_metrics"],
        address: `0.0.0.0:${PORTS.metrics}`,
      },
      elasticsearch: elasticsearch(settings),
      archive: archive(settings),
    },
  };
}

/**
 * Joins what one file of a container says over several lines. A message waits for the next one, or a second; the archive
 * takes every line as it comes.
 */
const JOINED: HelmValues = {
  type: "reduce",
  inputs: ["masked"],
  group_by: ["file", "stream"],
  starts_when: BEGINS_MESSAGE,
  merge_strategies: { message: "concat_newline", timestamp: "discard" },
  expire_after_ms: 1000,
  flush_period_ms: 250,
  max_events: 500,
};

/**
 * Searched at the site. During a long outage the newest lines are dropped there: a full buffer would block the archive.
 */
function elasticsearch({ elasticsearchHost }: LogsAgentSettings): HelmValues {
  const { username, password, ca } = CLUSTER_SECRETS.elasticsearch;
  return {
    type: "elasticsearch",
    inputs: ["parsed"],
    endpoints: [`https://${elasticsearchHost}:${SITE_PORTS.elasticsearch}`],
    api_version: "v8",
    mode: "data_stream",
    compression: "gzip",
    // A line that a bulk answer refuses for want of room is sent again; without this it is dropped.
    request_retry_partial: true,
    auth: {
      strategy: "basic",
      user: `SECRET[elasticsearch.${username}]`,
      password: `SECRET[elasticsearch.${password}]`,
    },
    tls: { ca_file: `${SECRET_FOLDER}/${ca}` },
    healthcheck: { enabled: false }, // at start only, and the archive must start without the site
    buffer: { type: "disk", max_size: BUFFER_BYTES, when_full: "drop_newest" },
  };
}

/** Kept for years. During an outage reading pauses: the lines are still in the node's files. */
function archive({ archiveBucket }: LogsAgentSettings): HelmValues {
  return {
    type: "gcp_cloud_storage",
    inputs: ["masked"],
    bucket: archiveBucket,
    // Braces in quotes, because the chart renders its values as a template.
    key_prefix: 'namespace={{ "{{ kubernetes.pod_namespace }}" }}/date=%Y-%m-%d/hour=%H/',
    filename_extension: "ndjson.gz",
    compression: "gzip",
    content_type: "application/x-ndjson",
    encoding: { codec: "json" },
    framing: { method: "newline_delimited" },
    batch: { max_bytes: 10_000_000, timeout_secs: 300 },
    healthcheck: { enabled: false }, // reads the bucket itself, which a writer may not
    buffer: { type: "disk", max_size: BUFFER_BYTES, when_full: "block" },
  };
}
