import { planAddresses } from "../../../config/address-plan";
import { staging } from "../../../config/staging";
import { monitoringSites, type Topology } from "../../../config/topology";
import { changed as withChange } from "../../../rehearsal/changes";
import { appFlows } from "../../../rehearsal/clusters/flows/app-flows";
import { appPods } from "../../../rehearsal/clusters/flows/app-pods";
import type { Policing } from "../../../rehearsal/clusters/flows/judge";
import { judgeLive } from "../../../rehearsal/clusters/flows/live";
import { siteFlows } from "../../../rehearsal/clusters/flows/site-flows";
import { synthesizedPolicing } from "../../../rehearsal/clusters/flows/synthesized-policies";
import { type FlowTable, judgeTable } from "../../../rehearsal/clusters/flows/table";
import { resources, stackOf, synthesize } from "../../support/synth";
import { changed, threeCountries } from "../../support/topologies";

const other = changed({ "countries.indonesia.cluster.ingress": "nginx-ingress" });
const mail = { kind: "email", secret: "mail", to: "a@b.c", from: "a@b.c", server: "mail.b.c:587", username: "a" };
const byMail = changed({
  alerts: { critical: mail, warning: { ...mail, secret: "other-mail" }, outside: "a@b.c" },
});

interface Cluster {
  readonly name: string;
  readonly table: FlowTable;
  readonly policing: Policing;
}

const appCluster = (topology: Topology, country: string): Cluster => ({
  name: `${country}'s app cluster`,
  table: appFlows(topology, planAddresses(topology), country),
  policing: synthesizedPolicing(stackOf(synthesize(topology), `region-${country}`)),
});
const siteCluster = (topology: Topology, site: string): Cluster => ({
  name: `${site}'s site`,
  table: siteFlows(topology, planAddresses(topology), site),
  policing: synthesizedPolicing(stackOf(synthesize(topology), "monitoring"), site),
});
const clusters = (topology: Topology): Cluster[] => [
  ...Object.keys(topology.countries).map((country) => appCluster(topology, country)),
  ...monitoringSites(topology).map((site) => siteCluster(topology, site)),
];

describe.each([
  ["production", clusters(threeCountries)],
  ["staging", clusters(staging)],
  ["production with one more country", clusters(withChange(threeCountries, "new-country"))],
  ["the other ingress controller", [appCluster(other, "indonesia")]],
  ["alerts by mail", [siteCluster(byMail, "india")]],
])("the network policies of %s", (_estate, all) => {
  test.each(all)("let through what the table of $name says, and nothing else", ({ table, policing }) => {
    const { judged, problems } = judgeTable(table, policing);
    expect(problems).toEqual([]);
    expect(judged.passing).toBeGreaterThan(100);
    expect(judged.forbidden).toBeGreaterThan(2000);
  });
});

test("the app's pods have the labels and the port that the tables say", () => {
  const [deployment] = resources(stackOf(synthesize(threeCountries), "region-india"), "kubernetes_deployment_v1");
  const { labels, ports } = appPods("ingress-nginx").shop;
  expect(deployment?.attributes.spec).toMatchObject({
    template: {
      metadata: { labels },
      spec: { container: [{ port: [{ name: "http", container_port: ports.http }] }] },
    },
  });
});

// A chart's labels follow these values, and the tables have them as they are without.
test("no release renames its pods", () => {
  const all = Object.values(synthesize(threeCountries).stacks).flatMap((stack) => resources(stack, "helm_release"));
  expect(all.length).toBeGreaterThan(50);
  const renamed = all.filter(({ attributes }) =>
    /^ *(nameOverride|podLabels|commonLabels):/m.test(String(attributes.values)),
  );
  expect(renamed.map(({ address }) => address)).toEqual([]);
});

test("a policy that says more or less than the table is told, by the flow", () => {
  const { table, policing } = appCluster(threeCountries, "india");
  const changedPolicies = (change: (policy: Policing["policies"][number]) => Policing["policies"]) =>
    judgeTable(table, { ...policing, policies: policing.policies.flatMap(change) }).problems;

  const named = (name: string) => (policy: Policing["policies"][number]) =>
    policy.metadata.name === name ? [] : [policy];
  expect(changedPolicies(named("broker"))).toContain("shop -> broker:5672 may not be taken");
  expect(changedPolicies(named("autoscaler"))).toContain("keda-operator -> broker:15672 may not be sent");
  const open = changedPolicies((policy) =>
    policy.metadata.name === "app" ? [{ ...policy, spec: { ...policy.spec, egress: [{}] } }] : [policy],
  );
  expect(open).toContain("shop -> Google:443 passes, and is not named");
  expect(open).toContain("shop -> metadata server:80 passes, and is not named");
  expect(open).not.toContain("shop -> broker:15672 passes, and is not named");
});

describe("a cluster that stands with F5's ingress controller", () => {
  const { table, policing } = appCluster(other, "indonesia");
  const namespaces = Object.entries(policing.namespaces).map(([name, labels]) => ({ metadata: { name, labels } }));
  const declared = { http: 80, https: 443, prometheus: 9113, "readiness-port": 8081 };
  const judged = (ports: Readonly<Record<string, number>>, policies = policing.policies) => {
    const pod = {
      metadata: { namespace: "ingress", labels: { "app.kubernetes.io/name": "nginx-ingress" } },
      spec: {
        containers: [{ ports: Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort })) }],
      },
    };
    const answers: Record<string, readonly object[]> = {
      "/apis/networking.k8s.io/v1/networkpolicies": policies,
      "/api/v1/namespaces": namespaces,
      "/api/v1/pods": [pod],
    };
    return judgeLive(table, { list: async (path) => [...(answers[path] ?? [])] });
  };

  test("goes as the table says, at the ports that its chart declares", async () => {
    expect((await judged(declared)).problems).toEqual([]);
  });

  test("is told when it listens elsewhere than the table says", async () => {
    const { prometheus: _, ...others } = declared;
    expect((await judged({ ...others, metrics: 9114 })).problems).toEqual([
      'ingress listens at 9114 ("metrics"), and the table of flows has no such port',
      'ingress has no port "prometheus", and the table of flows has it at 9113',
    ]);
  });

  test("is told when a policy opens what nobody needs", async () => {
    const open = policing.policies.map((policy) =>
      policy.metadata.name === "controller"
        ? {
            ...policy,
            spec: { ...policy.spec, ingress: (policy.spec.ingress ?? []).map(({ from = [] }) => ({ from })) },
          }
        : policy,
    );
    const { problems } = await judged(declared, open);
    expect(problems).toContain("own edge -> ingress:443 passes, and is not named");
    expect(problems).toContain("an edge that fails over -> ingress:8081 passes, and is not named");
  });
});
