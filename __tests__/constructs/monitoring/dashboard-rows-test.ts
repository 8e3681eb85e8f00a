import { dashboards as dashboardsOf, renderDashboards } from "../../../constructs/monitoring/dashboard-rows";
import { indonesia } from "./sites";

const dashboards = renderDashboards(indonesia);

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets: readonly {
    readonly datasource: { readonly uid: string };
    readonly refId: string;
    readonly query?: string;
  }[];
}

const all = Object.values(dashboards).flatMap(({ panels }) => panels as unknown as readonly Panel[]);

test("a panel asks every site, so that one that is gone leaves the others; what all see is asked of one", () => {
  const panels = all.filter(({ type }) => type !== "logs");
  expect(panels.length).toBeGreaterThan(30);
  const asked = panels.map(({ targets }) => targets.map(({ datasource, refId }) => `${refId} ${datasource.uid}`));
  const kinds = new Set(asked.map((each) => each.join(", ")));
  expect([...kinds].sort()).toEqual([
    "A prometheus-indonesia",
    "A prometheus-indonesia, B prometheus-singapore, C prometheus-india",
  ]);
});

test("the queries of sites have names of letters, beyond the alphabet too", () => {
  const sites = Array.from({ length: 60 }, (_, n) => ({ site: `site-${n}`, prometheus: [] }));
  const panels = renderDashboards({ ...indonesia, sites })["user-flow"]?.panels as unknown as readonly Panel[];
  const everySite = panels.find(({ title }) => title === "Who serves whom now");
  const names = everySite?.targets.map(({ refId }) => refId) ?? [];
  expect(new Set(names).size).toBe(60);
  expect(names.filter((name) => !/^[A-Z]{1,2}$/.test(name))).toEqual([]);
  expect([names[25], names[26], names[52]]).toEqual(["Z", "AA", "BA"]);
});

test("what every site sees of a node is one tile", () => {
  const galera = dashboards.galera?.panels as unknown as readonly Panel[];
  for (const { title, targets } of galera) expect([title, targets.length]).toEqual([title, 1]);
});

test("each state has a threshold, and each expression keeps the country that one may choose", () => {
  for (const { panels } of Object.values(dashboardsOf(indonesia))) {
    for (const { title, shows, red, expr } of panels) {
      if (shows === "now") expect([title, red]).toEqual([title, expect.any(Object)]);
      // Without one, nothing is left of it where only the chosen countries are shown.
      const bare = /(?<!group_left \(\) )\b(?:sum|min|max|avg|count) ?\(/.exec(expr)?.[0];
      expect([title, bare]).toEqual([title, undefined]);
      for (const [by] of expr.matchAll(/\bby \([^)]*\)/g)) {
        if (title !== "DNS: edges that answer its probes")
          expect([title, by]).toEqual([title, expect.stringContaining("country")]);
      }
    }
  }
});

test("lines are asked of every site's Elasticsearch, and stand below the graphs", () => {
  const logs = all.filter(({ type }) => type === "logs");
  expect(logs.length).toBeGreaterThan(1);
  for (const { targets } of logs) {
    expect(targets.map(({ datasource }) => datasource.uid)).toEqual(
      ["indonesia", "singapore", "india"].map((site) => `elasticsearch-${site}`),
    );
    for (const { query } of targets) expect(query).toMatch(/^\(.*\) AND country:\$country$/);
  }
  const flow = dashboards["user-flow"]?.panels as unknown as readonly Panel[];
  const [lowest = 0] = flow
    .flatMap(({ type, gridPos: { y, h } }) => (type === "logs" ? [] : [y + h]))
    .sort((a, b) => b - a);
  expect(flow.flatMap(({ type, gridPos: { y } }) => (type === "logs" ? [y] : []))).toEqual([lowest, lowest + 8]);
});

test("panels stand side by side and fill the width", () => {
  for (const { panels } of Object.values(dashboards)) {
    const places = (panels as unknown as readonly Panel[]).map(({ gridPos: { x, y, w } }) => `${x} ${y} ${w}`);
    expect(new Set(places).size).toBe(places.length);
    expect(places[1]).toBe("12 0 12");
  }
});

test("the titles", () => {
  const titles = Object.values(dashboardsOf(indonesia)).map(({ title, panels }) => [
    title,
    ...panels.map((panel) => panel.title),
  ]);
  expect(titles.map((lines) => lines.join("\n  ")).join("\n")).toMatchInlineSnapshot(`
    "User flow
      Countries that answer
      Who serves whom now
      Error budget that is left of 30 days
      DNS: edges that answer its probes
      Edge: requests a second
      Edge: users that see an error
      Ingress: answers that are errors, by the country that answers
      Ingress: requests a second
      Edge: seconds until the first byte
      App: ready pods
      Database: statements a second
    Failover
      Served by another country
      Edges that reach a country's app
      Database connections by node
      Requests that a country did not serve and another was asked for
      Edge machines that answer
    Galera
      Takes writes
      Nodes that it sees
      Why not
      Write sets that wait
      Share of time that replication stood still
      Write sets a second
      Connections that are taken
      Disk that is free
    RabbitMQ and scaling
      Messages that wait
      Messages that all pods can work off
      Messages that came in, a second
      Consumers
      Pods of the app
      Share of the pods that it may have
    Archives
      Age of the last block of metrics
      Raw log lines archived, a second
      Age of the last check that found a recent snapshot of Elasticsearch
      Age of the database's last backup
      Age of the last transaction that the buckets may lack
      Log lines that Elasticsearch could not take, a second
      Countries that are watched"
  `);
});

test("a panel in Grafana's JSON", () => {
  const [first] = Object.values(dashboards);
  expect((first as { panels: object[] }).panels[0]).toMatchInlineSnapshot(`
    {
      "datasource": {
        "type": "datasource",
        "uid": "-- Mixed --",
      },
      "description": "Whatever of a country answers this site; one that is lost has a red tile, not none.",
      "fieldConfig": {
        "defaults": {
          "color": {
            "mode": "thresholds",
          },
          "min": 0,
          "thresholds": {
            "mode": "absolute",
            "steps": [
              {
                "color": "red",
                "value": null,
              },
              {
                "color": "green",
                "value": 1,
              },
            ],
          },
          "unit": "none",
        },
        "overrides": [],
      },
      "gridPos": {
        "h": 8,
        "w": 12,
        "x": 0,
        "y": 0,
      },
      "id": 1,
      "targets": [
        {
          "datasource": {
            "type": "prometheus",
            "uid": "prometheus-indonesia",
          },
          "expr": "(max by (country) ((up{job=~"haproxy|edge-host|mysqld|database-host|vpn-host|monitoring-sites"} == 1 or up{cluster=~".+-app"} == 1)) or 0 * site:country_of_estate) and on (country) site:country_of_estate{country=~"$country"}",
          "instant": true,
          "legendFormat": "{{country}}",
          "refId": "A",
        },
      ],
      "title": "Countries that answer",
      "type": "stat",
    }
  `);
});

test("a dashboard fits into a ConfigMap, which holds 1 MiB", () => {
  for (const dashboard of Object.values(dashboards)) expect(JSON.stringify(dashboard).length).toBeLessThan(100_000);
});
