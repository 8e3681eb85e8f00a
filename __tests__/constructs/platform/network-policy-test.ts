import { planAddresses } from "../../../config/address-plan";
import { NAMESPACES } from "../../../config/app-cluster-names";
import { networkPolicySpec } from "../../../constructs/kubernetes/network-policy";
import type { Labels } from "../../../constructs/kubernetes/network-policy-row";
import { namespaceRows } from "../../../constructs/platform/namespace-rows";
import { networkPolicyRows } from "../../../constructs/platform/network-policy-rows";
import { appClusterSettings } from "../../../settings/app-cluster";
import { changed, threeCountries } from "../../support/topologies";
import { writtenFlows, writtenPeer } from "./written-flows";

const settingsOf = (topology = threeCountries) => appClusterSettings(topology, planAddresses(topology), "india");
const rows = networkPolicyRows(settingsOf());

test("the table of India", () => {
  expect(writtenFlows(rows)).toMatchInlineSnapshot(`
    [
      "ingress/controller <- 10.2.64.0/24 10.6.64.0/24 10.10.64.0/24 :80",
      "ingress/controller <- observability :10254",
      "ingress/controller -> 10.10.67.0/28 :443",
      "ingress/controller -> shop/shop :8080",
      "keda/autoscaler <- 10.10.67.0/28 kube-system/konnectivity-agent :6443,9443",
      "keda/autoscaler <- keda :9666",
      "keda/autoscaler <- observability :8080",
      "keda/autoscaler -> 10.10.67.0/28 :443",
      "keda/autoscaler -> keda :9666",
      "keda/autoscaler -> shop/rabbitmq :15672",
      "external-secrets/operator <- observability :8080",
      "external-secrets/operator -> 10.10.67.0/28 :443",
      "external-secrets/operator -> 0.0.0.0/0 but 10.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 :443",
      "rabbitmq-operator/operator <- observability :9782",
      "rabbitmq-operator/operator -> 10.10.67.0/28 :443",
      "shop/app <- ingress :8080",
      "shop/app -> 10.10.64.10/32 10.2.64.10/32 10.6.64.10/32 :3306",
      "shop/app -> shop/rabbitmq :5672",
      "shop/broker <- shop/shop :5672",
      "shop/broker <- keda :15672",
      "shop/broker <- 10.10.66.0/24 10.10.48.0/22 10.9.0.0/17 :15672,15692",
      "shop/broker <- observability :15692",
      "shop/broker <- shop/rabbitmq :4369,25672",
      "shop/broker -> shop/rabbitmq :4369,25672",
      "observability/agents <- observability :any",
      "observability/agents -> 10.10.67.0/28 :443",
      "observability/metrics-agent -> observability :any",
      "observability/metrics-agent -> anybody :10250,9100",
      "observability/metrics-agent -> ingress :10254",
      "observability/metrics-agent -> keda :8080",
      "observability/metrics-agent -> external-secrets :8080",
      "observability/metrics-agent -> rabbitmq-operator :9782",
      "observability/metrics-agent -> shop/rabbitmq :15692",
      "observability/metrics-agent -> 10.10.51.14/32 10.10.51.15/32 :9090",
      "observability/logs-agent -> 169.254.169.254/32 :80",
      "observability/logs-agent -> 169.254.169.252/32 :987,988",
      "observability/logs-agent -> 0.0.0.0/0 but 10.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 :443",
      "observability/logs-agent -> 10.10.51.12/32 :9200",
    ]
  `);
});

test("every namespace denies whatever no row allows, but for asking for names", () => {
  for (const namespace of Object.values(NAMESPACES)) {
    const [denied, ...more] = rows.filter((row) => row.namespace === namespace && row.name === "default-deny");
    expect(more).toEqual([]);
    expect(denied && networkPolicySpec(denied)).toMatchObject({
      podSelector: { matchLabels: {} },
      policyTypes: ["Ingress", "Egress"],
      ingress: [],
      egress: [
        {
          ports: [
            { port: "53", protocol: "UDP" },
            { port: "53", protocol: "TCP" },
          ],
        },
      ],
    });
  }
});

test("what one end may send, the other end may take", () => {
  const inside = rows.flatMap((row) =>
    (row.to ?? []).flatMap(({ peers = [], ports = [] }) =>
      peers.flatMap((peer) =>
        "namespace" in peer && peer.namespace !== "kube-system" ? ports.map((port) => ({ row, peer, port })) : [],
      ),
    ),
  );
  expect(inside.length).toBeGreaterThan(8);
  const refused = inside.filter(
    ({ row, peer, port }) =>
      !rows.some(
        (other) =>
          other.namespace === peer.namespace &&
          covers(other.pods, peer.pods) &&
          (other.from ?? []).some(
            ({ peers = [], ports }) =>
              (!ports || ports.includes(port)) &&
              peers.some(
                (from) => "namespace" in from && from.namespace === row.namespace && covers(from.pods, row.pods),
              ),
          ),
      ),
  );
  expect(refused.map(({ row, peer, port }) => `${row.namespace}/${row.name} -> ${writtenPeer(peer)}:${port}`)).toEqual(
    [],
  );
});

test("the internet is open to those alone who need Google's APIs, and private addresses are not part of it", () => {
  const open = rows.filter(({ to = [] }) =>
    to.some(({ peers = [] }) => peers.some((peer) => "range" in peer && peer.range === "0.0.0.0/0")),
  );
  expect(open.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
    "external-secrets/operator",
    "observability/logs-agent",
  ]);
  for (const { to = [] } of open) {
    const google = to.flatMap(({ peers = [] }) => peers).find((peer) => "range" in peer && peer.range === "0.0.0.0/0");
    expect(google).toMatchObject({
      except: expect.arrayContaining(["10.0.0.0/8", "169.254.0.0/16"]),
    });
  }
});

test("metrics are asked for at the port of the controller that runs", () => {
  const other = networkPolicyRows(settingsOf(changed({ "countries.india.cluster.ingress": "nginx-ingress" })));
  const ports = (table: typeof rows) =>
    table.flatMap(({ from = [], to = [] }) => [...from, ...to]).flatMap(({ ports = [] }) => ports);
  expect(ports(rows).filter((port) => port === 10254)).toHaveLength(2);
  expect(ports(other).filter((port) => port === 10254)).toHaveLength(0);
  expect(ports(other).filter((port) => port === 9113)).toHaveLength(2);
});

describe("namespaces", () => {
  const table = namespaceRows(settingsOf());

  test("are those that something is put into, only one of which allows host paths", () => {
    expect(table.map(({ name }) => name).sort()).toEqual(Object.values(NAMESPACES).sort());
    expect(table.filter(({ podSecurity }) => podSecurity).map(({ name }) => name)).toEqual(["observability"]);
  });

  test("of the shop hold all pods that KEDA may ask for, twice, and the broker", () => {
    for (const maxReplicas of [3, 60, 360]) {
      const shop = namespaceRows({
        ...settingsOf(),
        app: { ...settingsOf().app, maxReplicas },
      }).find(({ name }) => name === "shop");
      expect(shop?.pods).toBeGreaterThanOrEqual(2 * maxReplicas + 3);
      expect(shop?.cpu).toBeGreaterThanOrEqual(2 * maxReplicas * 0.256 + 3 * 0.5);
      expect(shop?.memoryGib).toBeGreaterThanOrEqual(2 * maxReplicas * 0.25 + 3 * 2);
    }
  });

  test("of the agents hold two on every node that there can be", () => {
    for (const maxNodes of [3, 32, 250]) {
      const agents = namespaceRows({ ...settingsOf(), maxNodes }).find(({ name }) => name === "observability");
      expect(agents?.pods).toBeGreaterThanOrEqual(2 * maxNodes + 3);
      expect(agents?.cpu).toBeGreaterThanOrEqual(0.12 * maxNodes + 0.4);
      expect(agents?.memoryGib).toBeGreaterThanOrEqual((maxNodes * 288) / 1024 + 1.3);
    }
  });
});

/** Whether a policy or peer for `selected` is also one for pods that have `labels`. */
function covers(selected: Labels = {}, labels: Labels = {}): boolean {
  return Object.entries(selected).every(([key, value]) => labels[key] === value);
}
