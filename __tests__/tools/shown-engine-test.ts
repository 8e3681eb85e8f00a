import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireProgram } from "../support/edge-machine";

const SCRIPT = join(__dirname, "..", "..", "tools", "shown.sh");

/** The real script, with a gh that answers as GitHub would. */
describe("tools/shown.sh", () => {
  const scratch = mkdtempSync(join(tmpdir(), "matchwatch-shown-"));
  const [shown, now, bin] = ["shown", "now", "bin"].map((name) => join(scratch, name)) as [string, string, string];
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  const gh = (answers: { head?: string; run?: string; reviewers?: number; fails?: boolean } = {}) => {
    const { head = "abc", run = "7", reviewers = 0, fails = false } = answers;
    writeFileSync(
      join(bin, "gh"),
      `#!/usr/bin/env bash
${fails ? "exit 1" : ""}
case "$*" in
"api repos/jam/watch/commits/merged/pulls "*) echo "${head}" ;;
"run list "*"--workflow plan.yml --commit ${head} "*) echo "${run}" ;;
"run download ${run} "*"--name reviewed-staging "*) cp -R "${shown}/." "\${!#}" ;;
"api repos/jam/watch/environments/staging "*) echo ${reviewers} ;;
*) exit 9 ;;
esac
`,
    );
    chmodSync(join(bin, "gh"), 0o755);
  };
  const write = (folder: string, stacks: Readonly<Record<string, readonly string[]>>) => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [stack, lines] of Object.entries(stacks)) {
      writeFileSync(join(folder, `${stack}.actions`), lines.map((line) => `${line}\n`).join(""));
    }
  };
  const run = (...args: string[]) =>
    spawnSync(SCRIPT, args, {
      encoding: "utf8",
      env: { PATH: `${bin}:/usr/bin:/bin`, GITHUB_REPOSITORY: "jam/watch", GITHUB_SHA: "merged" },
    });
  const asked = () => run("staging", now);

  beforeEach(() => {
    mkdirSync(bin, { recursive: true });
    gh();
    write(shown, { network: ["create a.b"], "region-india": ["update c.d", "update e.f"] });
    write(now, { network: ["create a.b"], "region-india": ["update c.d"] });
  });

  test("shellcheck has nothing to say", () => {
    expect(spawnSync(requireProgram("shellcheck"), [SCRIPT], { encoding: "utf8" }).stdout).toBe("");
  });

  test("is content with what the pull request showed, also when some of it is done already", () => {
    expect(asked()).toMatchObject({ status: 0, stdout: expect.stringContaining("showed everything") });
    write(now, {});
    expect(asked()).toMatchObject({ status: 0 });
  });

  test.each<[string, () => void]>([
    ["another action on the same address", () => write(now, { "region-india": ["destroy c.d"] })],
    ["the same action in another stack", () => write(now, { monitoring: ["update c.d"] })],
    ["what no pull request was merged for", () => gh({ head: "" })],
    ["what was never planned", () => gh({ run: "" })],
    ["what its pull request no longer has", () => rmSync(shown, { recursive: true })],
  ])("stops %s unless people are asked", (_what, happens) => {
    happens();
    expect(asked()).toMatchObject({ status: 1, stdout: expect.stringContaining("Nobody is asked") });
  });

  test("leaves what is new to those who must agree, and names it", () => {
    write(now, { "region-india": ["destroy c.d", "update c.d"] });
    gh({ reviewers: 1 });
    const { status, stdout } = asked();
    expect(status).toBe(0);
    expect(stdout).toContain("\n    region-india: destroy c.d\n\n");
  });

  test("cannot tell when GitHub does not answer, or when it is called wrongly", () => {
    gh({ fails: true });
    expect(asked()).toMatchObject({ status: 2, stderr: expect.stringContaining("GitHub could not be asked") });
    expect(run("staging")).toMatchObject({ status: 2 });
    expect(run("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("ENVIRONMENT REVIEWED") });
  });
});
