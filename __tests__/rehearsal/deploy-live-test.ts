import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deploymentOrder } from "../../config/deployment-order";
import { staging } from "../../config/staging";
import { type Estate, MONITORING, NETWORK, regionOf, synthesize } from "../../rehearsal/estate";
import { mapResources, type StackJson } from "../../rehearsal/google-part";
import { type Stage, setStage } from "../../rehearsal/stage";
import { ToldEdges } from "../support/told-edges";
import { whereProvider } from "./where-provider";

const ROOT = join(__dirname, "../..");
const COUNTRIES = deploymentOrder(staging);
const REGIONS = COUNTRIES.map(regionOf);
const STACKS = [NETWORK, ...REGIONS, MONITORING];
const [FIRST = "", ...OTHERS] = REGIONS;
// A gate that is to fail asks for a minute: the one before it, which is to pass, must do so in that time on a slow machine.
const GATE = { ROUNDS: "3", PAUSE: "1", WITHIN: "60" };

/** tools/deploy.sh as it is: real Terraform and provider, the real review and gate. Google and the edges are told what to say. */
whereProvider("a rehearsed deploy by tools/deploy.sh (where Terraform finds the google provider)", () => {
  let stage: Stage;
  let edges: ToldEdges;
  let estate: Estate;

  beforeAll(async () => {
    const { id, number } = staging.project;
    edges = await ToldEdges.start(staging.domain, COUNTRIES);
    stage = await setStage(process.env, { id, number: String(number) }, false);
    estate = synthesize(stage.folder, staging.environment);
    for (const script of ["deploy.sh", "plan.sh", "health-gate.sh"]) {
      cpSync(join(ROOT, "tools", script), join(stage.folder, "tools", script));
    }
    const review = `node --require ${ROOT}/tools/typescript.js ${ROOT}/tools/plan-review/main.ts`;
    const npm = join(stage.folder, "bin", "npm");
    mkdirSync(dirname(npm));
    writeFileSync(npm, `#!/usr/bin/env bash\nwhile [ "$1" != -- ]; do shift; done; shift; exec ${review} "$@"\n`);
    chmodSync(npm, 0o755);
    for (const stack of STACKS) {
      stage.workspace.place(stack, estate[stack] as StackJson);
      await stage.workspace.command(stack, ["version"]);
    }
  });
  afterAll(async () => {
    edges?.stop();
    await stage?.strike();
  });

  /** @param onDeployed told of each stack that is deployed, before the gate asks */
  function run([program = "", ...args]: readonly string[], onDeployed: (stack: string) => void = () => {}) {
    const PATH = [join(stage.folder, "bin"), dirname(process.execPath), process.env.PATH].join(":");
    const child = spawn(program, args, {
      cwd: stage.folder,
      env: { ...stage.workspace.environment, ...edges.environment, ...GATE, PATH } as NodeJS.ProcessEnv,
    });
    let output = "";
    const deployed: string[] = [];
    const unchanged: string[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      const said = chunk.toString();
      output += said;

      const [, asked] = /Apply the plan of (\S+) as reviewed above\? Type its name: $/.exec(said) ?? [];
      if (asked) child.stdin.write(`${asked}\n`);
      for (const [, stack = "", what] of said.matchAll(/^(\S+): (deployed|nothing changes)\r?$/gm)) {
        (what === "deployed" ? deployed : unchanged).push(stack);
        if (what === "deployed") onDeployed(stack);
      }
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk;
    });
    return new Promise<{ status: number | null; output: string; deployed: string[]; unchanged: string[] }>(
      (done, failed) =>
        child.on("error", failed).on("close", (status) => done({ status, output, deployed, unchanged })),
    );
  }

  const deploy = (...options: string[]) => ["tools/deploy.sh", ...options, staging.domain, ...COUNTRIES];
  /** At a terminal, where somebody types the name of each stack. */
  const atTerminal = (command: readonly string[]) => ["script", "-qefc", command.join(" "), "/dev/null"];
  /** Somebody reviews the plans of all stacks, and agrees. */
  const agree = async () => {
    rmSync(join(stage.folder, "reviewed"), { recursive: true, force: true });
    await run(["tools/plan.sh", ...STACKS]);
    const plans = STACKS.map((stack) => `plans/${stack}.json`);
    return run(["npm", "run", "--silent", "plan-review", "--", "--actions", "reviewed", ...plans]);
  };

  test("makes the whole estate from nothing, each plan agreed to by the name of its stack", async () => {
    const { status, output, deployed } = await run(atTerminal(deploy("--no-gate")));
    expect({ status, deployed, end: status === 0 ? "" : output.slice(-3000) }).toEqual({
      status: 0,
      deployed: STACKS,
      end: "",
    });
  });

  test("a gate that fails after the first country leaves the others alone, and the next run goes on there", async () => {
    for (const region of REGIONS) stage.workspace.place(region, withLargerPools(estate[region] as StackJson));
    expect(await agree()).toMatchObject({ status: 0, output: expect.stringContaining("nothing to object to") });

    const stopped = await run(deploy("--reviewed", "reviewed"), () => {
      for (const edge of Object.values(edges.edges)) edge.health = 503;
    });
    expect(stopped).toMatchObject({ status: 1, deployed: [FIRST], unchanged: [NETWORK] });
    expect(stopped.output).toContain(`tools/way-back.sh ${FIRST}`);
    expect(stopped.output).toContain(`stopped at the health gate after ${FIRST}`);

    // Nothing is touched while it is not well.
    expect(await run(deploy("--reviewed", "reviewed"))).toMatchObject({ status: 1, deployed: [] });

    edges.allWell();
    const resumed = await run(deploy("--reviewed", "reviewed"));
    expect(resumed).toMatchObject({ status: 0, deployed: OTHERS, unchanged: [NETWORK, FIRST, MONITORING] });
  });

  test("applies nothing that does something else than what was reviewed", async () => {
    const { resource: { google_service_account: accounts = {} } = {} } = estate[FIRST] as StackJson;
    const resource = {
      ...estate[FIRST]?.resource,
      google_service_account: { ...accounts, newcomer: { account_id: "new-comer" } },
    };
    stage.workspace.place(FIRST, { ...(estate[FIRST] as StackJson), resource });
    const { status, output, deployed } = await run(deploy("--reviewed", "reviewed", "--only", FIRST));
    expect({ status, deployed }).toEqual({ status: 1, deployed: [] });
    expect(output).toContain("+create google_service_account.newcomer");
  });
});

function withLargerPools(json: StackJson): StackJson {
  const resource = mapResources(json.resource ?? {}, ({ autoscaling, ...one }, type) => {
    if (type !== "google_container_node_pool") return { ...one, ...(autoscaling !== undefined && { autoscaling }) };
    const range = autoscaling as { readonly total_max_node_count: number };
    return { ...one, autoscaling: { ...range, total_max_node_count: range.total_max_node_count + 1 } };
  });
  return { ...json, resource };
}
