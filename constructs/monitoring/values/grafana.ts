import { SITE_PORTS } from "../../../config/ports";
import { type HelmValues, resources } from "../../kubernetes/values/helm-values";
import {
  INTERNAL_LOAD_BALANCER_ANNOTATIONS,
  internalLoadBalancer,
} from "../../kubernetes/values/internal-load-balancer";
import { SITE_SECRETS, siteHost } from "../site-names";
import type { SiteSettings } from "../site-settings";

/** Labels by which Grafana's sidecars find the local chart's objects. */
export const GRAFANA_LABELS = { dashboard: "grafana_dashboard", dataSource: "grafana_datasource" } as const;

/** Id of a site's data source, in dashboards and links. */
export function dataSourceId(kind: "prometheus" | "elasticsearch", site: string): string {
  return `${kind}-${site}`;
}

/**
 * Values of Grafana within kube-prometheus-stack. One pod: its own database only holds sessions and users, not
 * dashboards, so losing its disk is acceptable.
 */
export function renderGrafanaValues(settings: SiteSettings): HelmValues {
  const { addresses, sourceRanges, site, sites } = settings;
  const { name, user, password } = SITE_SECRETS.grafana;
  return {
    fullnameOverride: "grafana",
    image: { registry: settings.dockerHub },
    defaultDashboardsEnabled: false, // they need the chart's rules
    defaultDashboardsTimezone: "browser",
    deploymentStrategy: { type: "Recreate" },
    admin: { existingSecret: name, userKey: user, passwordKey: password },
    persistence: { enabled: true, storageClassName: settings.sizes.storageClass, size: "10Gi" },
    initChownData: { enabled: false },
    testFramework: { enabled: false },
    // It only reads Secrets and ConfigMaps of its own namespace.
    rbac: { namespaced: true },
    "grafana.ini": {
      server: { root_url: `http://${siteHost(settings, site, "grafana")}` },
      analytics: { check_for_updates: false, check_for_plugin_updates: false, reporting_enabled: false },
      users: { allow_sign_up: false, default_theme: "system" },
      security: { disable_gravatar: true },
      dashboards: { default_home_dashboard_path: "/tmp/dashboards/user-flow.json" },
    },
    service: {
      annotations: INTERNAL_LOAD_BALANCER_ANNOTATIONS,
      ...internalLoadBalancer({ address: addresses.grafana, sourceRanges: sourceRanges.people }),
      port: SITE_PORTS.grafana,
    },
    sidecar: {
      resources: resources("20m", "96Mi", "256Mi"),
      dashboards: { enabled: true, label: GRAFANA_LABELS.dashboard, labelValue: "1" },
      datasources: {
        enabled: true,
        label: GRAFANA_LABELS.dataSource,
        labelValue: "1",
        defaultDatasourceEnabled: false,
        alertmanager: { enabled: true },
      },
    },
    // Elasticsearch data sources contain passwords and come as Secrets.
    additionalDataSources: sites.map((other) => ({
      name: `Prometheus ${other.site}`,
      uid: dataSourceId("prometheus", other.site),
      type: "prometheus",
      access: "proxy",
      isDefault: other.site === site,
      url: `http://${siteHost(settings, other.site, "prometheus")}:${SITE_PORTS.prometheus}`,
      jsonData: { httpMethod: "POST", prometheusType: "Thanos", timeInterval: "30s", timeout: 20 },
    })),
    serviceMonitor: { enabled: true },
    resources: resources("100m", "256Mi", "1Gi"),
  };
}
