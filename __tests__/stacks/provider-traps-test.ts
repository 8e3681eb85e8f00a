import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { versions } from "../../config/versions";
import { resources, synthesize } from "../support/synth";
import { threeCountries } from "../support/topologies";

const estate = synthesize(threeCountries);
const all = Object.values(estate.stacks).flatMap((stack) => resources(stack));

test("nothing takes its value from a grant's attribute but the grant's id: the provider rewrites them while it applies", () => {
  const reads = all.flatMap(({ address, attributes }) =>
    [...JSON.stringify(attributes).matchAll(/\$\{(google_\w+_iam_\w+\.[\w-]+)\.(\w+)/g)].flatMap(([, , attribute]) =>
      attribute === "id" ? [] : [`${address} reads ${attribute}`],
    ),
  );
  expect(reads).toEqual([]);
});

test("access logs wait for the grant of who writes them", () => {
  const logged = all.filter(({ attributes }) => "logging" in attributes && "storage_class" in attributes);
  expect(logged.length).toBeGreaterThan(3);
  for (const { attributes } of logged) {
    expect(attributes.depends_on).toContainEqual(
      expect.stringMatching(/^google_storage_bucket_iam_member\..*access-logs-writer/),
    );
  }
});

test("GKE's own answers are no difference", () => {
  const clusters = all.filter(({ type }) => type === "google_container_cluster");
  expect(clusters.length).toBe(6);
  for (const { attributes } of clusters) {
    expect(attributes.lifecycle).toMatchObject({
      ignore_changes: expect.arrayContaining(["database_encryption[0].state"]),
    });
    expect(JSON.stringify(attributes)).not.toContain("VULNERABILITY_");
    // In the order in which GKE answers. What the agent of an app cluster ships is not sent a second time.
    const isApp = String(attributes.name).endsWith("-app");
    const own = isApp ? [] : ["WORKLOADS"];
    expect(attributes.logging_config).toEqual({ enable_components: ["SYSTEM_COMPONENTS", ...own] });
  }
  const kubernetes = Object.values(estate.stacks).flatMap(({ provider }) => provider.kubernetes ?? []);
  expect(kubernetes.length).toBe(6);
  for (const one of kubernetes) expect(one.ignore_annotations).toEqual(["^cloud\\.google\\.com/neg"]);
});

test("a release whose first install failed is taken over, and asks no cluster while it is planned", () => {
  const releases = all.filter(({ type }) => type === "helm_release");
  expect(releases.length).toBeGreaterThan(6);
  for (const { attributes } of releases)
    expect(attributes).toMatchObject({ upgrade_install: true, version: expect.any(String) });
  const chart = load(readFileSync(join(__dirname, "../../charts/custom-resources/Chart.yaml"), "utf8"));
  expect(chart).toMatchObject({ version: versions.customResourcesChart });
});
