import type { HelmValues } from "../kubernetes/values/helm-values";
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

/** A dashboard in Grafana's JSON, two panels per row. */
export function renderDashboard(uid: string, { title, panels }: Dashboard, sites: SiteSettings["sites"]): HelmValues {
  return {
    uid,
    title,
    tags: ["shop"],
    editable: false,
    refresh: "30s",
    time: { from: "now-3h", to: "now" },
    schemaVersion: 41,
    panels: panels.map((panel, index) => renderPanel(panel, index, sites)),
  };
}

function renderPanel(panel: Panel, index: number, sites: SiteSettings["sites"]): HelmValues {
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
    targets: sites.map(({ site }, position) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + position),
      datasource: { type: "prometheus", uid: dataSourceId("prometheus", site) },
      expr,
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
