import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "..", "..");
const FIXTURES = join(__dirname, "plan-review", "fixtures");

/** The real scripts and the real review, of plans that real Terraform made; Terraform and the gate are told what to say. */
describe("tools/deploy.sh", () => {
  const scratch = mkdtempSync(join(tmpdir(), "matchwatch-deploy-"));
  const [bin, log, tools, planned, there, reviewed] = ["bin", "log", "tools", "planned", "there", "reviewed"].map(
    (name) => join(scratch, name),
  ) as [string, string, string, string, string, string];
  const stacks = ["network", "region-india", "region-singapore", "monitoring"];
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const program = (file: string, body: string) => {
    writeFileSync(file, `#!/usr/bin/env bash\n${body}\n`);
    chmodSync(file, 0o755);
  };
  const gate = (body = "") => program(join(tools, "health-gate.sh"), `echo "gate $*" >>"${log}"\n${body}`);
  const label = { google_x: { y: { labels: { environment: "production" } } } };
  /** What Terraform plans for a stack, until it is applied. */
  const plan = (stack: string, fixture: string) =>
    cpSync(join(FIXTURES, fixture, `${stack}.json`), join(planned, stack));

  beforeAll(() => {
    for (const folder of [bin, tools]) mkdirSync(folder);
    for (const script of ["plan.sh", "deploy.sh"]) cpSync(join(ROOT, "tools", script), join(tools, script));
    for (const stack of stacks) {
      mkdirSync(join(scratch, "cdktf.out", "stacks", stack), { recursive: true });
      writeFileSync(join(scratch, "cdktf.out", "stacks", stack, "cdk.tf.json"), JSON.stringify({ resource: label }));
    }
    program(
      join(bin, "terraform"),
      `stack="\${1##*/}"
case "$2" in
plan) for a; do case "$a" in -out=*) : >"\${a#-out=}" ;; esac; done
  [ -f "${planned}/$stack" ] && exit 2 || exit 0 ;;
show) if [ -f "${planned}/$stack" ]; then cat "${planned}/$stack"; else echo '{"format_version":"1.2","planned_values":{}}'; fi ;;
state) [ ! -f "${there}/$stack" ] || echo google_x.y ;;
apply) echo "apply $stack" >>"${log}"; rm "${planned}/$stack"; : >"${there}/$stack" ;;
esac`,
    );
    const review = `node --require ${join(ROOT, "tools/typescript.js")} ${join(ROOT, "tools/plan-review/main.ts")}`;
    program(join(bin, "npm"), `while [ "$1" != -- ]; do shift; done; shift; exec ${review} "$@"`);
  });
  beforeEach(() => {
    for (const folder of [planned, there, reviewed]) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
    }
    for (const stack of stacks) writeFileSync(join(there, stack), "");
    writeFileSync(log, "");
    gate();
  });

  const run = (...args: string[]) => {
    const { status, stderr } = spawnSync(join(tools, "deploy.sh"), [...args, "shop.example", "india", "singapore"], {
      cwd: scratch,
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin` },
    });
    const steps = readFileSync(log, "utf8").trim().split("\n");
    writeFileSync(log, "");
    return { status, stderr, steps };
  };
  /** Somebody reviews what is planned now, and agrees. */
  const agree = () => {
    const files = stacks
      .filter((stack) => existsSync(join(planned, stack)))
      .map((stack) => `${stack}=${planned}/${stack}`);
    const args = ["run", "plan-review", "--", "--actions", reviewed, ...files];
    spawnSync(join(bin, "npm"), args, { cwd: scratch, stdio: "ignore" });
  };
  const both = "gate shop.example india singapore";

  test("goes from the network over one country after the other to the monitoring, with a gate behind each", () => {
    plan("network", "address-labelled");
    plan("region-india", "failover-order");
    plan("region-singapore", "protection-lowered");
    plan("monitoring", "stateful-updated");
    agree();
    expect(run("--reviewed", reviewed)).toMatchObject({
      status: 0,
      steps: ["apply network", both, "apply region-india", both, "apply region-singapore", both, "apply monitoring"],
    });
  });

  test("refuses in one run what it would refuse in one review, and goes on in the next when all is well", () => {
    plan("region-india", "two-nodes-stop");
    plan("region-singapore", "one-node-stops");
    agree();
    const first = run("--reviewed", reviewed);
    expect(first).toMatchObject({ status: 1, steps: [both, "apply region-india", both] });
    expect(first.stderr).toContain("stopped at region-singapore");
    // The node of India is not back yet.
    gate("exit 1");
    const unwell = run("--reviewed", reviewed);
    expect(unwell).toMatchObject({ status: 1, steps: [both], stderr: expect.stringContaining("--down COUNTRY") });
    expect(unwell.stderr).not.toContain("way-back.sh");
    gate();
    expect(run("--reviewed", reviewed)).toMatchObject({
      status: 0,
      steps: [both, both, "apply region-singapore", both],
    });
  });

  test("touches no country after a network that leaves one unserved, and offers the way back", () => {
    plan("network", "address-labelled");
    plan("region-india", "failover-order");
    agree();
    gate("exit 1");
    const { status, steps, stderr } = run("--reviewed", reviewed);
    expect({ status, steps }).toEqual({ status: 1, steps: ["apply network", both] });
    expect(stderr).toContain("tools/way-back.sh network");
  });

  test("applies nothing that does something else than what was reviewed, or that nobody agreed to", () => {
    plan("region-india", "failover-order");
    agree();
    plan("region-india", "edge-machines");
    expect(run("--reviewed", reviewed)).toMatchObject({ status: 0 });
    plan("region-india", "pool-replaced");
    const other = run("--reviewed", reviewed);
    expect(other).toMatchObject({ status: 1, steps: [both] });
    expect(other.stderr).toContain("+replace google_container_node_pool.app-cluster_app_pool_36F62347");
    expect(run()).toMatchObject({ status: 1, steps: [both], stderr: expect.stringContaining("nobody agrees") });
  });

  test("asks no country that is not there yet, or is known to be down, before its own turn", () => {
    rmSync(join(there, "region-singapore"));
    plan("region-singapore", "first-deployment");
    agree();
    const india = "gate shop.example india";
    expect(run("--reviewed", reviewed).steps).toEqual([india, india, "apply region-singapore", both]);
    expect(run("--down", "india").steps).toEqual([
      "gate shop.example singapore",
      ...Array(2).fill("gate shop.example singapore india"),
    ]);
    expect(run("--no-gate").steps).toEqual([""]);
  });

  test("deploys one stack alone", () => {
    plan("region-india", "failover-order");
    plan("monitoring", "stateful-updated");
    agree();
    expect(run("--reviewed", reviewed, "--only", "region-india").steps).toEqual([both, "apply region-india", both]);
    expect(run("--reviewed", reviewed, "--only", "monitoring").steps).toEqual([both, "apply monitoring"]);
  });
});
