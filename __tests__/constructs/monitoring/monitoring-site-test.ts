import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planAddresses } from "../../../config/address-plan";
import { getOrThrow } from "../../../config/get-or-throw";
import { staging } from "../../../config/staging";
import { siteReleaseRows } from "../../../constructs/monitoring/site-release-rows";
import { appClusterSettings } from "../../../settings/app-cluster";
import { monitoringSiteSettings } from "../../../settings/monitoring-site";
import { dependencies } from "../../support/dependencies";
import { resources, stackOf, synthesize, synthesizeInto } from "../../support/synth";
import { changed, threeCountries } from "../../support/topologies";

const estate = synthesize(threeCountries);
const monitoring = stackOf(estate, "monitoring");
const plan = planAddresses(threeCountries);
const countries = Object.keys(threeCountries.countries);
const needs = dependencies(monitoring);

/** Every resource of a country's site. */
function ofSite(country: string) {
  return resources(monitoring).filter(({ address }) => address.includes(`.countries_${country}_site_`));
}

function addressOf(country: string, row: string): string {
  const pattern = new RegExp(`^helm_release.countries_${country}_site_releases_${row}_release_`);
  const found = ofSite(country).filter(({ address }) => pattern.test(address));
  expect(found).toHaveLength(1);
  return found[0]?.address ?? "";
}

describe.each(countries)("the site of %s", (country) => {
  const rows = siteReleaseRows(monitoringSiteSettings(threeCountries, plan, country));

  test("is the whole table, each row with what it waits for", () => {
    const written = rows.map(({ name }) => {
      const { attributes } = ofSite(country).find(({ address }) => address === addressOf(country, name)) ?? {};
      const { namespace, chart, repository, version, depends_on: dependsOn } = attributes ?? {};
      const awaited = (dependsOn as string[]).flatMap((each) => /_releases_(.+)_release_/.exec(each)?.[1] ?? []);
      return `${namespace}/${name}: ${repository ? `${chart} ${version}` : "the local chart"} <- ${awaited.join(", ")}`;
    });
    expect(written).toEqual([
      "observability/prometheus-operator-crds: prometheus-operator-crds 31.0.1 <- ",
      "external-secrets/external-secrets: external-secrets 2.9.0 <- prometheus-operator-crds",
      "elastic-operator/elastic-operator: eck-operator 3.5.0 <- prometheus-operator-crds",
      "observability/site-resources: the local chart <- external-secrets",
      "observability/metrics: kube-prometheus-stack 88.5.3 <- prometheus-operator-crds, site-resources",
      "observability/thanos: thanos 0.38.0 <- prometheus-operator-crds, site-resources, metrics",
      "elastic/elastic-resources: the local chart <- external-secrets",
      "elastic/elastic: eck-stack 0.20.0 <- elastic-operator, elastic-resources",
      "elastic/elastic-bootstrap: the local chart <- elastic",
      "certificates/certificate-renewal: the local chart <- ",
    ]);
    expect(ofSite(country).filter(({ type }) => type === "helm_release")).toHaveLength(rows.length);
  });

  test("waits for each row that the table names, and for nothing that comes after it", () => {
    for (const [index, { name, waitsFor }] of rows.entries()) {
      const before = needs.get(addressOf(country, name)) ?? new Set();
      const has = (row: string) => before.has(addressOf(country, row));
      expect({ name, missing: waitsFor.filter((row) => !has(row)) }).toEqual({ name, missing: [] });
      expect({ name, later: rows.slice(index).filter((row) => has(row.name)) }).toEqual({ name, later: [] });
    }
  });

  test("comes after nodes, disks, its namespaces with quota and policies, and identities; so it goes before them", () => {
    for (const { name, namespace } of rows) {
      const own = ofSite(country).filter(
        ({ address, type, attributes }) =>
          /google_container_|storage_class/.test(type) ||
          address.includes(`_namespaces_${namespace}_`) ||
          (type === "kubernetes_service_account_v1" &&
            (attributes.metadata as Record<string, string>).namespace === namespace),
      );
      expect(own.length).toBeGreaterThan(5);
      const missing = own.filter(({ address }) => !needs.get(addressOf(country, name))?.has(address));
      expect({ name, missing: missing.map(({ address }) => address) }).toEqual({ name, missing: [] });
    }
  });

  test("is led to its own cluster, and depends on nothing of another site", () => {
    const inside = ofSite(country).filter(({ type }) => /^(helm|kubernetes)_/.test(type));
    expect(new Set(inside.map(({ type, attributes }) => `${type.split("_")[0]} ${attributes.provider}`))).toEqual(
      new Set([`helm helm.${country}`, `kubernetes kubernetes.${country}`]),
    );
    const foreign = inside.flatMap(({ address }) =>
      [...(needs.get(address) ?? [])].filter(
        (needed) => needed.includes("_site_") && !needed.includes(`.countries_${country}_`),
      ),
    );
    expect(foreign).toEqual([]);
    for (const provider of ["helm", "kubernetes"]) {
      const configured = monitoring.provider[provider]?.filter(({ alias }) => alias === country);
      expect(JSON.stringify(configured)).toContain(`google_container_cluster.countries_${country}_site_cluster_`);
    }
  });

  test("is a private cluster with the country's own ranges, addresses and tag", () => {
    const only = (type: string) => ofSite(country).find((resource) => resource.type === type)?.attributes;
    expect(only("google_container_cluster")).toMatchObject({
      name: `${country}-monitoring`,
      location: getOrThrow(threeCountries.countries, country).region,
      private_cluster_config: {
        enable_private_nodes: true,
        enable_private_endpoint: true,
        master_ipv4_cidr_block: getOrThrow(plan, country).monitoringControlPlane,
      },
      subnetwork: `\${data.terraform_remote_state.network-state.outputs.${country}_monitoring_subnet}`,
    });
    expect(only("google_container_node_pool")?.node_config).toMatchObject({ tags: [`${country}-monitoring-nodes`] });
    const { fixed } = getOrThrow(plan, country);
    const values = ofSite(country).flatMap(({ attributes }) => (attributes.values as string[] | undefined) ?? []);
    for (const label of ["prometheus", "prometheus-1", "prometheus-2", "grafana", "elasticsearch", "kibana"]) {
      expect(values.join("\n")).toMatch(new RegExp(`loadBalancerIP: ${getOrThrow(fixed, label).address}\\b`));
    }
  });
});

test("nothing is planned by way of a cluster's API, and the local chart goes with the stack once", () => {
  expect(Object.keys(monitoring.resource)).not.toContain("kubernetes_manifest");
  const local = resources(monitoring, "helm_release").filter(({ attributes }) => !attributes.repository);
  expect(new Set(local.map(({ attributes }) => attributes.chart)).size).toBe(1);
  expect(local[0]?.attributes.chart).toMatch(/^\.\/assets\/chart\/[0-9A-F]{32}$/);
});

test("each secret of a site is read and written by exactly the roles that are meant to", () => {
  const granted = Object.values(estate.stacks).flatMap((stack) =>
    resources(stack, "google_secret_manager_secret_iam_member").map(({ attributes }) => {
      const member = String(attributes.member);
      const [, country = "", role] =
        /(?:countries_(\w+?)_site_identities_|platform_|(?=(?:edge|database|vpn)_identity))(\w+?)[-_]identity_account/.exec(
          member,
        ) ?? [];
      const right = String(attributes.role).replace("roles/secretmanager.", "");
      return [String(attributes.secret_id), `${country} ${role}: ${right}`.trim()] as const;
    }),
  );
  const of = (secret: string) => granted.filter(([id]) => id === secret).map(([, grant]) => grant);
  const writing = ["secretAccessor", "secretVersionAdder", "viewer"].map((right) => `india pusher: ${right}`);
  for (const user of ["agent", "database", "edge", "vpn"]) {
    expect(of(`india-elasticsearch-${user}`).sort()).toEqual([`${user}: secretAccessor`, ...writing].sort());
  }
  expect(of("india-elasticsearch-reader").sort()).toEqual(
    [...countries.map((country) => `${country} secrets: secretAccessor`), ...writing].sort(),
  );
  const everySite = countries.map((country) => `${country} secrets: secretAccessor`).sort();
  for (const secret of ["alert-critical", "alert-warning"]) expect(of(secret).sort()).toEqual(everySite);
  expect(of("india-dead-mans-switch")).toEqual(["india secrets: secretAccessor"]);
});

test("without a contact for the CA nothing renews certificates, and nobody may", () => {
  const { acmeContact: _, ...dns } = threeCountries.dns;
  const { text } = synthesize(changed({ dns }));
  for (const stack of Object.values(text)) expect(stack).not.toMatch(/shop-challenges|-renewer|acme|"certificates"/);
});

describe("staging", () => {
  const { stacks, text } = synthesize(staging);

  test("has one site, whose addresses all agents push to and which takes all of them", () => {
    const clusters = resources(stackOf({ stacks, text }, "monitoring"), "google_container_cluster");
    expect(clusters.map(({ attributes }) => attributes.name)).toEqual(["singapore-monitoring"]);
    const settings = monitoringSiteSettings(staging, planAddresses(staging), "singapore");
    for (const country of Object.keys(staging.countries)) {
      const { site } = appClusterSettings(staging, planAddresses(staging), country);
      expect(site.receivers).toEqual(settings.addresses.replicas);
      expect(site.elasticsearch.address).toBe(settings.addresses.elasticsearch);
      expect(settings.sourceRanges.agents).toContain(getOrThrow(planAddresses(staging), country).pods);
    }
  });

  test("archives raw logs in every country, the rest where the site is", () => {
    const buckets = resources(stackOf({ stacks, text }, "monitoring"), "google_storage_bucket");
    const named = buckets.map(({ attributes }) => String(attributes.name).replace("jamtangan-staging-", ""));
    expect(named.filter((name) => !name.startsWith("access-logs")).sort()).toEqual([
      "logs-india",
      "logs-indonesia",
      "logs-singapore",
      "metrics-singapore",
      "snapshots-singapore",
    ]);
  });

  test("warns at synthesis that nobody receives its alerts, but not in production", () => {
    const said = (topology: typeof staging) => {
      const outdir = mkdtempSync(join(tmpdir(), "matchwatch-test-"));
      try {
        synthesizeInto(outdir, topology);
        const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
        return (stacks.monitoring.annotations as { message: string }[]).map(({ message }) => message);
      } finally {
        rmSync(outdir, { recursive: true });
      }
    };
    expect(said(staging)).toEqual(["nobody receives alerts: set `alerts` in the topology"]);
    expect(said(threeCountries)).toEqual([]);
  });
});
