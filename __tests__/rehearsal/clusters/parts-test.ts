import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { charts } from "../../../config/versions";
import { repositoryReleases, withNextCharts } from "../../../rehearsal/clusters/chart-upgrade";
import { missingFor } from "../../../rehearsal/clusters/cloud/mounts";
import { clusterPart } from "../../../rehearsal/clusters/cluster-part";
import { declaredClusters } from "../../../rehearsal/clusters/declared-clusters";
import { copyChartsOffline } from "../../../rehearsal/clusters/offline-charts";
import { findPrograms } from "../../../rehearsal/clusters/programs";
import { readStack } from "../../../rehearsal/workspace";
import { synthesizeInto } from "../../support/synth";
import { threeCountries } from "../../support/topologies";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cluster-parts-"));
  synthesizeInto(join(folder, "synth"), threeCountries);
  for (const name of Object.keys(charts)) {
    mkdirSync(join(folder, "charts", name), { recursive: true });
    writeFileSync(join(folder, "charts", name, "Chart.yaml"), `name: ${name}\nversion: "1.2.9"\n`);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const stackOf = (stack: string) => readStack(join(folder, "synth"), stack);
const releasesOf = ({ resource }: ReturnType<typeof stackOf>) => Object.values(resource?.helm_release ?? {});

test.each(["network", "region-india", "monitoring"])("%s is whole but for where its charts lie", (name) => {
  const stack = stackOf(name);
  const { stack: part, missing } = clusterPart(stack, join(folder, "charts"));
  expect(missing).toEqual([]);
  const withoutCharts = (json: typeof stack) =>
    JSON.parse(JSON.stringify(json), (key, value) => (["chart", "repository"].includes(key) ? undefined : value));
  expect(withoutCharts(part)).toEqual(withoutCharts(stack));
  expect(releasesOf(part).filter(({ repository }) => repository)).toEqual([]);
});

test("every chart from a repository gets its next version, the local one keeps its own, and nothing else changes", () => {
  const stack = stackOf("region-india");
  const next = withNextCharts(stack, join(folder, "charts"), join(folder, "next"));
  const addresses = repositoryReleases(stack);
  expect(addresses.length).toBeGreaterThan(5);
  const versions = releasesOf(next).map(({ repository, version }) => [repository !== undefined, version]);
  expect(new Set(versions.map((one) => JSON.stringify(one)))).toEqual(
    new Set([JSON.stringify([true, "1.2.10"]), JSON.stringify([false, "1.0.0"])]),
  );
  const placed = releasesOf(clusterPart(next, join(folder, "charts")).stack).map(({ chart }) => String(chart));
  expect(placed.filter((chart) => chart.startsWith(join(folder, "next")))).toHaveLength(addresses.length);
  expect(readFileSync(join(folder, "next", "keda", "Chart.yaml"), "utf8")).toBe("name: keda\nversion: 1.2.10\n");
  const others = ({ resource }: typeof stack) => ({ ...resource, helm_release: undefined });
  expect(others(next)).toEqual(others(stack));
});

test("charts are copied without a schema that only the network has", () => {
  const from = join(folder, "own");
  for (const [name, reference] of [
    ["near", "#/definitions/a"],
    ["far", "https://example.com/a.json"],
  ] as const) {
    mkdirSync(join(from, name), { recursive: true });
    writeFileSync(join(from, name, "Chart.yaml"), `name: ${name}\n`);
    writeFileSync(join(from, name, "values.schema.json"), JSON.stringify({ a: { $ref: reference } }, undefined, 2));
  }
  const to = copyChartsOffline(from, join(folder, "copied"));
  expect(readdirSync(join(to, "near")).sort()).toEqual(["Chart.yaml", "values.schema.json"]);
  expect(readdirSync(join(to, "far"))).toEqual(["Chart.yaml"]);
  expect(readdirSync(join(from, "far"))).toHaveLength(2);
});

test("a release without its chart is left out by name, and nothing waits for it", () => {
  rmSync(join(folder, "charts", "keda"), { recursive: true });
  const { stack, missing } = clusterPart(stackOf("region-india"), join(folder, "charts"));
  expect(missing).toEqual(["keda (chart keda)"]);
  expect(releasesOf(stack).map(({ name }) => name)).not.toContain("keda");
  const addresses = Object.keys(stack.resource?.helm_release ?? {}).map((id) => `helm_release.${id}`);
  const waitedFor = JSON.stringify(stack).match(/"helm_release\.[^"]+"/g) ?? [];
  expect(waitedFor.length).toBeGreaterThan(5);
  expect(waitedFor.filter((text) => !addresses.includes(JSON.parse(text)))).toEqual([]);
});

test("nodes are those of the declared pools", () => {
  const [cluster] = declaredClusters(stackOf("region-india"));
  const { zones, cluster: declared } = threeCountries.countries.india ?? {};
  expect(
    cluster?.pools.map(({ name, minNodes, maxNodes, machineType, zones }) => ({
      name,
      minNodes,
      maxNodes,
      machineType,
      zones,
    })),
  ).toEqual(
    Object.entries(declared?.pools ?? {})
      .map(([name, { minNodes, maxNodes, machineType }]) => ({ name, minNodes, maxNodes, machineType, zones }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  );
  expect(cluster?.pools.find(({ name }) => name === "app")).toMatchObject({
    labels: { pool: "app" },
    taints: [{ key: "pool", value: "app", effect: "NoSchedule" }],
  });
  expect(declaredClusters(stackOf("monitoring"))).toHaveLength(3);
});

test("programs that are missing are all named, with the remedy", () => {
  expect(findPrograms(folder, folder)).toEqual({
    missing: expect.stringMatching(
      /^etcd, kube-apiserver, kube-controller-manager, kube-scheduler not found: .*--kubernetes.*; .*run this as root/,
    ),
  });
});

test("a pod waits for what it mounts, and for the keys that it reads", async () => {
  const there: Record<string, object> = {
    "/api/v1/namespaces/a/secrets/whole": { data: { key: "" } },
    "/api/v1/namespaces/a/configmaps/half": { data: {} },
  };
  const pod = {
    metadata: { namespace: "a" },
    spec: {
      volumes: [
        { name: "one", secret: { secretName: "whole", items: [{ key: "key" }] } },
        { name: "two", configMap: { name: "half" } },
        { name: "three", secret: { secretName: "gone", optional: true } },
      ],
      containers: [
        {
          env: [{ valueFrom: { secretKeyRef: { name: "gone", key: "x" } } }],
          volumeMounts: [{ name: "two", subPath: "file" }],
        },
      ],
    },
  };
  expect(await missingFor(pod, async (path) => there[path])).toEqual(["secrets gone", "configmaps half key file"]);
});
