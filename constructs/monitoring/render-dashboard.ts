import { NAMESPACES, SHOP } from "../../config/app-cluster-names";
import { SITE_PORTS } from "../../config/ports";
import type { HelmValues } from "../kubernetes/values/helm-values";
import { ESTATE } from "./rules/recording";
import { siteHost } from "./site-names";
import type { SiteSettings } from "./site-settings";
import { dataSourceId } from "./values/grafana";

/** Legends of lines of which there is one for each country, or machine. */
export const BY_COUNTRY = "{{country}}";
export const BY_NODE = "{{instance}}";

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

/** Lines of every site's Elasticsearch, below the graphs. */
export interface LogPanel {
  readonly title: string;
  /** In Lucene's syntax; only lines of the chosen countries are shown. */
  readonly query: string;
}

export interface Dashboard {
  readonly title: string;
  readonly panels: readonly Panel[];
  /** @default none */
  readonly logs?: readonly LogPanel[];
}

/** Grafana divides a dashboard's width into 24 columns. */
const PANEL = { width: 12, height: 8 } as const;

export type DashboardSettings = Pick<SiteSettings, "site" | "sites" | "estate" | "internalZone">;

/** A dashboard in Grafana's JSON, two panels per row. */
export function renderDashboard(uid: string, dashboard: Dashboard, settings: DashboardSettings): HelmValues {
  const { title, panels, logs = [] } = dashboard;
  const graphs = panels.map((panel, index) => renderPanel(panel, index, settings));
  const below = Math.ceil(panels.length / 2);
  return {
    uid,
    title,
    tags: [TAG],
    editable: false,
    refresh: "30s",
    time: { from: "now-3h", to: "now" },
    schemaVersion: 42,
    templating: { list: [countryVariable(settings)] },
    annotations: { list: ANNOTATIONS.flatMap((annotation) => renderAnnotation(annotation, settings)) },
    links: [
      { ...LINK, type: "dashboards", title: "Shop", tags: [TAG], asDropdown: true, includeVars: true, keepTime: true },
      ...settings.sites.map(({ site }) => logsLink(site, settings)),
    ],
    panels: [
      ...graphs,
      ...logs.map((panel, index) => renderLogPanel(panel, panels.length + index, below + index, settings)),
    ],
  };
}

/** What the schema of a dashboard's link wants to be there. */
const LINK = {
  icon: "",
  tooltip: "",
  tags: [],
  asDropdown: false,
  includeVars: false,
  keepTime: false,
  targetBlank: false,
};

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
    target: { refId: "annotation", expr, interval: "60s" },
    titleFormat: text,
  }));
}

/** Kibana's page of lines, for the dashboard's time. */
export function kibanaLink(site: string, settings: Pick<SiteSettings, "internalZone">, query = ""): string {
  const address = `https://${siteHost(settings, site, "kibana")}:${SITE_PORTS.kibana}`;
  const time = "time:(from:'[[__from:date]]',to:'[[__to:date]]')";
  return `${address}/app/discover#/?_g=(${time})${query && `&_a=(query:(language:kuery,query:'${query}'))`}`;
}

function logsLink(site: string, settings: DashboardSettings): HelmValues {
  const title = `Logs in ${site}`;
  return { ...LINK, type: "link", title, icon: "external link", url: kibanaLink(site, settings), targetBlank: true };
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
      refId: refId(position),
      datasource: { type: "prometheus", uid: dataSourceId("prometheus", site) },
      expr: chosen(expr),
      legendFormat: legend,
      ...(shows === "now" && { instant: true }),
    })),
  };
}

function renderLogPanel({ title, query }: LogPanel, index: number, row: number, { sites }: DashboardSettings) {
  const { width, height } = PANEL;
  return {
    id: index + 1,
    title,
    description: "The id of a request opens it in Kibana.",
    type: "logs",
    datasource: { type: "datasource", uid: "-- Mixed --" },
    gridPos: { x: 0, y: row * height, w: 2 * width, h: height },
    options: { showTime: true, wrapLogMessage: true, enableLogDetails: true, sortOrder: "Descending" },
    targets: sites.map(({ site }, position) => ({
      refId: refId(position),
      datasource: { type: "elasticsearch", uid: dataSourceId("elasticsearch", site) },
      query: `(${query}) AND country:$country`,
      timeField: "@timestamp",
      metrics: [{ id: "1", type: "logs", settings: { limit: "100" } }],
      bucketAggs: [],
    })),
  };
}

/** A to Z, then AA: Grafana's own names for queries, which must differ within a panel. */
function refId(position: number): string {
  const letters = 26;
  const last = String.fromCharCode("A".charCodeAt(0) + (position % letters));
  return position < letters ? last : `${refId(Math.floor(position / letters) - 1)}${last}`;
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
