import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { environments } from "../config/environments";

interface Step {
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Record<string, unknown>;
}

interface Job {
  readonly permissions?: Record<string, string>;
  readonly "timeout-minutes"?: number;
  readonly uses?: string;
  readonly container?: { readonly image: string; readonly options?: string };
  readonly steps?: readonly Step[];
  readonly strategy?: { readonly matrix?: { readonly environment?: readonly string[] } };
}

interface Workflow {
  readonly on: Record<string, unknown>;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Record<string, Job>;
}

const FOLDER = join(__dirname, "..", ".github", "workflows");
const texts = Object.fromEntries(readdirSync(FOLDER).map((file) => [file, readFileSync(join(FOLDER, file), "utf8")]));
const workflows = Object.entries(texts).map(([file, text]) => ({ file, text, workflow: load(text) as Workflow }));
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${file} ${name}`, job })),
);
const steps = jobs.flatMap(({ name, job }) => (job.steps ?? []).map((step) => ({ name, step })));

/** What each job may do beyond reading the code: everything else is refused. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  "plan.yml plan": ["id-token"],
  "plan.yml comment": ["pull-requests"],
  "deploy.yml staging": ["id-token"],
  "deploy.yml production": ["id-token"],
  "deploy-environment.yml plan": ["id-token"],
  "deploy-environment.yml deploy": ["id-token"],
  "drift.yml plan": ["id-token"],
  "drift.yml tell": ["issues"],
};

test("no job has a right that it is not known to need, and none is given to all", () => {
  for (const { file, workflow } of workflows) expect([file, workflow.permissions]).toEqual([file, {}]);
  const writing = Object.fromEntries(
    jobs.map(({ name, job }) => {
      const rights = Object.entries(job.permissions ?? {}).filter(([, right]) => right === "write");
      return [name, rights.map(([scope]) => scope)];
    }),
  );
  expect(Object.fromEntries(Object.entries(writing).filter(([, rights]) => rights.length > 0))).toEqual(RIGHTS);
  for (const { name, job } of jobs) expect([name, job.permissions]).toEqual([name, expect.any(Object)]);
});

test("actions are pinned by commit, with the version beside it, one commit per action", () => {
  const pins = new Map<string, Set<string>>();
  for (const [, action, pin] of Object.values(texts)
    .join("\n")
    .matchAll(/uses: ([^\s@]+)(.*)/g)) {
    if (action?.startsWith("./")) expect(existsSync(join(__dirname, "..", action))).toBe(true);
    else {
      expect(`${action}${pin}`).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      pins.set(action as string, (pins.get(action as string) ?? new Set()).add(pin as string));
    }
  }
  expect([...pins].filter(([, commits]) => commits.size !== 1)).toEqual([]);
  expect(pins.size).toBeGreaterThan(4);
});

test("containers are pinned by digest, and privileged ones may only read the code", () => {
  const contained = jobs.filter(({ job }) => job.container);
  expect(contained.length).toBeGreaterThan(0);
  for (const { name, job } of contained) {
    expect([name, job.container?.image]).toEqual([
      name,
      expect.stringMatching(/^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$/),
    ]);
    expect([name, job.permissions]).toEqual([name, { contents: "read" }]);
  }
});

test("no key is kept at GitHub, and no code of strangers runs with rights", () => {
  for (const { file, text, workflow } of workflows) {
    expect([file, text.match(/secrets\.\w+|credentials_json/g)]).toEqual([file, null]);
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    expect(Object.keys(workflow.on)).not.toContain("workflow_run");
  }
  for (const { step } of steps.filter(({ step }) => step.uses?.startsWith("actions/checkout"))) {
    expect(step.with).toMatchObject({ "persist-credentials": false });
  }
});

test("whoever can log in runs no package's code but the review's", () => {
  const loggingIn = jobs.filter(({ job }) => job.permissions?.["id-token"] === "write" && !job.uses);
  expect(loggingIn.length).toBeGreaterThan(3);
  for (const { name, job } of loggingIn) {
    const commands = (job.steps ?? []).flatMap(({ run = "" }) => run.split("\n"));
    const running = commands.flatMap((line) => line.match(/\b(?:npm|npx|node) .*/g) ?? []);
    expect([name, running.filter((command) => !/^npm run --silent plan-review /.test(command))]).toEqual([
      name,
      ["npm ci --omit=dev --ignore-scripts"],
    ]);
  }
});

test("nothing is written into a script by an expression: values come through the environment", () => {
  expect(steps.filter(({ step }) => step.run?.includes("${{"))).toEqual([]);
});

test("no job runs for ever, and no two deploys run at once", () => {
  for (const { name, job } of jobs.filter(({ job }) => !job.uses)) {
    expect([name, job["timeout-minutes"]]).toEqual([name, expect.any(Number)]);
  }
  const deploy = workflows.find(({ file }) => file === "deploy.yml")?.workflow;
  expect(deploy?.concurrency).toEqual({ group: "deploy", "cancel-in-progress": false });
});

test.each([
  ["plan.yml", "review.md"],
  ["drift.yml", "drift.md"],
])("until %s has planned, what it tells people is that nothing was planned", (file, told) => {
  const { plan } = workflows.find((one) => one.file === file)?.workflow.jobs ?? {};
  const deployable = (plan?.steps ?? []).filter((step) => !step.if?.includes("deployable == 'false'"));
  const writing = deployable.filter(({ run = "" }) => run.includes(`>${told}`));
  const isPlanned = ({ run = "" }: Step) => run.includes("tools/plan.sh");
  const before = writing.slice(0, writing.findIndex(isPlanned));
  expect(before.length).toBeGreaterThan(0);
  for (const { run } of before) expect(run).toMatch(/^echo "Not planned/);
  // Before anything that can fail, and told whatever fails.
  expect((plan?.steps ?? []).find(({ run }) => run)).toBe(before[0]);
  const upload = plan?.steps?.find(
    ({ uses, with: given }) => uses?.includes("upload-artifact") && given?.path === told,
  );
  expect(upload?.if).toBe("always()");
});

test("every command that a workflow names is there, and every environment is planned and deployed", () => {
  const { scripts } = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8"));
  const commands = steps.map(({ step }) => step.run ?? "").join("\n");
  const named = [...commands.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, script]) => script as string);
  expect([...new Set(named)].filter((script) => !(script in scripts))).toEqual([]);
  expect(named).toEqual(
    expect.arrayContaining(["synth", "validate", "reach", "scan", "charts", "plan-review", "fork"]),
  );
  for (const [path] of commands.matchAll(/tools\/[\w.-]+\.sh/g)) {
    expect(existsSync(join(__dirname, "..", path))).toBe(true);
  }
  const known = Object.keys(environments).sort();
  for (const { name, job } of jobs.filter(({ job }) => job.strategy?.matrix)) {
    expect([name, [...(job.strategy?.matrix?.environment ?? [])].sort()]).toEqual([name, known]);
  }
  const deploy = workflows.find(({ file }) => file === "deploy.yml")?.workflow;
  expect(Object.keys(deploy?.jobs ?? {}).sort()).toEqual(known);
});

test("the tools have the versions that the commands ask for", () => {
  const checkov = /CHECKOV_VERSION = "([^"]+)"/.exec(
    readFileSync(join(__dirname, "..", "tools", "scan", "scan-stacks.ts"), "utf8"),
  )?.[1];
  expect(texts["checks.yml"]).toContain(`checkov==${checkov}`);
});

const hasActionlint = spawnSync("actionlint", ["--version"]).status === 0;
(hasActionlint ? test : test.skip)("actionlint has nothing to say (go install …/actionlint@v1.7.12)", () => {
  const { stdout, status } = spawnSync("actionlint", ["-no-color"], { encoding: "utf8", cwd: join(__dirname, "..") });
  expect({ stdout, status }).toEqual({ stdout: "", status: 0 });
});
