import { load } from "js-yaml";
import { staging } from "../../config/staging";
import { versions } from "../../config/versions";
import { unescapeTemplate } from "../../constructs/escape-template";
import { dependencies } from "../support/dependencies";
import { resources, type StackJson, synthesize } from "../support/synth";
import { changed, threeCountries } from "../support/topologies";

/** What a real API server and its scheduler said of the clusters' contents, kept by the JSON alone. */

const estates = {
  production: synthesize(threeCountries),
  "production with the other ingress controller": synthesize(
    changed({
      "countries.indonesia.cluster.ingress": "nginx-ingress",
      "countries.singapore.cluster.ingress": "nginx-ingress",
      "countries.india.cluster.ingress": "nginx-ingress",
    }),
  ),
  staging: synthesize(staging),
};

type Fields = Record<string, unknown>;

/** Every object within a value, itself included. */
function objectsIn(value: unknown): Fields[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? below : [value as Fields, ...below];
}

const valuesOf = (stack: StackJson) =>
  resources(stack, "helm_release").map(({ address, attributes }) => ({
    address,
    values: load(unescapeTemplate((attributes.values as string[]).join("\n"))),
  }));

const deployments = (stack: StackJson) => resources(stack, "kubernetes_deployment_v1");

describe.each(Object.entries(estates))("in %s", (_estate, { stacks }) => {
  test("no lost zone keeps pods from the others: its nodes, tainted, count for no spread", () => {
    const spreads = Object.values(stacks).flatMap((stack) => [
      ...valuesOf(stack).flatMap(({ address, values }) =>
        objectsIn(values)
          .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === "DoNotSchedule")
          .map(({ nodeTaintsPolicy: policy }) => ({ address, policy })),
      ),
      ...deployments(stack).flatMap(({ address, attributes }) =>
        objectsIn(attributes)
          .filter(({ when_unsatisfiable: when }) => when === "DoNotSchedule")
          .map(({ node_taints_policy: policy }) => ({ address, policy })),
      ),
    ]);
    expect(spreads.length).toBeGreaterThan(25);
    expect(spreads.filter(({ policy }) => policy !== "Honor")).toEqual([]);
  });

  test("zone awareness comes with a spread of ours: the operator's own counts lost zones", () => {
    const nodeSets = Object.values(stacks)
      .flatMap(valuesOf)
      .flatMap(({ values }) => objectsIn(values).filter((each) => "zoneAwareness" in each));
    expect(nodeSets.length).toBeGreaterThan(0);
    for (const nodeSet of nodeSets) {
      expect(nodeSet).toMatchObject({
        podTemplate: {
          spec: {
            topologySpreadConstraints: [
              {
                topologyKey: "topology.kubernetes.io/zone",
                labelSelector: {
                  matchLabels: {
                    "elasticsearch.k8s.elastic.co/cluster-name": "elasticsearch",
                    "elasticsearch.k8s.elastic.co/statefulset-name": `elasticsearch-es-${nodeSet.name}`,
                  },
                },
              },
            ],
          },
        },
      });
    }
  });

  test("containers say for themselves what the provider would otherwise fill in with a weaker word", () => {
    const containers = Object.values(stacks)
      .flatMap(deployments)
      .flatMap(({ attributes }) =>
        objectsIn(attributes).flatMap(({ container = [], init_container: init = [] }) => [
          ...(container as Fields[]),
          ...(init as Fields[]),
        ]),
      );
    expect(containers.length).toBeGreaterThan(0);
    for (const { security_context: security } of containers) {
      expect(security).toMatchObject({
        run_as_non_root: true,
        allow_privilege_escalation: false,
        read_only_root_filesystem: true,
        capabilities: { drop: ["ALL"] },
      });
    }
  });

  test("a release that writes into another namespace comes after it, with its quota and policies", () => {
    for (const [name, stack] of Object.entries(stacks).filter(([name]) => name.startsWith("region-"))) {
      const needs = dependencies(stack);
      const keda = resources(stack, "helm_release").find(({ attributes }) => attributes.name === "keda");
      const shop = resources(stack).filter(({ address }) => address.includes(".platform_namespaces_shop_"));
      expect({ name, shop: shop.length }).toEqual({ name, shop: 5 });
      expect(shop.filter(({ address }) => !needs.get(keda?.address ?? "")?.has(address))).toEqual([]);
    }
  });

  test("each Kibana has a disruption budget", () => {
    const releases = resources(stacks.monitoring as StackJson, "helm_release");
    const texts = (chart: RegExp) =>
      releases.flatMap(({ attributes }) => (chart.test(String(attributes.name)) ? [String(attributes.values)] : []));
    const kibanas = texts(/^elastic$/);
    expect(kibanas.length).toBeGreaterThan(0);
    const budgets = texts(/^elastic-resources$/).map((text) =>
      objectsIn(load(unescapeTemplate(text))).find(({ kind }) => kind === "PodDisruptionBudget"),
    );
    expect(budgets).toHaveLength(kibanas.length);
    for (const budget of budgets) {
      expect(budget).toMatchObject({
        spec: { maxUnavailable: 1, selector: { matchLabels: { "kibana.k8s.elastic.co/name": "kibana" } } },
      });
    }
  });
});

test("namespaces enforce the strictest pod security that their pods pass", () => {
  const written = Object.values(estates.production.stacks).flatMap((stack) =>
    resources(stack, "kubernetes_namespace_v1").map(({ attributes }) => {
      const { name, labels } = attributes.metadata as { name: string; labels: Record<string, string> };
      return `${name}: ${labels["pod-security.kubernetes.io/enforce"]}`;
    }),
  );
  expect([...new Set(written)].sort()).toEqual([
    "certificates: restricted",
    "elastic-operator: restricted",
    "elastic: baseline",
    "external-secrets: restricted",
    "ingress: restricted",
    "keda: restricted",
    "observability: privileged",
    "rabbitmq-operator: restricted",
    "shop: restricted",
  ]);
});

// Its chart names no seccomp profile, and its namespace, which is restricted, refuses a pod without one.
test("the Elasticsearch operator's pod passes the pod security of its namespace", () => {
  const operators = valuesOf(estates.production.stacks.monitoring as StackJson).filter(({ address }) =>
    address.includes("_elastic-operator_"),
  );
  expect(operators).toHaveLength(3);
  for (const { values } of operators) {
    expect(values).toMatchObject({
      podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    });
  }
});

// The broker's policy keeps it from the API server, and RabbitMQ asks that for its peers before 4.1.
test("the broker's image finds its peers without the API server", () => {
  const [, major = 0, minor = 0] = /:(\d+)\.(\d+)\./.exec(versions.rabbitmqImage) ?? [];
  expect(Number(major) * 100 + Number(minor)).toBeGreaterThanOrEqual(401);
});
