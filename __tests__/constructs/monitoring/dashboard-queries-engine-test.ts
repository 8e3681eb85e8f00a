import { dashboards, renderDashboards } from "../../../constructs/monitoring/dashboard-rows";
import type { Fault } from "./estate-fault";
import { estateSeries } from "./estate-series";
import { counter, steady } from "./estate-values";
import { ask } from "./firing";
import { indonesia } from "./sites";

const APP = 'country="indonesia",cluster="indonesia-app"';
const HPA = `${APP},namespace="shop",horizontalpodautoscaler="keda-hpa-shop"`;
const MYSQLD = 'job="mysqld",country="indonesia",instance="indonesia-database-1"';
const EDGE = 'job="haproxy",country="indonesia",instance="indonesia-edge-0"';

/** What dashboards read besides what alerts do. */
const MORE = {
  [`nginx_ingress_controller_requests{${APP}}`]: counter(100),
  [`mysql_global_status_questions{${MYSQLD}}`]: counter(100),
  [`mysql_global_status_wsrep_last_committed{${MYSQLD}}`]: counter(10),
  [`mysql_global_status_wsrep_flow_control_paused_ns{${MYSQLD}}`]: counter(1e8),
  'database_receive_queue{job="database-host",country="indonesia",instance="indonesia-database-1"}': steady(0),
  'node_filesystem_avail_bytes{job="database-host",country="indonesia",instance="indonesia-database-1",mountpoint="/var/lib/database"}':
    steady(60e9),
  'node_filesystem_size_bytes{job="database-host",country="indonesia",instance="indonesia-database-1",mountpoint="/var/lib/database"}':
    steady(100e9),
  [`rabbitmq_global_messages_received_total{${APP}}`]: counter(10),
  [`kube_horizontalpodautoscaler_status_current_replicas{${HPA}}`]: steady(3),
  [`kube_horizontalpodautoscaler_spec_max_replicas{${HPA}}`]: steady(60),
  'kube_cronjob_status_last_successful_time{country="indonesia",namespace="elastic",cronjob="snapshot-check"}':
    steady(0),
  [`vector_buffer_discarded_events_total{${APP},buffer_id="elasticsearch"}`]: counter(0),
  [`haproxy_frontend_http_requests_total{${EDGE},proxy="shop"}`]: counter(100),
  [`haproxy_server_retry_warnings_total{${EDGE},proxy="reads",server="indonesia"}`]: counter(0),
  [`haproxy_server_http_responses_total{${EDGE},proxy="reads",server="indonesia",code="5xx"}`]: counter(0),
  [`haproxy_server_current_sessions{${EDGE},proxy="database",server="indonesia-database-1"}`]: steady(5),
};

interface Rendered {
  readonly title: string;
  readonly type: string;
  readonly targets: readonly { readonly expr: string; readonly refId: string }[];
}

/** Each panel's first query, as Grafana sends it: what stands for the chosen countries is a regular expression. */
function queries(countries: string) {
  return Object.values(renderDashboards(indonesia)).flatMap(({ panels }) =>
    (panels as unknown as readonly Rendered[])
      .filter(({ type }) => type !== "logs")
      .map(({ title, targets }) => ({ title, expr: (targets[0]?.expr ?? "").replaceAll("$country", countries) })),
  );
}

/** The series that each panel shows, 20 minutes after the fault. */
async function shown(fault: Fault, countries: string) {
  const asked = queries(countries);
  const world = { ...estateSeries(indonesia, fault), ...MORE };
  const answers = await ask(
    indonesia,
    world,
    asked.map(({ expr }) => ({ expr, time: "25m" })),
  );
  return asked.map(({ title }, index) => ({ title, series: answers[index] ?? [] }));
}

test("every panel shows something in a healthy estate, but for that of what is wrong", async () => {
  const panels = await shown({}, "indonesia|singapore|india");
  expect(panels).toHaveLength(Object.values(dashboards(indonesia)).flatMap((each) => each.panels).length);
  expect(panels.filter(({ series }) => series.length === 0).map(({ title }) => title)).toEqual(["Why not"]);
});

test("that, and who serves instead, show when something is wrong", async () => {
  const panels = await shown(
    { appIsDown: ["indonesia"], isWritable: (country) => country !== "indonesia" },
    "indonesia|singapore|india",
  );
  const of = (title: string) => panels.find((panel) => panel.title === title)?.series;
  expect(of("Served by another country")).toEqual([{ country: "indonesia" }]);
  expect(of("Why not")).toEqual([
    expect.objectContaining({ country: "indonesia", reason: "no-quorum", instance: "indonesia-database-1" }),
  ]);
  expect(of("Who serves whom now")).toEqual([{ country: "indonesia", server: "singapore" }]);
});

test("a country that is lost has tiles where somebody asks who answers, and others are left out when one is chosen", async () => {
  const panels = await shown({ isGone: ({ country }) => country === "india" }, "india");
  const of = (title: string) => panels.find((panel) => panel.title === title)?.series;
  expect(of("Countries that answer")).toEqual([{ country: "india" }]);
  for (const { title, series } of panels) {
    const others = series.filter(({ country }) => country !== "india");
    expect([title, others]).toEqual([title, []]);
  }
});
