import { clusterFit, clusterFitProblems } from "../../checks/cluster-fit/cluster-fit";
import { planAddresses } from "../../config/address-plan";
import { allocatable } from "../../config/node-resources";
import { production } from "../../config/production";
import { staging } from "../../config/staging";
import type { Topology } from "../../config/topology";
import type { ClusterContents } from "../../constructs/kubernetes/cluster-contents";
import { valueAt, type WorkloadTraits, workload } from "../../constructs/kubernetes/workload";
import { clusterContents } from "../../settings/cluster-contents";
import { describeClusters } from "../../tools/topology/describe-clusters";
import { synthesize } from "../support/synth";
import { changed, threeCountries } from "../support/topologies";

const contents = (topology: Topology) => clusterContents(topology, planAddresses(topology));
const problems = (values: Record<string, unknown>, topology: Topology = threeCountries) =>
  clusterFitProblems(contents(changed(values, topology)));

describe("what a node has for pods", () => {
  // As `kubectl describe node` shows them on GKE.
  test.each([
    ["e2-standard-4", 3920, 13_242],
    ["e2-standard-2", 1930, 6035],
    ["e2-small", 940, 1370],
  ])("of %s is what GKE leaves", (machineType, cpuMillis, memoryMib) => {
    const found = allocatable(machineType);
    expect(found?.cpuMillis).toBe(cpuMillis);
    expect(Math.abs((found?.memoryMib ?? 0) / memoryMib - 1)).toBeLessThan(0.02);
  });

  test("of a type of unknown size is unknown, and its cluster is not judged", () => {
    expect(allocatable("x9-standard-4")).toBeUndefined();
    const unknown = changed({ "countries.india.cluster.pools.system.machineType": "x9-standard-4" });
    expect(contents(unknown).map(({ name }) => name)).not.toContain("india-app");
  });
});

test.each([
  ["production", production],
  ["staging", staging],
])("%s fits its pools", (_name, topology) => {
  expect(contents(topology).length).toBeGreaterThan(3);
  expect(clusterFitProblems(contents(topology))).toEqual([]);
});

describe("a pool is refused", () => {
  test("whose minimum leaves Elasticsearch without a place in some order", () => {
    const site = { machineType: "e2-standard-4", minNodes: 3, maxNodes: 6, diskGb: 100 };
    expect(problems({ "countries.india.monitoring.cluster.pools.site": site })).toEqual([
      "countries.india.monitoring.cluster.pools.site.minNodes: 3 is refused: 3 x e2-standard-4 may not fit " +
        "elasticsearch-es-data, kibana-kb, prometheus-metrics, thanos-storegateway; use 6 or a larger machine type",
    ]);
  });

  test("whose greatest does not make up for a lost zone", () => {
    expect(problems({ "countries.india.cluster.pools.app.maxNodes": 13 })).toEqual([
      "countries.india.cluster.pools.app.maxNodes: 13 is refused: at full scale it takes " +
        "13 x e2-standard-2, and 18 after losing a zone, whose nodes still count; use 18",
    ]);
    expect(problems({ "countries.india.cluster.pools.app.maxNodes": 18 })).toEqual([]);
  });

  test("for both, in every country, at once", () => {
    const small = { machineType: "e2-standard-2", minNodes: 3, maxNodes: 3, diskGb: 50 };
    const found = problems(
      { "countries.india.cluster.pools.system": small, "countries.singapore.cluster.pools.system": small },
      staging,
    );
    expect(found.map((problem) => problem.split(" ")[0])).toEqual([
      "countries.singapore.cluster.pools.system.minNodes:",
      "countries.singapore.cluster.pools.system.maxNodes:",
      "countries.india.cluster.pools.system.minNodes:",
      "countries.india.cluster.pools.system.maxNodes:",
    ]);
  });

  test("at synth", () => {
    expect(() => synthesize(changed({ "countries.india.app.maxReplicas": 70 }))).toThrow(
      /countries\.india\.cluster\.pools\.app\.maxNodes: 18 is refused: .*use 2\d/,
    );
  });
});

describe("the scheduler", () => {
  const zones = ["a", "b", "c"];
  const pool = { name: "pool", machineType: "x", isReserved: false, minNodes: 3, maxNodes: 9 };
  const pods = (cpu: string, traits: WorkloadTraits) =>
    workload("n", "w", [{ requests: { cpu, memory: "1Mi" } }], traits);
  const cluster = (...workloads: ClusterContents["workloads"]): ClusterContents => ({
    path: "p",
    name: "c",
    zones,
    pools: [{ ...pool, allocatable: { cpuMillis: 1000, memoryMib: 1000 } }],
    workloads,
  });

  test("spreads pods evenly over zones, although one has room for all", () => {
    const { minimum } = clusterFit(cluster(pods("100m", { pods: 6, isSpread: true })));
    expect(minimum.map(({ zone, pods }) => `${zone} ${pods.length}`)).toEqual(["a 2", "b 2", "c 2"]);
  });

  test("puts no two onto one node that are to be apart", () => {
    expect(clusterFit(cluster(pods("1m", { pods: 4, isApart: true }))).needed).toEqual({ pool: 4 });
  });

  test("counts agents on every node", () => {
    const agent = workload("n", "agent", [{ requests: { cpu: "600m", memory: "1Mi" } }], { isOnEveryNode: true });
    expect(clusterFit(cluster(agent, pods("500m", { pods: 1 }))).homeless).toEqual(["w"]);
  });

  test("moves a lost zone's pods into the others, unless their disk stays behind", () => {
    const filled = { pods: 3, isSpread: true };
    expect(clusterFit(cluster(pods("900m", filled))).zoneLost).toEqual({ pool: 4 });
    expect(clusterFit(cluster(pods("900m", { ...filled, hasDisk: true }))).zoneLost).toEqual({ pool: 3 });
  });

  test("has room for what a rollout adds", () => {
    expect(clusterFit(cluster(pods("900m", { pods: 3, surge: 1 }))).greatest).toEqual({ pool: 4 });
  });
});

test("values that the table no longer finds are an error, and so are requests that it cannot read", () => {
  expect(() => valueAt({ a: { b: 1 } }, "a.c")).toThrow('Helm values have nothing at "a.c"');
  expect(() => workload("n", "w", [{ requests: { cpu: "1e3", memory: "1Gi" } }])).toThrow("n/w requests");
  expect(() => workload("n", "w", [{ limits: { memory: "1Gi" } }])).toThrow("n/w requests undefined");
});

test("the description lines up, fits 80 columns, and says what the chosen ingress means", () => {
  const text = describeClusters(threeCountries, planAddresses(threeCountries));
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(text).toMatch(/ingress of indonesia, singapore, india: ingress-nginx\n {2}upstream ended in March 2026/);
  const [, app] = /(indonesia-app \+ 2 .*)\n/.exec(text) ?? [];
  expect(app?.split(/ +/).slice(-6)).toEqual(["e2-standard-2", "3", "3", "13", "18", "18"]);
});
