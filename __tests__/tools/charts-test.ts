import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { charts } from "../../tools/charts/main";
import { type KubernetesObject, objectProblems } from "../../tools/charts/object-problems";
import { synthesizedReleases } from "../../tools/charts/synthesized-releases";
import { releases } from "../constructs/platform/releases";
import { callWithPath } from "../support/call-command";
import { writeStacks } from "./synthesized-charts";

const scratch = mkdtempSync(join(tmpdir(), "matchwatch-charts-test-"));
const outdir = join(scratch, "out");
const bin = join(scratch, "bin");
const local = releases.filter(({ chart }) => chart === "custom-resources");
beforeAll(() => mkdirSync(bin));
afterEach(() => {
  for (const folder of [outdir, bin]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(bin);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const check = (...args: string[]) => callWithPath(bin, charts, "--synth", outdir, ...args);

describe("releases of the stacks", () => {
  test("that differ in nothing are checked once", () => {
    writeStacks(outdir, { "region-india": releases, "region-indonesia": releases });
    const found = synthesizedReleases(outdir);
    expect(found).toHaveLength(releases.length - local.length + 2 * local.length);
    expect(found.find(({ name }) => name === "keda")).toMatchObject({
      namespace: "keda",
      chart: "keda",
      repository: "https://kedacore.github.io/charts",
      stacks: ["region-india", "region-indonesia"],
    });
  });

  test("have a local chart in the stack's own folder", () => {
    writeStacks(outdir, { "region-india": local });
    expect(synthesizedReleases(outdir)[0]?.chart).toBe(join(outdir, "stacks/region-india/assets/chart/0F1E"));
  });
});

describe("an object is told", () => {
  const labels = { app: "x" };
  const container = {
    name: "main",
    image: "registry.example:5000/x:1.2",
    resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } },
  };
  const spread = { topologyKey: "topology.kubernetes.io/zone", labelSelector: { matchLabels: labels } };
  const pods = (changes: object) => ({
    metadata: { labels },
    spec: { containers: [container], topologySpreadConstraints: [spread], ...changes },
  });
  const deployment = (replicas: number, changes = {}): KubernetesObject => ({
    kind: "Deployment",
    metadata: { name: "x" },
    spec: { replicas, template: pods(changes) },
  });
  const withContainer = (changes: object) => deployment(1, { containers: [{ ...container, ...changes }] });

  test.each<[string, KubernetesObject[], string[]]>([
    ["nothing", [deployment(2)], []],
    ["its init containers too", [deployment(1, { initContainers: [container] })], []],
    ["no requests", [withContainer({ resources: { limits: { memory: "1Gi" } } })], ["requests no CPU", "no memory"]],
    ["no limit", [withContainer({ resources: { requests: { cpu: 1, memory: 1 } } })], ["has no memory limit"]],
    ["an image without a tag", [withContainer({ image: "registry.example:5000/x" })], ["without an exact tag"]],
    ["the tag latest", [withContainer({ image: "x:latest" })], ["without an exact tag"]],
    ["a digest", [withContainer({ image: "x:1@sha256:ab" })], []],
    ["pods that are not spread", [deployment(2, { topologySpreadConstraints: [] })], ["not spread over zones"]],
    [
      "a spread that counts the nodes of a lost zone",
      [deployment(2, { topologySpreadConstraints: [{ ...spread, whenUnsatisfiable: "DoNotSchedule" }] })],
      ["nodeTaintsPolicy Honor"],
    ],
    [
      "a spread that leaves them out",
      [
        deployment(2, {
          topologySpreadConstraints: [{ ...spread, whenUnsatisfiable: "DoNotSchedule", nodeTaintsPolicy: "Honor" }],
        }),
      ],
      [],
    ],
    [
      "a spread of other pods",
      [deployment(2, { topologySpreadConstraints: [{ ...spread, labelSelector: { matchLabels: { app: "y" } } }] })],
      ["not spread over zones"],
    ],
    [
      "a job without resources",
      [{ kind: "Job", metadata: { name: "x" }, spec: { template: pods({ containers: [{ image: "x:1" }] }) } }],
      ["CPU", "no memory", "limit"],
    ],
    [
      "a broker of two",
      [{ kind: "RabbitmqCluster", metadata: { name: "x" }, spec: { ...container, replicas: 2 } }],
      ["has 2 replicas, 3 are promised", "not spread over zones"],
    ],
    [
      "an app that may shrink to one",
      [{ kind: "ScaledObject", metadata: { name: "x" }, spec: { minReplicaCount: 1 } }],
      ["has 1 replicas, 3 are promised"],
    ],
  ])("%s", (_what, objects, expected) => {
    const problems = objectProblems("any", objects);
    expect(problems).toEqual(expected.map((problem) => expect.stringContaining(problem)));
  });

  test("how many replicas its release promised, or its autoscaler keeps", () => {
    const scaler = (minReplicas: number): KubernetesObject => ({
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "x" },
      spec: { minReplicas, scaleTargetRef: { kind: "Deployment", name: "x" } },
    });
    expect(objectProblems("ingress", [deployment(2)])).toEqual(["Deployment x: has 2 replicas, 3 are promised"]);
    expect(objectProblems("ingress", [deployment(1), scaler(3)])).toEqual([]);
    expect(objectProblems("ingress", [deployment(3), scaler(1)])).toHaveLength(1);
  });
});

describe("npm run charts", () => {
  const script = (name: string, text: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  const object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n";
  const finding = (status: string, msg: string) =>
    JSON.stringify({ resources: [{ kind: "ConfigMap", name: "x", status, msg }] });
  /** Programs that answer as told; what real ones say is tested below, where there are any. */
  const answers = (kubeconform: string, helm = `[ $1 = lint ] || printf '${object.replaceAll("\n", "\\n")}'`) => {
    script("helm", helm);
    script("kubeconform", `while read -r _; do :; done; printf '%s' '${kubeconform}'`);
    writeStacks(outdir, { "region-india": local.slice(0, 1) });
  };

  test("finds nothing wrong", async () => {
    answers("{}");
    expect(await check()).toMatchObject({ status: 0, stdout: expect.stringMatching(/shop-resources +local +1 +fine/) });
  });

  test("exits with 1 on an object that the schema refuses", async () => {
    answers(finding("statusInvalid", "additional properties not allowed"));
    expect(await check()).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("WRONG"),
      stderr: expect.stringContaining("shop-resources: ConfigMap x: additional properties not allowed"),
    });
  });

  test("exits with 1 on values that the chart refuses", async () => {
    answers("{}", "echo 'Error: no such value' >&2; exit 1");
    expect(await check()).toMatchObject({ status: 1, stderr: expect.stringContaining("helm: Error: no such value") });
  });

  test.each([
    ["a schema", () => answers(finding("statusError", "could not find schema for ConfigMap")), "could not find schema"],
    ["stacks", () => {}, "npm run synth"],
    ["helm", () => writeStacks(outdir, { "region-india": local }), "helm is not on the PATH: go install"],
    [
      "kubeconform",
      () => {
        answers("{}");
        rmSync(join(bin, "kubeconform"));
      },
      "kubeconform is not on the PATH: go install",
    ],
    [
      "a chart",
      () => {
        answers("{}", "echo 'no route to the registry' >&2; exit 1");
        writeStacks(outdir, { "region-india": releases.filter(({ name }) => name === "keda") });
      },
      "the chart could not be downloaded: no route to the registry",
    ],
    [
      "the values' schema",
      () =>
        answers(
          "{}",
          'case "$*" in lint*) exit 1 ;; *skip-schema*) ;; *) echo \'failing loading "https://x"\' >&2; exit 1 ;; esac',
        ),
      "Helm needs https://x",
    ],
  ])("exits with 2 without %s, and says so", async (_what, prepare, expected) => {
    prepare();
    expect(await check()).toMatchObject({ status: 2, stderr: expect.stringContaining(expected) });
  });

  test("refuses an unpacked chart of another version", async () => {
    answers("{}");
    writeStacks(outdir, { "region-india": releases.filter(({ name }) => name === "keda") });
    mkdirSync(join(scratch, "charts/keda"), { recursive: true });
    writeFileSync(join(scratch, "charts/keda/Chart.yaml"), "version: 1.0.0\n");
    expect(await check("--charts", join(scratch, "charts"))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("has version 1.0.0, pinned is 2.20.2"),
    });
  });

  test("explains itself", async () => {
    expect(await check("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("--schemas") });
  });
});

const helm = spawnSync("which", ["helm"], { encoding: "utf8" }).stdout.trim();

(helm ? describe : describe.skip)("with the real helm on the PATH, the local chart", () => {
  beforeEach(() => symlinkSync(helm, join(bin, "helm")));

  test("makes every object that its values hold", async () => {
    writeStacks(outdir, { "region-india": local });
    const { stdout, stderr } = await check();
    expect(stdout).toMatch(/shop-resources +local +9 +partly checked/);
    expect(stdout).toMatch(/shop-scaling +local +2 +partly checked/);
    expect(stderr).not.toMatch(/^[a-z-]+: /m);
  });

  test("leaves text as it is: braces are for other programs", () => {
    const values = { objects: { x: { data: { a: "{{ .app }}", b: "line\nline\n" } } } };
    writeStacks(outdir, {
      "region-india": [{ name: "x", namespace: "x", chart: "custom-resources", values, waitsFor: [] }],
    });
    const [release] = synthesizedReleases(outdir);
    const file = join(scratch, "values.yaml");
    writeFileSync(file, release?.values[0] ?? "");
    const text = execFileSync(helm, ["template", "x", release?.chart ?? "", "--values", file], { encoding: "utf8" });
    expect(text).toContain("a: '{{ .app }}'");
    expect(text).toContain("b: |\n    line\n    line\n");
  });

  test("is refused when a promise is broken", async () => {
    const text = JSON.stringify(local.find(({ name }) => name === "shop-scaling"));
    writeStacks(outdir, { "region-india": [JSON.parse(text.replace('"minReplicaCount":3', '"minReplicaCount":1'))] });
    expect(await check()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("ScaledObject shop: has 1 replicas, 3 are promised"),
    });
  });
});
