import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deploymentOrder } from "../../config/deployment-order";
import { changedStacks } from "../../tools/changed/changed-stacks";
import { deliverySettings } from "../../tools/delivery/delivery-settings";
import { withFork } from "../../tools/fork/with-fork";
import { requireProgram } from "../support/edge-machine";
import { synthesizeInto } from "../support/synth";
import { changed, threeCountries } from "../support/topologies";

const ROOT = join(__dirname, "..", "..");
const scratch = mkdtempSync(join(tmpdir(), "matchwatch-delivery-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("the workflows learn from the topology who they log in as, and where and in which order they deploy", () => {
  expect(deliverySettings(threeCountries)).toMatchInlineSnapshot(`
    {
      "apply_identity": "terraform-apply@jamtangan-production.iam.gserviceaccount.com",
      "apply_token": "jamtangan-production/terraform-cloud-apply",
      "countries": "india singapore indonesia",
      "deployable": "false",
      "domain": "jamtangan.com",
      "login": "projects/204617350918/locations/global/workloadIdentityPools/github/providers/github",
      "page": "/",
      "plan_identity": "terraform-plan@jamtangan-production.iam.gserviceaccount.com",
      "plan_token": "jamtangan-production/terraform-cloud-plan",
      "project": "jamtangan-production",
      "token_variable": "TF_TOKEN_app_terraform_io",
    }
  `);
  const cloud = changed({
    "delivery.terraformCloud": { organization: "jamtangan", project: "shop" },
  });
  expect(deliverySettings(cloud).deployable).toBe("true");
});

test("the fork takes cdktf's place for the project and for the provider packages", () => {
  const text = JSON.stringify({
    name: "x",
    dependencies: { cdktf: "0.21.0", yaml: "2" },
    devDependencies: { jest: "30" },
    overrides: { a: "b" },
  });
  expect(JSON.parse(withFork(text, true))).toEqual({
    name: "x",
    dependencies: {
      cdktf: "npm:cdktn@0.24.0",
      "cdktf-cli": "npm:cdktn-cli@0.24.0",
      node: "22",
      yaml: "2",
    },
    overrides: { cdktf: "$cdktf" },
  });
  expect(JSON.parse(withFork(text, false)).dependencies).not.toHaveProperty("node");
});

describe("npm run changed", () => {
  const before = join(scratch, "before");
  const after = join(scratch, "after");
  beforeAll(() => synthesizeInto(before, threeCountries));

  test("stands on stacks that cdktf takes one country after the other, in the order of deployment", () => {
    const { stacks } = JSON.parse(readFileSync(join(before, "manifest.json"), "utf8"));
    const regions = deploymentOrder(threeCountries).map((country) => `region-${country}`);
    for (const [index, region] of regions.entries()) {
      expect(stacks[region].dependencies).toEqual(["network", ...regions.slice(0, index).slice(-1)]);
    }
    expect(stacks.monitoring.dependencies).toEqual(expect.arrayContaining(["network", ...regions]));
  });

  test("names nothing when nothing changed but cdktf's version", () => {
    cpSync(before, after, { recursive: true });
    const file = join(after, "stacks", "network", "cdk.tf.json");
    const json = JSON.parse(readFileSync(file, "utf8"));
    json["//"].metadata.version = "9.9.9";
    writeFileSync(file, JSON.stringify(json));
    expect(changedStacks(before, after)).toEqual({ planned: [], removed: [] });
  });

  test("names exactly the stacks that a change changes, in the order of deployment", () => {
    synthesizeInto(
      after,
      changed({
        "countries.india.edge.instances": 6,
        "dns.certificateAuthorities": ["letsencrypt.org"],
      }),
    );
    expect(changedStacks(before, after)).toEqual({
      planned: ["network", "region-india", "monitoring"],
      removed: [],
    });
  });

  test("sees a changed chart, which the JSON names by its hash, and a stack that is gone", () => {
    rmSync(after, { recursive: true });
    cpSync(before, after, { recursive: true });
    const assets = join(after, "stacks", "region-india", "assets");
    const [file] = readdirSync(assets, { recursive: true }).filter((path) => String(path).endsWith("values.yaml"));
    writeFileSync(join(assets, String(file)), "changed: true\n");
    rmSync(join(after, "stacks", "monitoring"), { recursive: true });
    expect(changedStacks(before, after)).toEqual({
      planned: ["region-india"],
      removed: ["monitoring"],
    });
  });
});

/** What Terraform, the review and the gate say is told; the scripts are the real ones. */
describe("the scripts", () => {
  const bin = join(scratch, "bin");
  const log = join(scratch, "log");
  const tools = join(scratch, "tools");
  const program = (folder: string, name: string, body: string) => {
    writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  /** A terraform whose plan of a stack ends with a code of its own. */
  const terraform = (codes: Record<string, number>) => {
    const cases = Object.entries(codes).map(([stack, code]) => `*/${stack}) code=${code} ;;`);
    program(
      bin,
      "terraform",
      `dir="\${1#-chdir=}"; code=2; case "$dir" in ${cases.join(" ")} esac
case "$2" in
plan) for a; do case "$a" in -out=*) echo "plan of $dir" >"\${a#-out=}" ;; esac; done
  [ "$code" = 1 ] && echo "password = hunter2" && echo "Error: no such thing"
  exit "$code" ;;
show) cat "$4" ;;
apply) echo "apply $dir with $(cat "\${!#}")" >>"${log}" ;;
esac`,
    );
  };
  const run = (script: string, args: string[], cwd = scratch) =>
    spawnSync(join(tools, script), args, {
      cwd,
      encoding: "utf8",
      env: {
        ...process.env,
        PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`,
      },
    });

  beforeAll(() => {
    mkdirSync(bin);
    mkdirSync(tools);
    for (const script of ["plan.sh", "deploy.sh", "way-back.sh"])
      cpSync(join(ROOT, "tools", script), join(tools, script));
    for (const stack of ["network", "region-a", "region-b", "monitoring"]) {
      mkdirSync(join(scratch, "cdktf.out", "stacks", stack), {
        recursive: true,
      });
      writeFileSync(join(scratch, "cdktf.out", "stacks", stack, "cdk.tf.json"), "{}");
    }
  });
  beforeEach(() => {
    writeFileSync(log, "");
    terraform({});
    program(bin, "npm", `echo "review \${!#}" >>"${log}"`);
    program(tools, "health-gate.sh", `echo "gate $*" >>"${log}"`);
  });

  test.each(["plan.sh", "deploy.sh", "way-back.sh", "health-gate.sh"])(
    "shellcheck has nothing to say about %s",
    (script) => {
      const { stdout } = spawnSync(requireProgram("shellcheck"), [join(ROOT, "tools", script)], { encoding: "utf8" });
      expect(stdout).toBe("");
    },
  );

  test("a plan says which stacks change, and an error without what the plan held", () => {
    terraform({ "region-a": 0 });
    expect(run("plan.sh", ["network", "region-a"])).toMatchObject({
      status: 0,
    });
    expect(readdirSync(join(scratch, "plans")).sort()).toEqual(
      ["changed", "network.json", "network.tfplan", "region-a.json", "region-a.tfplan"].sort(),
    );
    expect(readFileSync(join(scratch, "plans", "changed"), "utf8")).toBe("network\n");
    terraform({ network: 1 });
    const { status, stderr } = run("plan.sh", ["network"]);
    expect(status).toBe(1);
    expect(stderr).toContain("Error: no such thing");
    expect(stderr).not.toContain("hunter2");
  });

  test("goes on past a stack that cannot be planned, and names it, when it is told to", () => {
    terraform({ "region-a": 1 });
    expect(run("plan.sh", ["--keep-going", "network", "region-a", "region-b"])).toMatchObject({ status: 1 });
    expect(readFileSync(join(scratch, "plans", "failed"), "utf8")).toBe("region-a\n");
    expect(readFileSync(join(scratch, "plans", "changed"), "utf8")).toBe("network\nregion-b\n");
    expect(readdirSync(join(scratch, "plans"))).not.toContain("region-a.json");
  });

  test("a wrong call costs no reviewed plan, from whichever folder it comes", () => {
    const elsewhere = join(scratch, "elsewhere");
    for (const folder of [scratch, elsewhere]) {
      mkdirSync(join(folder, "plans"), { recursive: true });
      writeFileSync(join(folder, "plans", "kept.tfplan"), "reviewed");
    }
    expect(run("plan.sh", ["network", "netwrok"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("netwrok"),
    });
    expect(run("plan.sh", ["network"], elsewhere)).toMatchObject({ status: 0 });
    expect(readFileSync(join(elsewhere, "plans", "kept.tfplan"), "utf8")).toBe("reviewed");
    expect(readdirSync(join(scratch, "plans"))).toContain("network.tfplan");
    expect(run("plan.sh", ["netwrok"])).toMatchObject({ status: 2 });
    expect(run("deploy.sh", ["shop.example", "b", "nowhere"])).toMatchObject({ status: 2 });
    expect(readdirSync(join(scratch, "plans"))).toContain("network.tfplan");
    expect(readFileSync(log, "utf8")).toBe("");
  });

  test.each([
    ["plan.sh", []],
    ["plan.sh", ["nowhere"]],
    ["deploy.sh", ["shop.example"]],
    ["deploy.sh", ["shop", "a"]],
    ["deploy.sh", ["shop.example", "nowhere"]],
    ["deploy.sh", ["--only", "nowhere", "shop.example", "a"]],
    ["deploy.sh", ["--reviewed", "nowhere", "shop.example", "a"]],
    ["deploy.sh", ["--nonsense", "shop.example", "a"]],
    ["way-back.sh", []],
    ["way-back.sh", ["nowhere"]],
  ])("%s explains a wrong call (%j)", (script, args) => {
    const { status, stderr } = run(script, args);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringMatching(/tools\/|npm run synth/),
    });
  });
});
