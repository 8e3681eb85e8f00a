import { type AlertCase, APP, country, EDGE, NODE, NODE_LABELS, PEER, SITE } from "./alert-case";

export const SITE_CASES: Record<string, AlertCase> = {
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
