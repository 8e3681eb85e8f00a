import { names } from "../../../config/names";
import { SITE_PORTS } from "../../../config/ports";
import { type HelmValues, resources, spreadOverZones } from "../../kubernetes/values/helm-values";
import { diskPerPod, EVERY_MONITOR, kubePrometheusStack } from "../../kubernetes/values/kube-prometheus-stack";
import { receiverEntries } from "../alert-receivers";
import { RECEIVER_FOLDER, renderAlertmanagerConfig } from "../render-alertmanager";
import { renderScrapeConfigs } from "../render-scrape-jobs";
import { renderRules } from "../rules/alerts";
import { REPLICA_LABEL, SITE_NAMESPACES, SITE_SECRETS, siteHost } from "../site-names";
import type { AlertSettings, SiteSettings } from "../site-settings";
import { renderGrafanaValues } from "./grafana";

/** Name of the release's Prometheus and Alertmanager, and prefix of its other names. */
export const METRICS = "metrics";

/** Days that a Prometheus keeps samples; older ones are read from the archive. */
const RETENTION_DAYS = 15;

/** Share of its disk that a Prometheus fills with blocks; the rest is for the write-ahead log and compaction. */
const DISK_SHARE = 0.8;

/**
 * Maximum delay of pushed samples. An agent keeps what it cannot push for up to 4 hours; by default, Prometheus only
 * accepts the last hour.
 */
const LATEST_HOURS = 5;

/**
 * Chart kube-prometheus-stack: two Prometheus that each scrape and receive everything, two Alertmanagers and Grafana.
 * Rules and dashboards are all from this repository, so that every metric they use is known to exist.
 */
export function renderPrometheusValues(settings: SiteSettings): HelmValues {
  return {
    ...kubePrometheusStack(METRICS),
    additionalPrometheusRulesMap: { [settings.site]: renderRules(settings) },
    prometheus: {
      serviceAccount: { create: false, name: names.serviceAccount(settings.site, "metrics") },
      podDisruptionBudget: { enabled: true, minAvailable: 1 },
      thanosService: { enabled: true },
      thanosServiceMonitor: { enabled: true },
      prometheusSpec: prometheus(settings),
    },
    alertmanager: alertmanager(settings),
    grafana: renderGrafanaValues(settings),
  };
}

function prometheus(settings: SiteSettings): HelmValues {
  const { site, sizes } = settings;
  return {
    replicas: 2,
    retention: `${RETENTION_DAYS}d`,
    retentionSize: `${Math.floor(sizes.prometheusDiskGb * DISK_SHARE)}GB`,
    scrapeInterval: "30s",
    evaluationInterval: "15s",
    enableRemoteWriteReceiver: true,
    tsdb: { outOfOrderTimeWindow: `${LATEST_HOURS}h` },
    // Not `country` or `cluster`: external labels would replace the series' own when read through Thanos.
    externalLabels: { site },
    replicaExternalLabelName: REPLICA_LABEL,
    prometheusExternalLabelNameClear: true,
    externalUrl: `http://${siteHost(settings, site, "prometheus")}:${SITE_PORTS.prometheus}`,
    // Targets of this cluster; those of the agents and of the machines already have these labels.
    scrapeClasses: [
      {
        name: "site",
        default: true,
        relabelings: [
          { targetLabel: "country", replacement: site },
          { targetLabel: "cluster", replacement: settings.secrets.cluster },
        ],
      },
    ],
    additionalScrapeConfigs: renderScrapeConfigs(settings),
    resources: resources("1", `${sizes.prometheusMemoryGi}Gi`),
    ...twoOverZones("prometheus"),
    storageSpec: diskPerPod(sizes.storageClass, sizes.prometheusDiskGb),
    thanos: {
      objectStorageConfig: { existingSecret: SITE_SECRETS.objectStore },
      resources: resources("50m", "256Mi", "512Mi"),
    },
    ...EVERY_MONITOR,
    ruleSelectorNilUsesHelmValues: false,
  };
}

function alertmanager({ alerts, sizes }: SiteSettings): HelmValues {
  return {
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    config: renderAlertmanagerConfig(alerts),
    alertmanagerSpec: {
      replicas: 2,
      ...secretFiles(alerts),
      resources: resources("20m", "64Mi", "256Mi"),
      ...twoOverZones("alertmanager"),
      storage: diskPerPod(sizes.storageClass, 5),
    },
  };
}

/** One that has no value yet must not keep the pod from starting: it would silence every other receiver. */
function secretFiles(alerts: AlertSettings): HelmValues {
  const names = receiverEntries(alerts).map(([receiver]) => SITE_SECRETS.alert.name(receiver));
  if (names.length === 0) return {};
  return {
    volumes: names.map((name) => ({ name, secret: { secretName: name, optional: true } })),
    volumeMounts: names.map((name) => ({ name, mountPath: `${RECEIVER_FOLDER}/${name}`, readOnly: true })),
  };
}

function twoOverZones(name: string): HelmValues {
  return {
    podAntiAffinity: "hard",
    topologySpreadConstraints: spreadOverZones(
      { "app.kubernetes.io/name": name, "app.kubernetes.io/instance": METRICS },
      { byRevision: false },
    ),
  };
}

/** Services through which the sidecars of both Prometheus are found. */
export const SIDECARS = `dnssrv+_grpc._tcp.${METRICS}-thanos-discovery.${SITE_NAMESPACES.observability}.svc.cluster.local`;
