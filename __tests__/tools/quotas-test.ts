import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { diskGroups } from "../../tools/inventory/disks";
import { quotas } from "../../tools/quotas/main";
import { needsOf } from "../../tools/quotas/needs";
import { SynthesizedEstate } from "../../tools/synthesized/estate";
import { callCommand } from "../support/call-command";
import { synthesize, synthesizeInto } from "../support/synth";
import { changed, threeCountries } from "../support/topologies";

const INDONESIA = "asia-southeast2";
const estate = (topology = threeCountries) => new SynthesizedEstate(synthesize(topology).stacks);
const needs = needsOf(estate());
const need = (where: string, metric: string, topology = threeCountries) =>
  (topology === threeCountries ? needs : needsOf(estate(topology))).find(
    (each) => each.where === where && each.metric === metric,
  );

test("one more node of a pool counts at the minimum and at the maximum", () => {
  const [before, after] = [threeCountries, changed({ "countries.indonesia.cluster.pools.app.minNodes": 4 })].map(
    (topology) => need(INDONESIA, "CPUS", topology),
  );
  expect(after?.least).toBe((before?.least ?? 0) + 2);
  expect(after?.most).toBe(before?.most);
  const wider = need(INDONESIA, "CPUS", changed({ "countries.indonesia.cluster.pools.app.maxNodes": 20 }));
  expect(wider?.most).toBe((before?.most ?? 0) + 4);
});

test("machines that are replaced, and a new cluster's throw-away pool, count for a while", () => {
  const { resources } = estate();
  const pool = resources.find(({ type }) => type === "google_container_cluster")?.attributes.node_config;
  const grown = new SynthesizedEstate(synthesize(threeCountries).stacks);
  const least = need(INDONESIA, "CPUS")?.least ?? 0;
  // Three edges with two vCPUs, one node of each pool: 6 + 2 + 4 + 4.
  expect(need(INDONESIA, "CPUS")?.rolling).toBe(least + 16);
  expect(pool).toMatchObject({ disk_type: "pd-standard" });
  const large = structuredClone(grown.resources).map((each) =>
    each.type === "google_container_cluster"
      ? { ...each, attributes: { ...each.attributes, node_config: { machine_type: "e2-standard-32" } } }
      : each,
  );
  const cpus = needsOf(Object.assign(Object.create(grown), { resources: large })).find(
    ({ where, metric }) => where === INDONESIA && metric === "CPUS",
  );
  // Three nodes of 32 in the place of the app cluster's 18, or of the site's 12.
  expect(cpus?.rolling).toBe(least + 96 - 12);
});

test("a disk that has a copy in another zone counts twice, and every volume that a chart asks for is seen", () => {
  const volumes = diskGroups(estate().resources)
    .filter(({ country }) => country === "indonesia")
    .map(({ layer, name, count, copies, gb, type }) => `${layer} ${name}: ${count} x ${copies} x ${gb} ${type}`);
  expect(volumes.sort()).toMatchInlineSnapshot(`
    [
      "app cluster metrics-agent: 1 x 2 x 10 pd-balanced",
      "app cluster shop-resources: 3 x 1 x 50 pd-ssd",
      "database indonesia-database-1-data: 1 x 1 x 200 pd-ssd",
      "monitoring elastic: 3 x 1 x 200 pd-balanced",
      "monitoring metrics: 1 x 1 x 10 pd-balanced",
      "monitoring metrics: 2 x 1 x 200 pd-balanced",
      "monitoring metrics: 2 x 1 x 5 pd-balanced",
      "monitoring thanos: 1 x 1 x 100 pd-balanced",
      "monitoring thanos: 2 x 1 x 20 pd-balanced",
      "vpn indonesia-vpn-data: 1 x 1 x 20 pd-balanced",
    ]
  `);
});

describe("npm run quotas", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "quotas-"));
    synthesizeInto(join(folder, "synth"), threeCountries);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const compute = (...args: readonly string[]) => callCommand(quotas, "--synth", join(folder, "synth"), ...args);

  function described(name: string, limit: (metric: string) => number): string {
    const metrics = [...new Set(needs.map(({ metric }) => metric))];
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ name, quotas: metrics.map((metric) => ({ metric, limit: limit(metric) })) }));
    return `--quotas=${file}`;
  }

  test("refuses a new project, and says what to ask for", async () => {
    const { status, stdout, stderr } = await compute();
    expect(status).toBe(1);
    expect(stderr).toContain(`${INDONESIA} CPUS: ${need(INDONESIA, "CPUS")?.most} (has 24)`);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("lets pass a project that has enough, and refuses one that lacks a single vCPU at the most", async () => {
    const regions = Object.values(threeCountries.countries).map(({ region }) => region);
    const enough = [...regions, "jamtangan-production"].map((name) => described(name, () => 1e6));
    expect(await compute(...enough)).toMatchObject({ status: 0, stderr: "" });
    const short = (need(INDONESIA, "CPUS")?.most ?? 0) - 1;
    const lacking = described(INDONESIA, (metric) => (metric === "CPUS" ? short : 1e6));
    const { status, stderr } = await compute(...enough, lacking);
    expect({ status, lines: stderr.match(/^ {2}\S+ \S+: .*$/gm) }).toEqual({
      status: 1,
      lines: [`  ${INDONESIA} CPUS: ${short + 1} (has ${short})`],
    });
  });

  test("says what a file is not", async () => {
    const file = join(folder, "nothing.json");
    writeFileSync(file, "{}");
    expect(await compute(`--quotas=${file}`)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("regions describe"),
    });
  });
});
