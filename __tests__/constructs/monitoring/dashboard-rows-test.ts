import { DASHBOARDS, renderDashboards } from "../../../constructs/monitoring/dashboard-rows";
import { indonesia } from "./sites";

const dashboards = renderDashboards(indonesia);

interface Panel {
  readonly title: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets: readonly {
    readonly datasource: { readonly uid: string };
    readonly refId: string;
  }[];
}

test("a panel asks every site, so that one that is gone leaves the others", () => {
  const panels = Object.values(dashboards).flatMap(({ panels }) => panels as unknown as readonly Panel[]);
  expect(panels.length).toBeGreaterThan(30);
  for (const { targets } of panels) {
    expect(targets.map(({ datasource }) => datasource.uid)).toEqual([
      "prometheus-indonesia",
      "prometheus-singapore",
      "prometheus-india",
    ]);
    expect(targets.map(({ refId }) => refId)).toEqual(["A", "B", "C"]);
  }
});

test("panels stand side by side and fill the width", () => {
  for (const { panels } of Object.values(dashboards)) {
    const places = (panels as unknown as readonly Panel[]).map(({ gridPos: { x, y, w } }) => `${x} ${y} ${w}`);
    expect(new Set(places).size).toBe(places.length);
    expect(places[1]).toBe("12 0 12");
  }
});

test("the titles", () => {
  const titles = Object.values(DASHBOARDS).map(({ title, panels }) => [title, ...panels.map((panel) => panel.title)]);
  expect(titles.map((lines) => lines.join("\n  ")).join("\n")).toMatchInlineSnapshot(`
    "User flow
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
      Who serves whom now
      Served by another country
      Edges that reach a country's app
      Database connections by node
      Requests that were asked again of another country
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
      "description": "At 0 the objective of the month is missed.",
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
                "value": 0.25,
              },
            ],
          },
          "unit": "percentunit",
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
          "expr": "1 - (sum_over_time(country:shop_errors:rate5m[30d]) / sum_over_time(country:shop_answers:rate5m[30d])) / on (country) site:error_budget",
          "instant": true,
          "legendFormat": "{{country}}",
          "refId": "A",
        },
        {
          "datasource": {
            "type": "prometheus",
            "uid": "prometheus-singapore",
          },
          "expr": "1 - (sum_over_time(country:shop_errors:rate5m[30d]) / sum_over_time(country:shop_answers:rate5m[30d])) / on (country) site:error_budget",
          "instant": true,
          "legendFormat": "{{country}}",
          "refId": "B",
        },
        {
          "datasource": {
            "type": "prometheus",
            "uid": "prometheus-india",
          },
          "expr": "1 - (sum_over_time(country:shop_errors:rate5m[30d]) / sum_over_time(country:shop_answers:rate5m[30d])) / on (country) site:error_budget",
          "instant": true,
          "legendFormat": "{{country}}",
          "refId": "C",
        },
      ],
      "title": "Error budget that is left of 30 days",
      "type": "stat",
    }
  `);
});

test("a dashboard fits into a ConfigMap, which holds 1 MiB", () => {
  for (const dashboard of Object.values(dashboards)) expect(JSON.stringify(dashboard).length).toBeLessThan(100_000);
});
