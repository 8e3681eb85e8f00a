import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planReview } from "../../../tools/plan-review/main";
import { callCommand } from "../../support/call-command";
import { FIXTURES } from "./plans";

const scratch = mkdtempSync(join(tmpdir(), "matchwatch-plan-review-"));
// A review reads what was synthesized into the folder that it is called in, and the exceptions there.
const home = process.cwd();
beforeAll(() => process.chdir(scratch));
afterAll(() => {
  process.chdir(home);
  rmSync(scratch, { recursive: true, force: true });
});

const run = (...args: string[]) => callCommand(planReview, ...args);

function file(name: string, text: string): string {
  writeFileSync(join(scratch, name), text);
  return join(scratch, name);
}

const SINGAPORE = join(FIXTURES, "one-edge", "region-singapore.json");
const INDONESIA = join(FIXTURES, "two-edges", "region-indonesia.json");

test("exits with 0 when nothing is refused, and with 1 when something is", async () => {
  expect(await run(SINGAPORE)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("# Plan review: warned"),
    stderr: "",
  });
  expect(await run(SINGAPORE, INDONESIA)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining("# Plan review: REFUSED"),
  });
});

test("writes to a file, and says so in no other place", async () => {
  const out = join(scratch, "review.md");
  expect(await run(SINGAPORE, "--out", out)).toMatchObject({ status: 0, stdout: "" });
  expect(readFileSync(out, "utf8")).toContain("- edge of singapore: config changes, rolling, no downtime");
});

test("tells everything that is wrong at once, and exits with 2", async () => {
  const cut = file("cut.json", '{"format_version":"1.2","password":"sesame');
  const { status, stderr, stdout } = await run(
    cut,
    file("empty.json", ""),
    join(scratch, "none.json"),
    "--exceptions",
    file("x.yaml", "a: 1"),
  );
  expect(status).toBe(2);
  expect(stdout).toBe("");
  for (const said of [
    "cut.json is not valid JSON",
    "empty.json is empty",
    "none.json cannot be read (ENOENT)",
    "x.yaml is not a list",
  ]) {
    expect(stderr).toContain(said);
  }
  expect(stderr).not.toContain("sesame");
});

test("explains itself and a wrong call", async () => {
  expect(await run("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("--exceptions FILE") });
  expect(await run()).toMatchObject({ status: 2, stderr: expect.stringContaining("[STACK=]PLAN.json ... is missing") });
  expect(await run("--nonsense")).toMatchObject({ status: 2, stderr: expect.stringContaining("--nonsense") });
  expect(await run(SINGAPORE, SINGAPORE)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("second plan of stack"),
  });
});

test("reads exceptions", async () => {
  const soon = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  const entries = [
    ["region-singapore", "google_compute_region_instance_template.edge_template_7F188517"],
    ["region-indonesia", "google_compute_region_health_check.edge_ready_60367D97"],
  ].map(([stack, address]) => ({ rule: "two-edges", stack, address, reason: "both are without users", expires: soon }));
  const exceptions = file("exceptions.yaml", JSON.stringify(entries));
  const { status, stdout } = await run(SINGAPORE, INDONESIA, "--exceptions", exceptions);
  expect(status).toBe(0);
  expect(stdout).toContain(`allowed until ${soon}, because both are without users`);
});
