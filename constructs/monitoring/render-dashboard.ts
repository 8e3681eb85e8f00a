import { NAMESPACES, SHOP } from "../../config/app-cluster-names";
import { SITE_PORTS } from "../../config/ports";
import type { HelmValues } from "../kubernetes/values/helm-values";
import { ESTATE } from "./rules/recording";
import { siteHost } from "./site-names";
import type { SiteSettings } from "./site-settings";
import { dataSourceId } from "./values/grafana";

/** One row of a dashboard's table. */
export interface Panel {
  readonly title: string;
  /** PromQL. Each site is queried separately, so that an unreachable one does not hide the others. */
  readonly expr: string;
  /** Name of a line, with Grafana's own braces for labels. */
  readonly legend: string;
  /** Grafana's name of a unit. @default a plain number */
  readonly unit?: string;
  /** `now` shows the latest values as tiles. @default lines over time */
  readonly shows?: "lines" | "now";
  /** Every site sees it, so the site of this Grafana is asked alone: others would show each tile again. @default false */
  readonly isSeenByAllSites?: true;
  /** What to expect when all is well, and when it is not. */
  readonly description?: string;
  /** Red above this value, or below it. @default never */
  readonly red?: { readonly above?: number; readonly below?: number };
}

export interface Dashboard {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Grafana divides a dashboard's width into 24 columns. */
const PANEL = { width: 12, height: 8 } as const;

export type DashboardSettings = Pick<SiteSettings, "site" | "sites" | "estate" | "internalZone">;

/** A dashboard in Grafana's JSON, two panels per row. */
export function renderDashboard(uid: string, { title, panels }: Dashboard, settings: DashboardSettings): HelmValues {
  return {
    uid,
    title,
    tags: [TAG],
    editable: false,
    refresh: "30s",
    time: { from: "now-3h", to: "now" },
    schemaVersion: 41,
    templating: { list: [countryVariable(settings)] },
    annotations: { list: ANNOTATIONS.flatMap((annotation) => renderAnnotation(annotation, settings)) },
    links: [
      { type: "dashboards", title: "Shop", tags: [TAG], asDropdown: true, includeVars: true, keepTime: true },
      ...settings.sites.map(({ site }) => logsLink(site, settings)),
    ],
    panels: panels.map((panel, index) => renderPanel(panel, index, settings)),
  };
}

/** Label of this repository's dashboards. */
const TAG = "shop";

function countryVariable({ estate }: DashboardSettings): HelmValues {
  const every = { selected: true, text: "All", value: "$__all" };
  return {
    name: "country",
    label: "Country",
    type: "custom",
    query: estate.join(","),
    multi: true,
    includeAll: true,
    current: every,
    options: [every, ...estate.map((country) => ({ selected: false, text: country, value: country }))],
  };
}

interface Annotation {
  readonly name: string;
  readonly color: string;
  readonly expr: string;
  readonly text: string;
}

/** What one looks for first when a line bends. */
const ANNOTATIONS: readonly Annotation[] = [
  {
    name: "Failovers",
    color: "red",
    expr: 'ALERTS{alertname=~"FailoverActive|CountryLost|EdgeDown", alertstate="firing"}',
    text: "{{alertname}} {{country}}",
  },
  {
    name: "Deploys of the app",
    color: "blue",
    expr: `changes(kube_deployment_status_observed_generation{namespace="${NAMESPACES.shop}", deployment="${SHOP}"}[1m]) > 0`,
    text: "deploy {{country}}",
  },
];

function renderAnnotation({ name, color, expr, text }: Annotation, { sites }: DashboardSettings): HelmValues[] {
  return sites.map(({ site }) => ({
    name: `${name} (${site})`,
    datasource: { type: "prometheus", uid: dataSourceId("prometheus", site) },
    enable: true,
    iconColor: color,
    expr,
    step: "60s",
    titleFormat: text,
  }));
}

/** Opens Kibana at the dashboard's time; a request's id is then searched for as `request_id`. */
function logsLink(site: string, settings: DashboardSettings): HelmValues {
  const address = `https://${siteHost(settings, site, "kibana")}:${SITE_PORTS.kibana}`;
  // With braces, Terraform would take these for its own.
  const time = "time:(from:'[[__from:date]]',to:'[[__to:date]]')";
  return {
    type: "link",
    title: `Logs in ${site}`,
    url: `${address}/app/discover#/?_g=(${time})`,
    targetBlank: true,
  };
}

/** Only the chosen countries. */
function chosen(expr: string): string {
  return `(${expr}) and on (country) ${ESTATE}{country=~"$country"}`;
}

function renderPanel(panel: Panel, index: number, { site, sites }: DashboardSettings): HelmValues {
  const { title, description = "", expr, legend, unit = "none", shows = "lines", red = {} } = panel;
  const { width, height } = PANEL;
  return {
    id: index + 1,
    title,
    description,
    type: shows === "lines" ? "timeseries" : "stat",
    datasource: { type: "datasource", uid: "-- Mixed --" },
    gridPos: { x: (index % 2) * width, y: Math.floor(index / 2) * height, w: width, h: height },
    fieldConfig: {
      defaults: { unit, min: 0, color: { mode: "palette-classic" }, ...colours(red, shows) },
      overrides: [],
    },
    targets: (panel.isSeenByAllSites ? [{ site }] : sites).map(({ site }, position) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + position),
      datasource: { type: "prometheus", uid: dataSourceId("prometheus", site) },
      expr: chosen(expr),
      legendFormat: legend,
      ...(shows === "now" && { instant: true }),
    })),
  };
}

function colours({ above, below }: NonNullable<Panel["red"]>, shows: Panel["shows"]): HelmValues {
  if (above === undefined && below === undefined) return {};
  const steps =
    above === undefined
      ? [
          { color: "red", value: null },
          { color: "green", value: below ?? null },
        ]
      : [
          { color: "green", value: null },
          { color: "red", value: above },
        ];
  return {
    thresholds: { mode: "absolute", steps },
    ...(shows === "now" ? { color: { mode: "thresholds" } } : { custom: { thresholdsStyle: { mode: "line" } } }),
  };
}
