/** What makes an alert fire, and what must not. Series as promtool writes them: a sample a minute from minute 0. */
export interface AlertCase {
  readonly fires: Series;
  /** Other worlds in which it fires, whatever its labels are: one for each way in which it may. @default none */
  readonly alsoFires?: readonly Series[];
  /** When it is asked. @default 30m */
  readonly at?: string;
  /** Labels of the alert beside its name and severity. */
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly quiet: Series;
}

export type Series = Readonly<Record<string, string>>;

export const country = "indonesia";
export const EDGE = 'job="haproxy",country="indonesia",instance="indonesia-edge-a1b2",zone="asia-southeast2-a"';
export const EDGE_LABELS = { job: "haproxy", country, instance: "indonesia-edge-a1b2", zone: "asia-southeast2-a" };
export const EDGE_HOST = 'job="edge-host",country="indonesia",instance="indonesia-edge-a1b2"';
export const NODE = 'job="database-host",country="indonesia",instance="indonesia-database-1",zone="asia-southeast2-a"';
export const NODE_LABELS = {
  job: "database-host",
  country,
  instance: "indonesia-database-1",
  zone: "asia-southeast2-a",
};
/** Another country's node: scraped here too, told by its own site. */
export const FOREIGN_NODE = 'job="database-host",country="india",instance="india-database-1",zone="asia-south1-a"';
export const APP = 'country="indonesia",cluster="indonesia-app"';
export const SITE = 'country="indonesia",cluster="indonesia-monitoring"';
export const HPA = `${APP},namespace="shop",horizontalpodautoscaler="keda-hpa-shop"`;
export const HPA_LABELS = {
  country,
  cluster: "indonesia-app",
  namespace: "shop",
  horizontalpodautoscaler: "keda-hpa-shop",
};
export const BROKER = `${APP},namespace="shop",statefulset="rabbitmq-server"`;
export const PEER = 'job="monitoring-sites",country="india"';
