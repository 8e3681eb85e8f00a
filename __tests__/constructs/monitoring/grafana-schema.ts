import type * as schema from "@grafana/schema";
import type { Options as LogsOptions } from "@grafana/schema/dist/esm/raw/composable/logs/panelcfg/x/LogsPanelCfg_types.gen";
import type { Options as StatOptions } from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import type {
  Options as TimeSeriesOptions,
  FieldConfig as TimeSeriesStyle,
} from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";
// The last version that has the queries of these data sources; later ones are in no package without all of Grafana.
import type { ElasticsearchDataQuery } from "grafana-queries/dist/esm/raw/composable/elasticsearch/dataquery/x/ElasticsearchDataQuery_types.gen";
import type { PrometheusDataQuery } from "grafana-queries/dist/esm/raw/composable/prometheus/dataquery/x/PrometheusDataQuery_types.gen";

/** A type as it stands in JSON: an enumeration is its words, and nothing may be `undefined`. */
type Json<T> = unknown extends T
  ? T
  : T extends string
    ? `${T}`
    : T extends number | boolean | null | undefined
      ? T
      : { [Key in keyof T]: Json<T[Key]> };

/** Grafana fills in a panel's options that are left out. */
type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [Key in keyof T]?: DeepPartial<T[Key]> }
    : T;

interface Source<Type extends string> {
  readonly datasource: { readonly type: Type; readonly uid: string };
}

type Query<Type extends string, Data> = Source<Type> & Omit<Data, "datasource">;

type PrometheusQuery = Query<"prometheus", PrometheusDataQuery & { readonly interval?: string }>;

/** A kind of panel, with its own options and style, where the schema of a dashboard takes anything. */
type PanelOf<Type extends string, Options, Style, Target> = Omit<
  schema.Panel,
  "type" | "options" | "fieldConfig" | "targets"
> & {
  type: Type;
  options?: DeepPartial<Options>;
  fieldConfig?: { defaults: Omit<schema.FieldConfig, "custom"> & { custom?: DeepPartial<Style> }; overrides: [] };
  targets: Target[];
};

type Panel =
  | PanelOf<"timeseries", TimeSeriesOptions, TimeSeriesStyle, PrometheusQuery>
  | PanelOf<"stat", StatOptions, Record<string, never>, PrometheusQuery>
  | PanelOf<"logs", LogsOptions, Record<string, never>, Query<"elasticsearch", ElasticsearchDataQuery>>;

/** The data source reads its title beside the query: grafana/grafana, packages/grafana-prometheus/src/annotations.ts. */
type Annotation = Omit<schema.AnnotationQuery, "target" | "datasource"> &
  Source<"prometheus"> & { target: Omit<PrometheusQuery, "datasource">; titleFormat?: string };

/** A dashboard of this repository, as Grafana 13.2 takes it: the version of the chart kube-prometheus-stack. */
export type GrafanaDashboard = Json<
  Omit<schema.Dashboard, "panels" | "annotations"> & { panels: Panel[]; annotations: { list: Annotation[] } }
>;
