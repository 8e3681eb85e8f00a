import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { staging } from "../../config/staging";
import { resources, type StackJson, synthesize, synthesizeInto } from "../support/synth";
import { changed, threeCountries } from "../support/topologies";

const STACKS = ["monitoring", "network", "region-india", "region-indonesia", "region-singapore"];
const cloud = changed({ "delivery.terraformCloud": { organization: "jamtangan", project: "shop production" } });

/** How a stack reads the states of others. */
function readStates(stack: StackJson | undefined): Record<string, unknown> {
  return (stack?.data?.terraform_remote_state ?? {}) as Record<string, unknown>;
}

/** Where a region's outputs come from, whatever keeps the state. */
function networkReferences(stack: StackJson | undefined): string[] {
  return [...new Set(JSON.stringify(stack).match(/data\.terraform_remote_state\.[\w.-]+/g))].sort();
}

describe("without an organization", () => {
  const { stacks, text } = synthesize(threeCountries);

  test("every stack keeps its state in a file of its own, by a relative path", () => {
    expect(Object.fromEntries(STACKS.map((name) => [name, stacks[name]?.terraform.backend]))).toEqual(
      Object.fromEntries(
        STACKS.map((name) => [name, { local: { path: `../../../state/production/${name}.tfstate` } }]),
      ),
    );
    for (const name of STACKS) expect(text[name]).not.toContain(process.cwd());
  });

  test("a stack reads that of another by the same path", () => {
    expect(readStates(stacks["region-india"])).toEqual({
      "network-state": {
        backend: "local",
        config: { path: "../../../state/production/network.tfstate" },
        workspace: "${terraform.workspace}",
      },
    });
  });

  test("environments share no state", () => {
    expect(synthesize(staging).text.network).not.toContain("state/production");
  });
});

describe("with an organization", () => {
  const { stacks, text } = synthesize(cloud);

  test("every stack has its named workspace, and none a file", () => {
    for (const name of STACKS) {
      expect(stacks[name]?.terraform).toMatchObject({
        cloud: {
          hostname: "app.terraform.io",
          organization: "jamtangan",
          workspaces: { name: `production-${name}`, project: "shop production" },
        },
      });
      expect(stacks[name]?.terraform.backend).toBeUndefined();
      expect(text[name]).not.toContain(".tfstate");
      expect(text[name]).not.toContain(process.cwd());
    }
  });

  test("the regions read the network's workspace, and the monitoring everybody's", () => {
    const workspace = (name: string) => ({
      backend: "remote",
      config: { hostname: "app.terraform.io", organization: "jamtangan", workspaces: { name: `production-${name}` } },
    });
    expect(readStates(stacks.network)).toEqual({});
    expect(readStates(stacks["region-india"])).toEqual({
      "network-state": expect.objectContaining(workspace("network")),
    });
    expect(Object.keys(readStates(stacks.monitoring)).sort()).toEqual(
      STACKS.filter((name) => name !== "monitoring").map((name) => `${name}-state`),
    );
    expect(readStates(stacks.monitoring)["region-india-state"]).toMatchObject(workspace("region-india"));
  });

  test("nothing but the place of the state differs from the estate without one", () => {
    const local = synthesize(threeCountries).stacks;
    for (const name of STACKS) {
      expect(stacks[name]?.resource).toEqual(local[name]?.resource);
      expect(networkReferences(stacks[name])).toEqual(networkReferences(local[name]));
    }
  });

  test("a remote run has the local charts: they are assets within the stack, named by relative paths", () => {
    const outdir = mkdtempSync(join(tmpdir(), "matchwatch-assets-"));
    synthesizeInto(outdir, cloud);
    const charts = STACKS.flatMap((name) => {
      const folder = join(outdir, "stacks", name);
      const stack = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as StackJson;
      return resources(stack, "helm_release")
        .map(({ attributes }) => String(attributes.chart))
        .filter((chart) => /[./]/.test(chart) && !chart.includes("://"))
        .map((chart) => ({ chart, files: existsSync(join(folder, chart)) ? readdirSync(join(folder, chart)) : [] }));
    });
    rmSync(outdir, { recursive: true, force: true });
    expect(charts.length).toBeGreaterThan(2);
    for (const { chart, files } of charts) {
      expect(chart).toMatch(/^\.\/assets\//);
      expect(files).toEqual(expect.arrayContaining(["Chart.yaml", "templates"]));
    }
  });
});
