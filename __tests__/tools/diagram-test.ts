import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { production } from "../../config/production";
import { staging } from "../../config/staging";
import { drawEstate } from "../../tools/diagram/draw-estate";
import { layOut } from "../../tools/diagram/layout";
import { diagram } from "../../tools/diagram/main";
import type { Picture, Site } from "../../tools/diagram/picture";
import { readPicture } from "../../tools/diagram/read-picture";
import { SynthesizedEstate } from "../../tools/synthesized/estate";
import { callCommand } from "../support/call-command";
import { synthesize, synthesizeInto } from "../support/synth";
import { fourCountries, threeCountries } from "../support/topologies";
import { legibilityProblems } from "./legibility";

type Resources = Record<string, Record<string, Record<string, unknown>>>;
type Stacks = Record<string, { resource: Resources }>;

const FILE = join(__dirname, "../../docs/architecture.svg");
const { stacks } = synthesize(threeCountries);
const picture = readPicture(new SynthesizedEstate(stacks));

/** Production with a change to its JSON, as another source would have made it. */
function mutated(change: (stacks: Stacks) => void): SynthesizedEstate {
  const copy = structuredClone(stacks) as unknown as Stacks;
  change(copy);
  return new SynthesizedEstate(copy as unknown as typeof stacks);
}

/** The only one of a type in a stack whose id begins so. */
function find(stacks: Stacks, stack: string, type: string, prefix = ""): [resources: Resources[string], id: string] {
  const found = stacks[stack]?.resource[type] ?? {};
  const [id] = Object.keys(found).filter((each) => each.startsWith(prefix));
  if (!id) throw new Error(`${stack} has no ${type} that begins with ${prefix}`);
  return [found, id];
}

function edit(stack: string, key: string, from: RegExp, to: string) {
  return (stacks: Stacks) => {
    const [templates, id] = find(stacks, stack, "google_compute_region_instance_template");
    const metadata = templates[id]?.metadata as Record<string, string>;
    metadata[key] = (metadata[key] ?? "").replace(from, to);
  };
}

const badges = (drawn: Picture) => layOut(drawn).badges.length;
const texts = (drawn: Picture) => layOut(drawn).labels.map(({ text }) => text);
const lines = (drawn: Picture, stroke: string) => layOut(drawn).lines.filter((line) => line.stroke === stroke);

const site: Site = {
  title: "GKE somewhere-monitoring",
  grafana: { title: "Grafana", lines: [] },
  prometheus: { title: "Prometheus", lines: ["2 replicas", "Thanos", "Alertmanager"] },
  kibana: { title: "Kibana", lines: ["2 pods"] },
  elasticsearch: { title: "Elasticsearch", lines: ["3 nodes"] },
  others: ["elastic-operator", "external-secrets", "prometheus-operator-crds"],
};

/** As many countries as wanted, each like one of production's and asking all others. */
function countries(total: number, hasSite: (index: number) => boolean): Picture {
  const name = (index: number) => picture.countries[index]?.name ?? `country-with-long-k-${index}`;
  const keys = Array.from({ length: total }, (_, index) => name(index));
  const like = picture.countries[0];
  if (!like?.edge || !like.cluster?.agent) throw new Error("production has no edge or no agent");
  const { edge, cluster, site: _site, ...rest } = like;
  return {
    environment: "any",
    dns: { names: ["shop.example.com", "www.shop.example.com"], policy: "any", countries: keys },
    countries: keys.map((key, index) => ({
      ...rest,
      name: key,
      edge: { ...edge, reads: [key, ...keys.filter((other) => other !== key)] },
      cluster: { ...cluster, agent: { title: "Agent", lines: ["Vector"], archives: true, pushesTo: [pushed(index)] } },
      databases: rest.databases.map((node) => ({ ...node, title: `${key}-database-1` })),
      ...(hasSite(index) && { site }),
    })),
  };

  function pushed(index: number) {
    return { what: "prometheus-1", country: hasSite(index) ? keys[index] : keys[0] } as {
      what: string;
      country: string;
    };
  }
}

test("the committed drawing is what production's JSON says: npm run synth && npm run diagram", () => {
  expect(readFileSync(FILE, "utf8")).toBe(drawEstate(new SynthesizedEstate(synthesize(production).stacks)));
});

describe("what is drawn can be read", () => {
  test.each([
    ["production", picture],
    ["staging", readPicture(new SynthesizedEstate(synthesize(staging).stacks))],
    ["four countries", readPicture(new SynthesizedEstate(synthesize(fourCountries).stacks))],
    ["two countries that push to one site", countries(2, (index) => index === 0)],
    ["three countries with a site each", countries(3, () => true)],
    ["six countries in two rows", countries(6, () => true)],
    ["five countries that push to one site", countries(5, (index) => index === 0)],
    [
      "a country of which there is nothing",
      { ...picture, countries: [{ name: "nowhere", region: "", databases: [], buckets: [] }] },
    ],
  ])("%s", (_, drawn) => {
    expect(legibilityProblems(layOut(drawn))).toEqual([]);
  });

  test("what cannot be read is found", () => {
    const sheet = layOut(picture);
    sheet.box("other", "card", "", { x: 60, y: 300, width: 40, height: 40 });
    sheet.label("far too long for its box", 80, 320, { box: "other" });
    sheet.line("plain", "", [
      [0, 320],
      [200, 320],
    ]);
    expect(legibilityProblems(sheet)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('"far too long for its box" leaves other'),
        expect.stringContaining("other and indonesia overlap"),
        expect.stringContaining('a line crosses "far too long for its box"'),
        expect.stringContaining("a line passes through other"),
      ]),
    );
  });
});

describe("the drawing follows the JSON", () => {
  test("draws every country with its way, its backups and its replication", () => {
    expect(picture.countries.map(({ name, edge }) => [name, ...(edge?.reads ?? [])])).toEqual([
      ["indonesia", "indonesia", "india", "singapore"],
      ["singapore", "singapore", "india", "indonesia"],
      ["india", "india", "indonesia", "singapore"],
    ]);
    // Six ways to another country, and the legend's.
    expect(badges(picture)).toBe(7);
    expect(texts(picture)).toEqual(
      expect.arrayContaining(["Cloud DNS", "RabbitMQ", "KEDA, HPA", "3 to 60 pods", "operators"]),
    );
  });

  test("an edge that asks in another order is drawn so", () => {
    const order = /(server india \S+)\n(\s+)(server singapore \S+)/g;
    const changed = readPicture(mutated(edit("region-indonesia", "haproxy-cfg", order, "$3\n$2$1")));
    expect(changed.countries[0]?.edge?.reads).toEqual(["indonesia", "singapore", "india"]);
    expect(texts(changed)).toContain("shop: indonesia › singapore › india");
    expect(layOut(changed).badges).not.toEqual(layOut(picture).badges);
  });

  test("an edge that asks another country first has no thick line to its own", () => {
    const order = /(server indonesia 10\S+:80)\n(\s+)(server india \S+)/g;
    const changed = readPicture(mutated(edit("region-indonesia", "haproxy-cfg", order, "$3\n$2$1")));
    expect(lines(changed, "own").length).toBe(lines(picture, "own").length - 1);
    expect(legibilityProblems(layOut(changed))).toEqual([]);
  });

  test("an edge whose writes go elsewhere says so", () => {
    const writes = /(backend writes\n[\s\S]*?server )indonesia( \S+\n\s+server )india/;
    const changed = readPicture(mutated(edit("region-indonesia", "haproxy-cfg", writes, "$1india$2indonesia")));
    expect(texts(changed)).toContain("writes: india › indonesia › singapore");
  });

  test("a database that is missing is not drawn, and what it replicated", () => {
    const changed = readPicture(
      mutated((all) => {
        const [machines, id] = find(all, "region-india", "google_compute_instance", "database_");
        delete machines[id];
      }),
    );
    expect(texts(changed)).not.toContain("india-database-1");
    expect(lines(changed, "replication").length).toBe(lines(picture, "replication").length - 1);
  });

  test("a database that knows other members is not drawn as replicating with them", () => {
    const changed = readPicture(
      mutated((all) => {
        const [machines, id] = find(all, "region-india", "google_compute_instance", "database_");
        const metadata = machines[id]?.metadata as Record<string, string>;
        metadata["mariadb-cnf"] = (metadata["mariadb-cnf"] ?? "").replace(/gcomm:\/\/\S+/, "gcomm://10.10.65.10");
      }),
    );
    expect(lines(changed, "replication").length).toBe(lines(picture, "replication").length - 1);
  });

  test("a country that DNS does not lead to has no line from it", () => {
    const changed = readPicture(
      mutated((all) => {
        for (const record of Object.values(all.network?.resource.google_dns_record_set ?? {})) {
          const policy = record.routing_policy as { geo: unknown[] } | undefined;
          policy?.geo.pop();
        }
      }),
    );
    expect(changed.dns?.countries).toEqual(["indonesia", "singapore"]);
    expect(lines(changed, "own").length).toBe(lines(picture, "own").length - 1);
  });

  test("a site is drawn where its releases stand, and without it nothing is", () => {
    const release = (name: string, chart: string, values: unknown) => ({
      "//": { metadata: { path: `monitoring/countries/india/site/${name}` } },
      name,
      chart,
      repository: "https://charts.example.com",
      values: [JSON.stringify(values)],
    });
    const changed = readPicture(
      mutated((all) => {
        const { resource } = all.monitoring ?? { resource: {} };
        delete resource.google_container_cluster;
        resource.helm_release = {
          a: release("metrics", "kube-prometheus-stack", { prometheus: { prometheusSpec: { replicas: 2 } } }),
          b: release("thanos", "thanos", {}),
          c: release("elastic", "eck-stack", {
            "eck-elasticsearch": { nodeSets: [{ count: 3 }] },
            "eck-kibana": { count: 2 },
          }),
          d: release("elastic-operator", "eck-operator", {}),
        };
      }),
    );
    expect(changed.countries.map(({ site }) => site)).toEqual([
      undefined,
      undefined,
      { ...site, title: "Monitoring", others: ["elastic-operator"] },
    ]);
  });
});

describe("npm run diagram", () => {
  const scratch = mkdtempSync(join(tmpdir(), "matchwatch-diagram-"));
  const [from, out] = [join(scratch, "synth"), join(scratch, "drawing.svg")];
  beforeAll(() => synthesizeInto(from, threeCountries));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  const run = (...args: string[]) => callCommand(diagram, ...args);

  test("writes the drawing, and tells whether it is current", async () => {
    expect(await run("--synth", from, "--out", out, "--check")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("npm run diagram"),
    });
    expect((await run("--synth", from, "--out", out)).status).toBe(0);
    expect((await run("--synth", from, "--out", out, "--check")).status).toBe(0);
    writeFileSync(out, readFileSync(out, "utf8").replace("users", "nobody"));
    expect((await run("--synth", from, "--out", out, "--check")).status).toBe(1);
  });

  test("explains itself, a wrong call and what is missing", async () => {
    expect(await run("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("--check") });
    expect(await run("--size", "3")).toMatchObject({ status: 2, stderr: expect.stringContaining("--size") });
    expect(await run("--synth", join(scratch, "nothing"))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("npm run synth"),
    });
  });
});
