/** What makes an alert fire, and what must not. Series as promtool writes them: a sample a minute from minute 0. */
export interface AlertCase {
  readonly fires: Series;
  /** When it is asked. @default 30m */
  readonly at?: string;
  /** Labels of the alert beside its name and severity. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly quiet: Series;
}

type Series = Readonly<Record<string, string>>;

const country = "indonesia";
const EDGE = 'job="haproxy",country="indonesia",instance="indonesia-edge-a1b2",zone="asia-southeast2-a"';
const EDGE_LABELS = { job: "haproxy", country, instance: "indonesia-edge-a1b2", zone: "asia-southeast2-a" };
const EDGE_HOST = 'job="edge-host",country="indonesia",instance="indonesia-edge-a1b2"';
const NODE = 'job="database-host",country="indonesia",instance="indonesia-database-1",zone="asia-southeast2-a"';
const NODE_LABELS = {
  job: "database-host",
  country,
  instance: "indonesia-database-1",
  zone: "asia-southeast2-a",
};
/** Another country's node: scraped here too, told by its own site. */
const FOREIGN_NODE = 'job="database-host",country="india",instance="india-database-1",zone="asia-south1-a"';
const APP = 'country="indonesia",cluster="indonesia-app"';
const SITE = 'country="indonesia",cluster="indonesia-monitoring"';
const HPA = `${APP},namespace="shop",horizontalpodautoscaler="keda-hpa-shop"`;
const HPA_LABELS = { country, cluster: "indonesia-app", namespace: "shop", horizontalpodautoscaler: "keda-hpa-shop" };
const BROKER = `${APP},namespace="shop",statefulset="rabbitmq-server"`;
const PEER = 'job="monitoring-sites",country="india"';

const EDGE_CASES: Record<string, AlertCase> = {
  EdgeMachineDown: {
    fires: { [`up{${EDGE}}`]: "0x60" },
    labels: EDGE_LABELS,
    summary: "indonesia: HAProxy on indonesia-edge-a1b2 does not answer",
    quiet: { [`up{${EDGE}}`]: "1x60" },
  },
  EdgeDown: {
    fires: { [`up{${EDGE}}`]: "0x60" },
    labels: { country },
    summary: "indonesia: no HAProxy answers; DNS sends its users elsewhere",
    // One of two is enough.
    quiet: { [`up{${EDGE}}`]: "0x60", 'up{job="haproxy",country="indonesia",instance="other"}': "1x60" },
  },
  FailoverActive: {
    fires: {
      [`up{${EDGE}}`]: "1x60",
      [`haproxy_server_status{${EDGE},proxy="reads",server="indonesia",state="UP"}`]: "1x20 0x40",
      [`haproxy_server_status{${EDGE},proxy="reads",server="india",state="UP"}`]: "1x60",
    },
    labels: { country },
    summary: "indonesia: its own app is down; other countries serve its users",
    // Another country's app is down, which is that one's alert.
    quiet: {
      [`up{${EDGE}}`]: "1x60",
      [`haproxy_server_status{${EDGE},proxy="reads",server="indonesia",state="UP"}`]: "1x60",
      [`haproxy_server_status{${EDGE},proxy="reads",server="india",state="UP"}`]: "0x60",
    },
  },
  NoCountryServes: {
    fires: {
      [`haproxy_server_status{${EDGE},proxy="reads",server="india",state="UP"}`]: "0x60",
      // The way to the next country is no country.
      [`haproxy_server_status{${EDGE},proxy="reads",server="_elsewhere",state="UP"}`]: "1x60",
    },
    labels: { country },
    summary: "indonesia: no country's app can be reached; users see the page of the edge",
    quiet: { [`haproxy_server_status{${EDGE},proxy="reads",server="india",state="UP"}`]: "1x60" },
  },
  NoDatabaseServes: {
    fires: { [`haproxy_backend_active_servers{${EDGE},proxy="database"}`]: "0x60" },
    labels: { country },
    summary: "indonesia: the app reaches no database that takes writes",
    quiet: { [`haproxy_backend_active_servers{${EDGE},proxy="database"}`]: "2x60" },
  },
  IngressErrors: {
    fires: {
      [`haproxy_server_http_responses_total{${EDGE},proxy="reads",server="india",code="2xx"}`]: "0+90x60",
      [`haproxy_server_http_responses_total{${EDGE},proxy="reads",server="india",code="5xx"}`]: "0+10x60",
    },
    labels: { country: "india" },
    summary: "india: 10% of its app's answers are errors",
    quiet: {
      [`haproxy_server_http_responses_total{${EDGE},proxy="reads",server="india",code="2xx"}`]: "0+99x60",
      [`haproxy_server_http_responses_total{${EDGE},proxy="reads",server="india",code="5xx"}`]: "0+1x60",
    },
  },
  UsersSeeErrors: {
    fires: {
      [`haproxy_frontend_http_responses_total{${EDGE},proxy="shop",code="2xx"}`]: "0+90x60",
      [`haproxy_frontend_http_responses_total{${EDGE},proxy="shop",code="5xx"}`]: "0+10x60",
    },
    labels: { country },
    summary: "indonesia: 10% of what its users are answered are errors",
    quiet: {
      [`haproxy_frontend_http_responses_total{${EDGE},proxy="shop",code="2xx"}`]: "0+99x60",
      [`haproxy_frontend_http_responses_total{${EDGE},proxy="shop",code="5xx"}`]: "0+1x60",
    },
  },
  CertificateExpiring: {
    fires: { [`edge_certificate_expiry_timestamp_seconds{${EDGE_HOST}}`]: `${20 * 86_400}x200` },
    at: "2h",
    labels: { country },
    summary: "indonesia: the edge's certificate ends in 19d 22h 0m 0s",
    quiet: { [`edge_certificate_expiry_timestamp_seconds{${EDGE_HOST}}`]: `${22 * 86_400}x200` },
  },
  CertificateExpiresNow: {
    fires: { [`edge_certificate_expiry_timestamp_seconds{${EDGE_HOST}}`]: `${2 * 86_400}x60` },
    labels: { country },
    summary: "indonesia: the edge's certificate ends in 1d 23h 30m 0s",
    quiet: { [`edge_certificate_expiry_timestamp_seconds{${EDGE_HOST}}`]: `${4 * 86_400}x60` },
  },
  CertificateStandIn: {
    fires: { [`edge_certificate_stand_in{${EDGE_HOST}}`]: "1x60" },
    labels: { country },
    summary: "indonesia: a self-signed stand-in is served, which browsers refuse",
    quiet: { [`edge_certificate_stand_in{${EDGE_HOST}}`]: "0x60" },
  },
  EdgeConfigRefused: {
    fires: { [`edge_config_refused{${EDGE_HOST}}`]: "1x60" },
    labels: { job: "edge-host", country, instance: "indonesia-edge-a1b2" },
    summary: "indonesia: indonesia-edge-a1b2 refuses its config and serves with the last good one",
    quiet: { [`edge_config_refused{${EDGE_HOST}}`]: "0x60" },
  },
  EdgeSyncStale: {
    fires: { [`edge_sync_last_success_timestamp_seconds{${EDGE_HOST}}`]: "0x60" },
    labels: { job: "edge-host", country, instance: "indonesia-edge-a1b2" },
    summary: "indonesia: indonesia-edge-a1b2 has not fetched config and certificate for 30m 0s",
    quiet: { [`edge_sync_last_success_timestamp_seconds{${EDGE_HOST}}`]: "0+60x60" },
  },
};

const APP_CASES: Record<string, AlertCase> = {
  AppAtMaximum: {
    fires: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${HPA}}`]: "60x60",
      [`kube_horizontalpodautoscaler_spec_max_replicas{${HPA}}`]: "60x60",
    },
    labels: HPA_LABELS,
    summary: "indonesia: the app has all the 60 pods that it may have",
    quiet: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${HPA}}`]: "59x60",
      [`kube_horizontalpodautoscaler_spec_max_replicas{${HPA}}`]: "60x60",
    },
  },
  AppShortOfPods: {
    fires: {
      [`kube_deployment_status_replicas_available{${APP},namespace="shop",deployment="shop"}`]: "2x60",
      [`kube_horizontalpodautoscaler_spec_min_replicas{${HPA}}`]: "3x60",
    },
    labels: { country },
    summary: "indonesia: the app has 2 ready pods, fewer than its least number",
    quiet: {
      [`kube_deployment_status_replicas_available{${APP},namespace="shop",deployment="shop"}`]: "3x60",
      [`kube_horizontalpodautoscaler_spec_min_replicas{${HPA}}`]: "3x60",
    },
  },
  QueueGrowing: {
    fires: { [`rabbitmq_queue_messages_ready{${APP},pod="rabbitmq-server-0"}`]: "4000+10x60" },
    labels: { country },
    summary: "indonesia: 4300 messages wait, more than the app can work off, and they grow",
    // Many, but fewer than before.
    quiet: { [`rabbitmq_queue_messages_ready{${APP},pod="rabbitmq-server-0"}`]: "9000-10x60" },
  },
  ScalerFailing: {
    fires: { [`keda_scaler_detail_errors_total{${APP},scaler="rabbitmqScaler"}`]: "0+1x60" },
    labels: { country, scaler: "rabbitmqScaler" },
    summary: "indonesia: KEDA cannot read rabbitmqScaler; the app does not scale by it",
    quiet: { [`keda_scaler_detail_errors_total{${APP},scaler="rabbitmqScaler"}`]: "7x60" },
  },
  BrokerShortOfNodes: {
    fires: {
      [`kube_statefulset_status_replicas_ready{${BROKER}}`]: "2x60",
      [`kube_statefulset_replicas{${BROKER}}`]: "3x60",
    },
    labels: { country, cluster: "indonesia-app", namespace: "shop", statefulset: "rabbitmq-server" },
    summary: "indonesia: 2 nodes of RabbitMQ are ready; with one its queues stop",
    quiet: {
      [`kube_statefulset_status_replicas_ready{${BROKER}}`]: "3x60",
      [`kube_statefulset_replicas{${BROKER}}`]: "3x60",
    },
  },
  BrokerBlocksPublishers: {
    fires: {
      [`rabbitmq_alarms_memory_used_watermark{${APP},pod="rabbitmq-server-0"}`]: "0x60",
      [`rabbitmq_alarms_free_disk_space_watermark{${APP},pod="rabbitmq-server-0"}`]: "1x60",
    },
    labels: { country },
    summary: "indonesia: RabbitMQ takes no messages, its memory or its disk is full",
    quiet: {
      [`rabbitmq_alarms_memory_used_watermark{${APP},pod="rabbitmq-server-0"}`]: "0x60",
      [`rabbitmq_alarms_free_disk_space_watermark{${APP},pod="rabbitmq-server-0"}`]: "0x60",
    },
  },
  PodsRestarting: {
    fires: { [`kube_pod_container_status_restarts_total{${APP},namespace="shop",pod="a",container="shop"}`]: "0+1x60" },
    at: "40m",
    labels: { country, cluster: "indonesia-app", namespace: "shop", container: "shop" },
    summary: "indonesia: shop/shop in indonesia-app restarts again and again",
    quiet: {
      [`kube_pod_container_status_restarts_total{${APP},namespace="shop",pod="a",container="shop"}`]: "0x5 1x50",
    },
  },
  AgentSilent: {
    // What the site sees of its own cluster does not count.
    fires: { [`up{${SITE},job="kubelet"}`]: "1x60" },
    labels: { country },
    summary: "indonesia: its app cluster sends no metrics",
    quiet: { [`up{${APP},job="kubelet"}`]: "1x60" },
  },
};

const DATABASE_CASES: Record<string, AlertCase> = {
  DatabaseHostDown: {
    fires: { [`up{${NODE}}`]: "0x60" },
    labels: NODE_LABELS,
    summary: "indonesia: the machine of indonesia-database-1 does not answer",
    quiet: { [`up{${NODE}}`]: "1x60", [`up{${FOREIGN_NODE}}`]: "0x60" },
  },
  DatabaseClusterShort: {
    fires: { [`database_cluster_size{${NODE}}`]: "2x60" },
    labels: NODE_LABELS,
    summary: "indonesia: indonesia-database-1 sees 2 of 3 nodes; one more lost may be the quorum",
    quiet: { [`database_cluster_size{${NODE}}`]: "3x60", [`database_cluster_size{${FOREIGN_NODE}}`]: "2x60" },
  },
  DatabaseNotWritable: {
    fires: {
      [`database_not_writable{${NODE},reason="not-synced"}`]: "1x60",
      [`database_not_writable{${NODE},reason="down"}`]: "0x60",
    },
    labels: { ...NODE_LABELS, reason: "not-synced" },
    summary: "indonesia: indonesia-database-1 takes no writes: not-synced",
    quiet: { [`database_not_writable{${NODE},reason="not-synced"}`]: "0x60" },
  },
  DatabaseStuck: {
    fires: { [`database_stuck{${NODE}}`]: "1x60" },
    labels: NODE_LABELS,
    summary: "indonesia: indonesia-database-1 waits for a quorum although no node is missing, and is restarted",
    quiet: { [`database_stuck{${NODE}}`]: "0x60" },
  },
  DatabaseWaitsToStart: {
    fires: { [`database_start_waiting{${NODE}}`]: "1x60" },
    labels: NODE_LABELS,
    summary: "indonesia: indonesia-database-1 cannot know whether it may start, and waits",
    quiet: { [`database_start_waiting{${NODE}}`]: "0x60" },
  },
  DatabaseRestarted: {
    fires: { [`database_watch_restarts_total{${NODE}}`]: "0x10 1x50" },
    labels: NODE_LABELS,
    summary: "indonesia: the server of indonesia-database-1 left the group or hung, and was restarted",
    quiet: { [`database_watch_restarts_total{${NODE}}`]: "3x60" },
  },
  DatabaseFlowControl: {
    // 20 % of each minute, in nanoseconds.
    fires: { [`mysql_global_status_wsrep_flow_control_paused_ns{${NODE}}`]: "0+12000000000x60" },
    labels: NODE_LABELS,
    summary: "indonesia: indonesia-database-1 stood still for 20% of the time, waiting for a slow member",
    quiet: { [`mysql_global_status_wsrep_flow_control_paused_ns{${NODE}}`]: "0+600000000x60" },
  },
  DatabaseConnectionsFull: {
    fires: {
      [`mysql_global_status_threads_connected{${NODE}}`]: "450x60",
      [`mysql_global_variables_max_connections{${NODE}}`]: "500x60",
    },
    labels: NODE_LABELS,
    summary: "indonesia: 90% of the connections of indonesia-database-1 are taken",
    quiet: {
      [`mysql_global_status_threads_connected{${NODE}}`]: "300x60",
      [`mysql_global_variables_max_connections{${NODE}}`]: "500x60",
    },
  },
  BackupStale: {
    fires: { [`database_backup_last_success_timestamp_seconds{${NODE}}`]: "0x2000" },
    at: "28h",
    labels: { country },
    summary: "No node has made a backup of the database for 26 hours (seen from indonesia)",
    // Another node made the last one.
    quiet: {
      [`database_backup_last_success_timestamp_seconds{${NODE}}`]: "0x2000",
      [`database_backup_last_success_timestamp_seconds{${FOREIGN_NODE}}`]: "86400x2000",
    },
  },
  DatabaseCertificateExpiring: {
    fires: { [`database_certificate_expiry_timestamp_seconds{${NODE}}`]: `${10 * 86_400}x200` },
    at: "2h",
    labels: NODE_LABELS,
    summary: "indonesia: a certificate of indonesia-database-1 ends in 9d 22h 0m 0s",
    quiet: {
      [`database_certificate_expiry_timestamp_seconds{${NODE}}`]: `${30 * 86_400}x200`,
      [`database_ca_expiry_timestamp_seconds{${NODE}}`]: `${90 * 86_400}x200`,
    },
  },
  DatabaseCredentialsFailing: {
    fires: { [`database_credentials_exit_code{${NODE}}`]: "4x60" },
    at: "45m",
    labels: NODE_LABELS,
    summary: "indonesia: galera-credentials on indonesia-database-1 ends with 4",
    quiet: { [`database_credentials_exit_code{${NODE}}`]: "0x60" },
  },
};

const SITE_CASES: Record<string, AlertCase> = {
  MonitoringSiteSilent: {
    fires: { [`up{${PEER},instance="a"}`]: "0x60", [`up{${PEER},instance="b"}`]: "0x60" },
    labels: { country: "india" },
    summary: "india: its monitoring does not answer; nobody watches what it watched",
    quiet: { [`up{${PEER},instance="a"}`]: "0x60", [`up{${PEER},instance="b"}`]: "1x60" },
  },
  PrometheusReplicaDown: {
    fires: { [`up{${PEER},instance="india-prometheus-1"}`]: "0x60" },
    labels: { job: "monitoring-sites", country: "india", instance: "india-prometheus-1" },
    summary: "india: india-prometheus-1 does not answer; the other one goes on",
    quiet: { [`up{${PEER},instance="india-prometheus-1"}`]: "1x60" },
  },
  AlertmanagerUnreachable: {
    fires: { [`prometheus_notifications_alertmanagers_discovered{${PEER}}`]: "0x60" },
    labels: { country: "india" },
    summary: "india: its Prometheus finds no Alertmanager",
    quiet: { [`prometheus_notifications_alertmanagers_discovered{${PEER}}`]: "2x60" },
  },
  AlertsNotDelivered: {
    fires: { [`alertmanager_notifications_failed_total{${SITE},integration="webhook",reason="other"}`]: "0+1x60" },
    labels: { country, integration: "webhook" },
    summary: "indonesia: alerts cannot be delivered by webhook",
    quiet: { [`alertmanager_notifications_failed_total{${SITE},integration="webhook",reason="other"}`]: "5x60" },
  },
  SamplesRefused: {
    fires: { [`prometheus_tsdb_out_of_bound_samples_total{${SITE},instance="a"}`]: "0+5x60" },
    labels: { country, instance: "a" },
    summary: "indonesia: samples that were pushed are too old to be taken, and are lost",
    quiet: { [`prometheus_tsdb_out_of_bound_samples_total{${SITE},instance="a"}`]: "5x60" },
  },
  MetricArchiveStale: {
    fires: { [`thanos_objstore_bucket_last_successful_upload_time{${SITE},job="metrics-thanos-discovery"}`]: "0x900" },
    at: "13h",
    labels: { country },
    summary: "indonesia: no block of metrics has been archived for 4 hours; the disk holds 15 days",
    // The Prometheus that uploaded last restarted, and knows of no upload.
    quiet: {
      [`thanos_objstore_bucket_last_successful_upload_time{${SITE},job="metrics-thanos-discovery",pod="a"}`]:
        "0+60x480",
      [`thanos_objstore_bucket_last_successful_upload_time{${SITE},job="metrics-thanos-discovery",pod="b"}`]: "0x900",
    },
  },
  MetricCompactionHalted: {
    fires: { [`thanos_compact_halted{${SITE}}`]: "1x60" },
    labels: { country },
    summary: "indonesia: the archive of metrics is not compacted any more",
    quiet: { [`thanos_compact_halted{${SITE}}`]: "0x60" },
  },
  LogSnapshotStale: {
    fires: {
      [`kube_cronjob_status_last_successful_time{${SITE},namespace="elastic",cronjob="snapshot-check"}`]: "0x600",
    },
    at: "6h",
    labels: { country },
    summary: "indonesia: Elasticsearch has no recent snapshot",
    quiet: {
      [`kube_cronjob_status_last_successful_time{${SITE},namespace="elastic",cronjob="snapshot-check"}`]: "0+60x600",
    },
  },
  RawLogArchiveStale: {
    fires: { [`vector_component_sent_events_total{${APP},component_id="archive"}`]: "9x60" },
    at: "45m",
    labels: { country },
    summary: "indonesia: no log line reaches the archive; the nodes keep them for hours only",
    quiet: { [`vector_component_sent_events_total{${APP},component_id="archive"}`]: "0+9x60" },
  },
  LogsDropped: {
    fires: { [`vector_buffer_discarded_events_total{${APP},buffer_id="elasticsearch"}`]: "0+9x60" },
    labels: { country },
    summary: "indonesia: log lines miss in Elasticsearch; the archive has them",
    quiet: { [`vector_buffer_discarded_events_total{${APP},buffer_id="archive"}`]: "0+9x60" },
  },
  SiteShortOfPods: {
    fires: {
      [`kube_statefulset_status_replicas_ready{${SITE},namespace="elastic",statefulset="elasticsearch-es-data"}`]:
        "2x60",
      [`kube_statefulset_replicas{${SITE},namespace="elastic",statefulset="elasticsearch-es-data"}`]: "3x60",
    },
    labels: {
      country,
      cluster: "indonesia-monitoring",
      namespace: "elastic",
      statefulset: "elasticsearch-es-data",
    },
    summary: "indonesia: elasticsearch-es-data has 2 ready pods",
    quiet: {
      [`kube_statefulset_status_replicas_ready{${SITE},namespace="elastic",statefulset="elasticsearch-es-data"}`]:
        "3x60",
      [`kube_statefulset_replicas{${SITE},namespace="elastic",statefulset="elasticsearch-es-data"}`]: "3x60",
    },
  },
  DiskFilling: {
    fires: {
      [`node_filesystem_avail_bytes{${NODE},fstype="ext4",mountpoint="/var/lib/database"}`]: "10x60",
      [`node_filesystem_size_bytes{${NODE},fstype="ext4",mountpoint="/var/lib/database"}`]: "100x60",
    },
    labels: { ...NODE_LABELS, fstype: "ext4", mountpoint: "/var/lib/database" },
    summary: "indonesia: 10% free on /var/lib/database (indonesia-database-1)",
    quiet: {
      [`node_filesystem_avail_bytes{${NODE},fstype="ext4",mountpoint="/var/lib/database"}`]: "20x60",
      [`node_filesystem_size_bytes{${NODE},fstype="ext4",mountpoint="/var/lib/database"}`]: "100x60",
      [`kubelet_volume_stats_available_bytes{${SITE},persistentvolumeclaim="data"}`]: "20x60",
      [`kubelet_volume_stats_capacity_bytes{${SITE},persistentvolumeclaim="data"}`]: "100x60",
    },
  },
  VpnDown: {
    fires: { 'up{job="vpn-host",country="indonesia",instance="indonesia-vpn"}': "0x60" },
    labels: { job: "vpn-host", country, instance: "indonesia-vpn" },
    summary: "indonesia: the VPN host does not answer",
    quiet: { 'up{job="vpn-host",country="indonesia",instance="indonesia-vpn"}': "1x60" },
  },
  TargetDown: {
    fires: { [`up{${APP},job="kubelet",instance="a"}`]: "0x60", [`up{${APP},job="kubelet",instance="b"}`]: "0x60" },
    labels: { country, cluster: "indonesia-app", job: "kubelet" },
    summary: "indonesia: 2 targets of kubelet in indonesia-app do not answer",
    quiet: { [`up{${APP},job="kubelet",instance="a"}`]: "1x60", [`up{${EDGE}}`]: "0x60" },
  },
};

/** By the alert's name. The watchdog always fires and has a test of its own. */
export const ALERT_CASES: Readonly<Record<string, AlertCase>> = {
  ...EDGE_CASES,
  ...APP_CASES,
  ...DATABASE_CASES,
  ...SITE_CASES,
};
