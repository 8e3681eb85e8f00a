import { setTimeout as sleep } from "node:timers/promises";
import { EXPORTERS, exposed } from "./metric-sources";
import { SERIES, SiteOnLoopback } from "./site-on-loopback";

interface Samples {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: number, value: string])[];
}

let site: SiteOnLoopback;

beforeAll(async () => {
  site = await SiteOnLoopback.start();
});

afterAll(() => site?.remove());

/** The pushed series, one list of times and values per series, in order of time. */
async function pushed(name = "load_total"): Promise<(readonly [time: number, value: number])[][]> {
  const series = await site.query<Samples>(`${name}{job="load"}[10m]`);
  return series.map(({ values }) => values.map(([time, value]) => [time, Number(value)] as const));
}

test("of the machines that are found, those that are edges and run are scraped, by names", async () => {
  await site.until("HAProxy is scraped", async () => (await site.query('up{job="haproxy"} == 1')).length > 0);
  const up = await site.query<{ metric: object }>('up{job="haproxy"}');
  expect(up.map(({ metric }) => metric)).toEqual([
    {
      __name__: "up",
      job: "haproxy",
      country: "indonesia",
      instance: "indonesia-edge-a1b2",
      zone: "asia-southeast2-a",
    },
  ]);
});

test.each([
  ["haproxy", "haproxy"],
  ["prometheus", "prometheus"],
  ["agent", "remote write"],
  ["alertmanager", "alertmanager"],
] as const)("%s exposes the metrics that rules and dashboards ask for", async (name, exporter) => {
  const missing = async () => {
    const found = exposed(await site.exporter(name).catch(() => ""));
    return EXPORTERS[exporter].metrics.filter((metric) => !found.has(metric));
  };
  // Some come with the first rules, and with the first push.
  await site.until("all are there", async () => (await missing()).length === 0).catch(() => undefined);
  expect(await missing()).toEqual([]);
});

test("a Prometheus that is killed under load and started again has lost no sample", async () => {
  await site.until("samples arrive", async () => (await pushed())[0]?.[9] !== undefined);
  const accepted = await pushed();
  await site.kill("prometheus");
  await sleep(3000);
  await site.startPrometheus();

  // What it had said that it has, it still has.
  await site.until("its log is read", async () => (await pushed()).length === SERIES);
  const kept = await pushed();
  for (const [index, values] of accepted.entries()) expect(kept[index]).toEqual(expect.arrayContaining(values));

  // What could not be pushed meanwhile comes late: each scrape is there once, in each series.
  const lastOf = (lists: typeof kept) => lists.map((list) => list.at(-1) ?? ([0, 0] as const));
  const last = Math.max(...lastOf(accepted).map(([, value]) => value)) + 12;
  await site.until("the agent has caught up", async () => lastOf(await pushed()).every(([, value]) => value > last));
  const complete = await pushed();
  const end = Math.max(...lastOf(complete).map(([time]) => time));
  await site.until("so has what it says of its scrapes", async () =>
    lastOf(await pushed("up")).every(([time]) => time >= end),
  );
  // One that is answered too late, as on a machine under load, is counted by the load and brings no sample. The agent says so.
  const unanswered = (await pushed("up")).flat().filter(([, up]) => up === 0);
  for (const values of complete) {
    for (const [index, [time, value]] of values.slice(1).entries()) {
      const [before, count] = values[index] ?? [0, 0];
      const late = unanswered.filter(([at]) => before < at && at < time).length;
      expect(value).toBeGreaterThan(count);
      expect(value).toBeLessThanOrEqual(count + 1 + late);
    }
  }
  expect(await site.query('load_total{country="indonesia",cluster="indonesia-app"}[10m]')).toHaveLength(SERIES);
});

test("the failover alert fires while a country's own app is gone, and not else", async () => {
  await site.until("the rules know the edge", async () => (await site.query('up{job="haproxy"} == 1')).length > 0);
  await sleep(4000);
  expect(await site.firing("FailoverActive")).toEqual([]);
  await site.stopIngress("india");
  await sleep(4000);
  expect(await site.firing("FailoverActive")).toEqual([]);
  await site.stopIngress("indonesia");
  await site.until("it fires", async () => (await site.firing("FailoverActive")).length > 0);
  expect(await site.firing("FailoverActive")).toEqual(["indonesia"]);
  expect(await site.firing("NoCountryServes")).toEqual([]);
  await site.startIngress("indonesia");
  await site.until("it ends", async () => (await site.firing("FailoverActive")).length === 0);
});

test("another site is asked whose app is down, and of nothing that it read elsewhere", async () => {
  const there = (metric: string) => site.query<{ metric: object }>(`${metric}{job="monitoring-sites"}`);
  const read = async (metric: string) => {
    let series: readonly { readonly metric: object }[] = [];
    // On a slow machine a scrape may fail in between.
    await site.until(`${metric} is read`, async () => {
      series = await there(metric);
      return series.length > 0;
    });
    return series.map(({ metric }) => metric);
  };
  await site.stopIngress("indonesia");
  await read("app:down:count");
  // What was read is not read again.
  await sleep(4000);
  const shared = {
    job: "monitoring-sites",
    country: "singapore",
    instance: "singapore-prometheus-1",
    site: "indonesia",
  };
  expect(await read("app:down:count")).toEqual([{ __name__: "app:down:count", server: "indonesia", ...shared }]);
  expect(await read("alerts:taken:rate5m")).toEqual([{ __name__: "alerts:taken:rate5m", ...shared }]);
  await site.startIngress("indonesia");
  // With the timestamps of the site that was asked, the last value would stay.
  await site.until(
    "it is known elsewhere that it is up",
    async () => (await there("app:down:count")).length === 0,
    240,
  );
});

test("another site knows at once when no Alertmanager takes alerts, and says so", async () => {
  const taken = async () => (await site.query('alerts:taken:rate5m{job="monitoring-sites"} > 0')).length > 0;
  await site.until("alerts are taken", taken);
  expect(await site.firing("AlertmanagerUnreachable")).toEqual([]);
  await site.kill("alertmanager");
  // What was taken in the five minutes before does not count.
  await site.until("none is taken", async () => !(await taken()), 60);
  await site.until("it fires", async () => (await site.firing("AlertmanagerUnreachable")).includes("singapore"), 60);
  site.startAlertmanager();
  await site.until("it ends", async () => (await site.firing("AlertmanagerUnreachable")).length === 0);
});

test("alerts that expect to hear from somebody fire in silence", async () => {
  // Nothing is pushed by an app's cluster but the load, whose target counts as the agent's.
  expect(await site.firing("AgentSilent")).toEqual([]);
  expect(await site.firing("RawLogArchiveStale")).toEqual(["indonesia"]);
  expect(await site.firing("Watchdog")).toEqual(["indonesia"]);
});

test("a sample that is pushed too late raises what SamplesRefused reads, and no other counter", async () => {
  const refused = async (why: string) => {
    const counter = new RegExp(`^prometheus_tsdb_${why}_samples_total\\{type="float"\\} (\\d+)`, "m");
    return Number(counter.exec(await site.exporter("prometheus"))?.[1]);
  };
  const counted = async () => [await refused("too_old"), await refused("out_of_bound"), await refused("out_of_order")];
  site.pushLate(4);
  expect(await site.query("late_total[10h]")).toHaveLength(1);
  expect(await counted()).toEqual([0, 0, 0]);
  site.pushLate(6);
  expect(await counted()).toEqual([1, 0, 0]);
});
