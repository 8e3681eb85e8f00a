import { parsePlan, splitArgument } from "../../../tools/plan-review/plan-file";
import { changeOf, fixture, planOf, reviewed } from "./plans";

test.each([
  ["region-india=plans/a.json", "region-india", "plans/a.json"],
  ["cdktf.out/stacks/region-india/plan.json", "region-india", "cdktf.out/stacks/region-india/plan.json"],
  ["cdktf.out/stacks/network/tfplan.json", "network", "cdktf.out/stacks/network/tfplan.json"],
  ["plans/monitoring.json", "monitoring", "plans/monitoring.json"],
  ["plans/monitoring.plan.json", "monitoring", "plans/monitoring.plan.json"],
])("%s is of stack %s", (argument, stack, file) => {
  expect(splitArgument(argument)).toEqual({ stack, file });
});

const good = fixture("one-edge/region-singapore").plan;
const text = (changed: object) => JSON.stringify({ ...good, ...changed });

test.each([
  ["nothing", "", "is empty"],
  ["the binary plan", "PK\u0003\u0004abc", "is the binary plan"],
  [
    "the log",
    '{"@level":"info","@message":"Terraform 1.11.4"}\n{"@level":"info"}',
    "is the log of `terraform plan -json`",
  ],
  ["a plan that is cut off", JSON.stringify(good).slice(0, -50), "is not valid JSON"],
  ["a list", "[]", "is not a plan"],
  ["something else", '{"name":"matchwatch"}', "is not a plan"],
  ["a state", '{"format_version":"1.0","terraform_version":"1.11.4","values":{}}', "is a state"],
  ["a later format", text({ format_version: "2.0" }), 'format_version "2.0"'],
  ["a plan that failed", text({ errored: true }), "comes from a plan that failed"],
  ["a plan with -target", text({ complete: false }), "is a partial plan"],
  ["changes that are no list", text({ resource_changes: {} }), "resource_changes that is not a list"],
  [
    "a change without a type",
    text({ resource_changes: [{ address: "a.b", change: { actions: [] } }] }),
    "resource_changes[0]",
  ],
  ["an unknown action", text({ resource_changes: [changeOf("a.b", ["teleport"])] }), "resource_changes[0]"],
  ["what the wrapper of setup-terraform prints", "[command]/opt/terraform show -json\n{}", "terraform_wrapper"],
  ["checks in another shape", text({ checks: [{ status: "fail" }] }), "has checks in another shape"],
  ["outputs in another shape", text({ output_changes: { a: { actions: "update" } } }), "has output_changes in another"],
  ["actions in another shape", text({ action_invocations: {} }), "has action_invocations in another shape"],
  [
    "paths in another shape",
    text({ resource_changes: [{ ...changeOf("a.b", []), change: { actions: ["update"], replace_paths: {} } }] }),
    "paths that are lists",
  ],
  ["drift in another shape", text({ resource_drift: [{}] }), "resource_drift[0]"],
])("%s is refused", (_, content, problem) => {
  expect(parsePlan(Buffer.from(content))).toContain(problem);
});

test("UTF-16 is refused, and a byte order mark before UTF-8 is not", () => {
  expect(parsePlan(Buffer.from(`\uFEFF${text({})}`, "utf16le"))).toContain("UTF-16");
  expect(parsePlan(Buffer.from(`\uFEFF${text({})}`))).toMatchObject({ format_version: "1.2" });
});

test("an error never shows a piece of the file", () => {
  expect(parsePlan(Buffer.from('{"password": "sesame" oops'))).not.toContain("sesame");
  expect(parsePlan(Buffer.from("sesame"))).not.toContain("sesame");
});

test("a plan without changes says so", () => {
  const { changes, refused } = reviewed([planOf("network", [changeOf("a.b", ["no-op"]), changeOf("a.c", ["read"])])]);
  expect({ changes, refused }).toEqual({ changes: [], refused: [] });
});

test("a file given as another country's is refused: its edges would not be counted", () => {
  expect(() => reviewed([{ ...fixture("one-edge/region-singapore"), stack: "region-india" }])).toThrow(
    'the plan given as "region-india" is of singapore',
  );
});
