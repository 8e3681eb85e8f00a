import { readFileSync } from "node:fs";
import { load } from "js-yaml";
import { environments } from "../../config/environments";
import { pulledImage } from "../../config/images";
import { versions } from "../../config/versions";
import { listOf, SynthesizedEstate } from "../../tools/synthesized/estate";
import { synthesize } from "../support/synth";

// Docker Hub answers 100 pulls in six hours from the one address that a country's nodes share.

interface Manager {
  readonly description?: string;
  readonly managerFilePatterns?: readonly string[];
  readonly matchStrings?: readonly string[];
  readonly autoReplaceStringTemplate?: string;
}

const renovate: { readonly customManagers: readonly Manager[]; readonly packageRules: readonly object[] } = JSON.parse(
  readFileSync("renovate.json", "utf8"),
);

const INDIA = { project: "shop-1", region: "asia-south1" };

test("an image of Docker Hub comes through the region's repository, another registry's from there", () => {
  expect(pulledImage("docker.io/library/rabbitmq:4", INDIA)).toBe(
    "asia-south1-docker.pkg.dev/shop-1/docker-hub/library/rabbitmq:4",
  );
  expect(pulledImage("quay.io/prometheus/prometheus:v3", INDIA)).toBe("quay.io/prometheus/prometheus:v3");
});

test("an image keeps its digest, and updates find and write it", () => {
  const digest = `sha256:${"0a".repeat(32)}`;
  const image = "docker.io/library/rabbitmq:4.3.5-management";
  expect(pulledImage(`${image}@${digest}`, INDIA)).toMatch(new RegExp(`/docker-hub/library/rabbitmq:.+@${digest}$`));
  const [manager] = renovate.customManagers.filter(({ description }) => description === "Container images of config/");
  const pattern = new RegExp(manager?.matchStrings?.[0] ?? "");
  for (const text of [versions.rabbitmqImage, versions.curlImage, versions.legoImage])
    expect(`"${text}"`).toMatch(pattern);
  expect(pattern.exec(`"${image}@${digest}"`)?.groups).toMatchObject({ currentDigest: digest });
  // Without it, a first digest is not written: Renovate cannot know where it belongs.
  expect(manager?.autoReplaceStringTemplate).toContain("@{{{newDigest}}}");
});

test("every image of the topologies is found by updates too", () => {
  const [manager] = renovate.customManagers.filter(({ description }) => description === "Container images of config/");
  for (const [environment, { countries }] of Object.entries(environments)) {
    expect(`config/${environment}.ts`).toMatch(new RegExp(manager?.managerFilePatterns?.[0]?.slice(1, -1) ?? "^$"));
    for (const { app } of Object.values(countries))
      expect(`"${app.image}"`).toMatch(new RegExp(manager?.matchStrings?.[0] ?? "^$"));
  }
});

test("charts of OCI registries, which have no place for a digest, are not asked for one", () => {
  const [charts] = renovate.customManagers.filter(({ description }) => description?.includes("OCI"));
  // Renovate gives up an update whose digest it finds nowhere in the file.
  expect(charts?.matchStrings?.[0]).not.toContain("Digest");
  expect(renovate.packageRules).toContainEqual(
    expect.objectContaining({
      matchManagers: ["custom.regex"],
      matchPackageNames: ["!docker.io/**"],
      pinDigests: false,
    }),
  );
});

describe.each(Object.entries(environments))("%s", (_, topology) => {
  const estate = new SynthesizedEstate(synthesize(topology).stacks);

  test("has such a repository in each country's region", () => {
    const repositories = estate.ofType("google_artifact_registry_repository").map(({ attributes }) => attributes);
    expect(repositories.map(({ location }) => location).sort()).toEqual(
      Object.values(topology.countries)
        .map(({ region }) => region)
        .sort(),
    );
    for (const { mode, remote_repository_config } of repositories) {
      expect([mode, JSON.stringify(remote_repository_config)]).toEqual([
        "REMOTE_REPOSITORY",
        '{"docker_repository":{"public_repository":"DOCKER_HUB"}}',
      ]);
    }
  });

  test("names Docker Hub in no pod and no chart's values, and each cluster its own region's repository", () => {
    for (const { stack, type, country, attributes } of estate.resources) {
      if (!/^(helm|kubernetes)_/.test(type)) continue;
      const text = JSON.stringify(attributes);
      expect([stack, attributes.name, /docker\.io\//.exec(text)]).toEqual([stack, attributes.name, null]);
      const regions = [...text.matchAll(/([a-z0-9-]+)-docker\.pkg\.dev/g)].map(([, region]) => region);
      expect(regions.filter((region) => region !== topology.countries[country ?? ""]?.region)).toEqual([]);
    }
  });

  test("tells charts whose images are Docker Hub's by default where to pull them", () => {
    const values = (chart: string) =>
      estate
        .ofType("helm_release")
        .filter(({ attributes }) => attributes.chart === chart)
        .flatMap(({ attributes }) => listOf<string>(attributes.values))
        .map((text) => load(text));
    const agents = values("vector");
    expect(agents.length).toBe(Object.keys(topology.countries).length);
    for (const agent of agents) {
      expect(agent).toMatchObject({ image: { repository: expect.stringContaining("/docker-hub/timberio/vector") } });
    }
    const grafanas = values("kube-prometheus-stack").filter((each) => JSON.stringify(each).includes("grafana.ini"));
    expect(grafanas.length).toBeGreaterThan(0);
    for (const site of grafanas) {
      expect(site).toMatchObject({ grafana: { image: { registry: expect.stringMatching(/\/docker-hub$/) } } });
    }
  });
});
