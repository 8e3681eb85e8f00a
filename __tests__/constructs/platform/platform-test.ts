import { load } from "js-yaml";
import { planAddresses } from "../../../config/address-plan";
import { staging } from "../../../config/staging";
import { releaseRows } from "../../../constructs/platform/release-rows";
import { appClusterSettings } from "../../../settings/app-cluster";
import { dependencies } from "../../support/dependencies";
import { resources, type StackJson, stackOf, synthesize } from "../../support/synth";
import { changed, threeCountries } from "../../support/topologies";

const estate = synthesize(threeCountries);
const countries = Object.keys(threeCountries.countries);

/** Rows of a country's table, each with the address of what it became. */
function rowsOf(country: string, stack: StackJson) {
  return releaseRows(appClusterSettings(threeCountries, planAddresses(threeCountries), country)).map((row) => ({
    ...row,
    address: addressOf(stack, row.name),
  }));
}

function addressOf(stack: StackJson, row: string): string {
  const found = resources(stack).filter(({ address }) =>
    new RegExp(`^(helm_release.platform_${row}_release|kubernetes_deployment_v1.platform_${row}_deployment)_`).test(
      address,
    ),
  );
  expect(found).toHaveLength(1);
  return found[0]?.address ?? "";
}

/** Every release as one line: what it waits for stands behind the arrow. */
function written(stack: StackJson): string[] {
  return resources(stack, "helm_release").map(({ attributes }) => {
    const { name, namespace, chart, repository, version, depends_on: dependsOn } = attributes;
    const awaited = (dependsOn as string[]).flatMap(
      (address) => /platform_(.+)_(?:release|deployment)_/.exec(address)?.[1] ?? [],
    );
    const flags = ["atomic", "wait", "skip_crds"].filter((flag) => attributes[flag] === true);
    return `${namespace}/${name}: ${
      repository ? `${repository} ${chart} ${version}` : "the local chart"
    } (${flags}) <- ${awaited.join(", ")}`;
  });
}

describe.each(countries)("the releases of %s", (country) => {
  const stack = stackOf(estate, `region-${country}`);
  const rows = rowsOf(country, stack);
  const needs = dependencies(stack);

  test("are the whole table", () => {
    expect(written(stack)).toMatchInlineSnapshot(`
      [
        "observability/agent-resources: the local chart (wait) <- external-secrets",
        "external-secrets/external-secrets: https://charts.external-secrets.io external-secrets 2.9.0 (atomic,wait) <- prometheus-operator-crds",
        "ingress/ingress-nginx: https://kubernetes.github.io/ingress-nginx ingress-nginx 4.15.1 (atomic,wait) <- prometheus-operator-crds",
        "keda/keda: https://kedacore.github.io/charts keda 2.20.2 (atomic,wait) <- prometheus-operator-crds",
        "observability/logs-agent: https://helm.vector.dev vector 0.56.0 () <- prometheus-operator-crds, agent-resources",
        "observability/metrics-agent: https://prometheus-community.github.io/helm-charts kube-prometheus-stack 88.5.3 (wait) <- prometheus-operator-crds",
        "observability/prometheus-operator-crds: https://prometheus-community.github.io/helm-charts prometheus-operator-crds 31.0.1 (wait) <- ",
        "rabbitmq-operator/rabbitmq-operator: oci://ghcr.io/cloudpirates-io/helm-charts rabbitmq-cluster-operator 0.6.5 (atomic,wait) <- prometheus-operator-crds",
        "shop/shop-resources: the local chart (wait) <- prometheus-operator-crds, external-secrets, rabbitmq-operator",
        "shop/shop-scaling: the local chart (wait) <- keda, app",
      ]
    `);
    expect(resources(stack, "helm_release")).toHaveLength(rows.filter((row) => "chart" in row).length);
  });

  test("wait for each row that the table names, and for nothing that comes after them", () => {
    for (const [index, { name, address, waitsFor }] of rows.entries()) {
      const before = needs.get(address) ?? new Set();
      const later = rows.slice(index).filter((row) => before.has(row.address));
      expect({ name, later: later.map((row) => row.name) }).toEqual({
        name,
        later: [],
      });
      expect({
        name,
        waitsFor: waitsFor.filter((awaited) => !before.has(addressOf(stack, awaited))),
      }).toEqual({
        name,
        waitsFor: [],
      });
    }
  });

  test("come after nodes and disks, and after their namespace with its quota and policies; so they go before them", () => {
    for (const { name, address, namespace } of rows) {
      const own = resources(stack).filter(
        ({ address, type }) =>
          /google_container_|storage_class/.test(type) || address.includes(`.platform_namespaces_${namespace}_`),
      );
      expect(own.length).toBeGreaterThan(7);
      const missing = own.filter((needed) => !needs.get(address)?.has(needed.address));
      expect({
        name,
        missing: missing.map((needed) => needed.address),
      }).toEqual({ name, missing: [] });
    }
  });

  test("that bring monitors come after the definition of monitors", () => {
    const brings = rows.filter(
      (row) => "values" in row && /(service|pod)Monitor|PodMonitor/i.test(JSON.stringify(row.values)),
    );
    const before = (name: string) =>
      needs.get(addressOf(stack, name))?.has(addressOf(stack, "prometheus-operator-crds"));
    expect(brings.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["external-secrets", "keda", "ingress", "shop-resources", "logs-agent"]),
    );
    expect(brings.filter(({ name }) => !before(name))).toEqual([]);
  });

  test("hold values that are YAML and that Terraform fills nothing into", () => {
    for (const { attributes } of resources(stack, "helm_release")) {
      const [text = ""] = attributes.values as string[];
      expect(load(text)).toEqual(expect.any(Object));
      expect(text.replace(/\$\$\{|%%\{/g, "")).not.toMatch(/[$%]\{|TfToken/);
    }
  });
});

test("what looks after others goes after them: the autoscaler, the operators, the definitions", () => {
  const stack = stackOf(estate, "region-india");
  const needs = dependencies(stack);
  const goesBefore = (first: string, then: string) => needs.get(addressOf(stack, first))?.has(addressOf(stack, then));
  expect(goesBefore("shop-scaling", "keda")).toBe(true);
  expect(goesBefore("shop-scaling", "app")).toBe(true);
  expect(goesBefore("app", "shop-resources")).toBe(true);
  expect(goesBefore("shop-resources", "rabbitmq-operator")).toBe(true);
  expect(goesBefore("shop-resources", "external-secrets")).toBe(true);
  expect(goesBefore("agent-resources", "external-secrets")).toBe(true);
});

test("nothing is planned by way of the cluster's API, and the local chart goes with the stack", () => {
  for (const country of countries) {
    const stack = stackOf(estate, `region-${country}`);
    expect(resources(stack).filter(({ type }) => type === "kubernetes_manifest")).toEqual([]);
    const local = resources(stack, "helm_release").filter(({ attributes }) => !attributes.repository);
    expect(local.map(({ attributes }) => attributes.name).sort()).toEqual([
      "agent-resources",
      "shop-resources",
      "shop-scaling",
    ]);
    expect(new Set(local.map(({ attributes }) => attributes.chart))).toEqual(new Set([local[0]?.attributes.chart]));
    expect(local[0]?.attributes.chart).toMatch(/^\.\/assets\/platform_chart_\w+\/[0-9A-F]{32}$/);
  }
});

describe("the other ingress controller", () => {
  const switched = synthesize(changed({ "countries.india.cluster.ingress": "nginx-ingress" }));
  const region = (of: typeof estate, country: string) => stackOf(of, `region-${country}`);

  test("replaces the release, because both claim one address and one class", () => {
    const release = (of: typeof estate) => {
      const { attributes } =
        resources(region(of, "india"), "helm_release").find(({ attributes }) => attributes.namespace === "ingress") ??
        {};
      return attributes;
    };
    expect(release(switched)).toMatchObject({
      name: "nginx-ingress",
      chart: "nginx-ingress",
      repository: "oci://ghcr.io/nginx/charts",
      skip_crds: true,
    });
    expect(release(estate)).toMatchObject({
      name: "ingress-nginx",
      chart: "ingress-nginx",
      skip_crds: false,
    });
    expect(addressOf(region(switched, "india"), "ingress")).toBe(addressOf(region(estate, "india"), "ingress"));
  });

  test("leaves the app's Ingress and every other country as they are", () => {
    const app = (of: typeof estate) => resources(region(of, "india"), "kubernetes_ingress_v1");
    expect(app(switched)).toEqual(app(estate));
    expect(switched.text["region-indonesia"]).toBe(estate.text["region-indonesia"]);
  });
});

test("a country without a site pushes to its site's two receivers, as its site's user, and archives at home", () => {
  const settings = appClusterSettings(staging, planAddresses(staging), "india");
  expect({ ...settings.site, bucket: settings.logsBucket }).toEqual({
    receivers: ["10.6.51.14", "10.6.51.15"],
    elasticsearch: {
      host: "elasticsearch.singapore.internal.staging.jamtangan.com",
      address: "10.6.51.12",
    },
    agentSecret: "singapore-elasticsearch-agent",
    bucket: "jamtangan-staging-logs-india",
  });
});
