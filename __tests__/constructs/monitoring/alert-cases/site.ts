import { type AlertCase, APP, country, PEER, SITE } from "./alert-case";

const RENEWAL = 'namespace="certificates",cronjob="certificate-renewal"';

export const SITE_CASES: Record<string, AlertCase> = {
  MonitoringSiteSilent: {
    fires: { [`up{${PEER},instance="a"}`]: "0x60", [`up{${PEER},instance="b"}`]: "0x60" },
    labels: { country: "india" },
    summary: "india: its monitoring does not answer; nobody watches what it watched",
    quiet: { [`up{${PEER},instance="a"}`]: "0x60", [`up{${PEER},instance="b"}`]: "1x60" },
  },
  AlertmanagerUnreachable: {
    fires: { [`up{${PEER}}`]: "1x60", [`alerts:taken:rate5m{${PEER}}`]: "0.1x10 0x50" },
    labels: { country: "india" },
    summary: "india: no Alertmanager takes what its Prometheus tells",
    // One of its two is enough.
    quiet: {
      [`up{${PEER},instance="a"}`]: "1x60",
      [`up{${PEER},instance="b"}`]: "1x60",
      [`alerts:taken:rate5m{${PEER},instance="a"}`]: "0.1x60",
    },
  },
  SilenceForgotten: {
    fires: { [`alertmanager_silences{${SITE},state="active"}`]: "1x2000" },
    at: "30h",
    labels: { country },
    summary: "indonesia: 1 silences have kept alerts from people for a day",
    quiet: {
      [`alertmanager_silences{${SITE},state="active"}`]: "1x700 0x1300",
      [`alertmanager_silences{${SITE},state="expired"}`]: "9x2000",
    },
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
  CertificateRenewalFails: {
    // It has never succeeded.
    fires: { [`kube_cronjob_created{${SITE},${RENEWAL}}`]: "0x2400" },
    at: "38h",
    labels: { country },
    summary: "indonesia: its site has not looked after the edges' certificates for 1d 14h 0m 0s",
    quiet: {
      [`kube_cronjob_created{${SITE},${RENEWAL}}`]: "0x2400",
      // Once a day.
      [`kube_cronjob_status_last_successful_time{${SITE},${RENEWAL}}`]: "0x1439 86400x961",
    },
  },
  RawLogArchiveStale: {
    fires: { [`vector_component_sent_events_total{${APP},component_id="archive"}`]: "9x60" },
    at: "45m",
    labels: { country },
    summary: "indonesia: no log line reaches the archive; the nodes keep them for hours only",
    quiet: { [`vector_component_sent_events_total{${APP},component_id="archive"}`]: "0+9x60" },
  },
};
