import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getOrThrow } from "../../../config/get-or-throw";
import { autoscalerProblems, brokerProblems, refusals, unreconciled } from "../../../rehearsal/clusters/operated";
import { PAUSED } from "../../../rehearsal/clusters/taken-out";
import { threeCountries } from "../../support/topologies";

const { app } = getOrThrow(threeCountries.countries, "india");
const cpu = { type: "Resource", resource: { name: "cpu" } };
const queue = (averageValue: number) => ({
  type: "External",
  external: { metric: { name: "s1-rabbitmq-jobs" }, target: { averageValue: String(averageValue) } },
});
const bounds = { minReplicas: app.minReplicas, maxReplicas: app.maxReplicas };

/** A cluster with these objects, by path. */
function clusterWith(objects: Readonly<Record<string, unknown>>) {
  return {
    find: async (path: string) => objects[path],
    list: async (path: string) => (objects[path] ?? []) as never[],
  };
}

const AUTOSCALER = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/shop";

test("the autoscaler has the topology's bounds and both metrics, or what differs is named", async () => {
  const asked = (spec: object) => autoscalerProblems(clusterWith({ [AUTOSCALER]: { spec } }), app);
  expect(await asked({ ...bounds, metrics: [queue(app.messagesPerReplica), cpu] })).toEqual([]);
  expect(await asked({ ...bounds, maxReplicas: 1, metrics: [cpu] })).toEqual([
    `most pods: expected ${app.maxReplicas}, found 1`,
    `metrics: expected cpu, queue at ${app.messagesPerReplica}, found cpu`,
  ]);
  expect(await autoscalerProblems(clusterWith({}), app)).toEqual(["KEDA made no autoscaler of the app's ScaledObject"]);
});

test("the broker has a pod that runs in each zone", async () => {
  const node = (zone: string) => ({ metadata: { name: zone, labels: { "topology.kubernetes.io/zone": zone } } });
  const pod = (zone: string, number: number, phase = "Running") => ({
    metadata: { name: `rabbitmq-server-${number}` },
    spec: { nodeName: zone },
    status: { phase },
  });
  const asked = (pods: object[]) =>
    brokerProblems(
      clusterWith({
        "/apis/apps/v1/namespaces/shop/statefulsets/rabbitmq-server": {},
        "/api/v1/nodes": ["a", "b", "c"].map(node),
        "/api/v1/namespaces/shop/pods": pods,
      }),
      ["a", "b", "c"],
    );
  expect(await asked([pod("c", 0), pod("a", 1), pod("b", 2)])).toEqual([]);
  expect(await asked([pod("a", 0), pod("a", 1), pod("b", 2, "Pending")])).toEqual([
    "zones of the broker's pods: expected a, b, c, found a, a",
  ]);
});

test("an operator's log tells of a right that it lacks", () => {
  const folder = mkdtempSync(join(tmpdir(), "operators-"));
  writeFileSync(join(folder, "keda-operator.log"), "started\n");
  expect(refusals(folder)).toEqual([]);
  const refused =
    'secrets is forbidden: User "system:serviceaccount:keda:keda-operator" cannot list resource "secrets"';
  writeFileSync(join(folder, "rabbitmq-operator.log"), `started\nE1126 ${refused}\n`);
  expect(refusals(folder)).toEqual([`rabbitmq-operator was refused a right: E1126 ${refused}`]);
  rmSync(folder, { recursive: true });
});

test("what the runbook sets and removes to take an app out is what is rehearsed", () => {
  const runbook = readFileSync(join(__dirname, "../../../docs/runbooks/app.md"), "utf8");
  expect(runbook).toContain(`annotate scaledobject shop ${PAUSED}=0`);
  expect(runbook).toContain(`annotate scaledobject shop ${PAUSED}-`);
});

test("an object that Prometheus's operator made nothing of is named with its reason", async () => {
  const alertmanager = (is: string, message: string) => ({
    metadata: { name: "metrics" },
    status: { conditions: [{ type: "Reconciled", status: is, message }] },
  });
  const path = "/apis/monitoring.coreos.com/v1/alertmanagers";
  expect(await unreconciled(clusterWith({ [path]: [alertmanager("True", "")] }))).toEqual([]);
  expect(await unreconciled(clusterWith({ [path]: [alertmanager("False", "undefined receiver")] }))).toEqual([
    "metrics is not what was asked for: undefined receiver",
  ]);
  expect(await unreconciled(clusterWith({ [path]: [{ metadata: { name: "metrics" } }] }))).toEqual([
    "metrics is not what was asked for: the operator says nothing",
  ]);
});
