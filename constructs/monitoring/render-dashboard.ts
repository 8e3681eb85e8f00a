import type { HelmValues } from "../kubernetes/values/helm-values";
import type { SiteSettings } from "./site-settings";
import { dataSourceId } from "./values/grafana";

/** One row of a dashboard's table. */
export interface Panel {
  readonly title: string;
  /** PromQL. Each site is asked by itself, so that one that is gone leaves the others' lines. */
  readonly expr: string;
  /** What a line is called, with Grafana's own braces for labels. */
  readonly legend: string;
  /** Grafana's name of a unit. @default a plain number */
  readonly unit?: string;
  /** `now` shows the last values as tiles. @default lines over time */
  readonly shows?: "lines" | "now";
  /** What is seen when it is well, and what when not. */
  readonly description?: string;
  /** From which value on it is red; with `below`, under which. @default never */
  readonly red?: { readonly above?: number; readonly below?: number };
}

export interface Dashboard {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** Grafana divides a dashboard's width by 24. */
const PANEL = { width: 12, height: 8 } as const;

/** A dashboard in Grafana's JSON, two panels in a row. */
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
