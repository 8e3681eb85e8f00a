import { parseExceptions } from "../../../tools/plan-review/exceptions";
import { renderReview } from "../../../tools/plan-review/report";
import { changeOf, planOf, reviewed, TODAY, verdictsOf } from "./plans";

const BUCKET = "google_storage_bucket.countries_india_archive_metrics_D9BB3DE8";
const PLAN = ["stateful-destroyed/monitoring"];

function entry(changed: Readonly<Record<string, string>> = {}): string {
  const fields = {
    rule: "stateful-destroyed",
    stack: "monitoring",
    address: BUCKET,
    reason: "metrics moved to the new bucket, see #42",
    expires: "2026-11-30",
    ...changed,
  };
  return `- ${Object.entries(fields)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join("\n  ")}\n`;
}

test.each(["", "# none\n", "[]\n"])("a file without entries allows nothing, and is well: %j", (text) => {
  expect(parseExceptions(text, TODAY)).toEqual({ entries: [], problems: [] });
});

test("an entry allows what it names, until when and why", () => {
  const found = reviewed(PLAN, entry());
  expect(verdictsOf(found).refused).toEqual([]);
  expect(found.allowed[0]?.by).toEqual([
    expect.objectContaining({ expires: "2026-11-30", reason: "metrics moved to the new bucket, see #42" }),
  ]);
  expect(found.exceptionProblems).toEqual([]);
});

test("an entry holds on its last day", () => {
  expect(verdictsOf(reviewed(PLAN, entry({ expires: "2026-11-22" }))).refused).toEqual([]);
});

test.each([
  ["it expired", { expires: "2026-11-21" }, "it expired on 2026-11-21"],
  ["it lasts too long", { expires: "2027-06-01" }, "more than 30 days away"],
  ["its day does not exist", { expires: "2026-11-31" }, "is not a date"],
  ["it has no reason", { reason: " " }, "reason must be given"],
  ["its rule does not exist", { rule: "anything" }, "use galera-quorum"],
  ["it has a field more", { until: "2026-11-30" }, "unknown field until"],
  ["it names another resource", { address: `${BUCKET}X` }, "allows nothing here"],
  ["it is for another rule", { rule: "two-edges" }, "allows nothing here"],
])("an entry allows nothing, and is told of: %s", (_, changed, problem) => {
  const found = reviewed(PLAN, entry(changed));
  expect(verdictsOf(found).refused).toEqual(["stateful-destroyed"]);
  expect(found.exceptionProblems).toEqual([expect.stringContaining(problem)]);
});

test("each resource of a refusal needs an entry", () => {
  const plans = ["one-node-stops/region-singapore", "two-nodes-stop/region-india"];
  const address = "google_compute_instance.database_database-1_machine_2F1B174A";
  const one = entry({ rule: "galera-quorum", stack: "region-india", address });
  expect(verdictsOf(reviewed(plans, one)).refused).toEqual(["galera-quorum"]);
  const both = one + entry({ rule: "galera-quorum", stack: "region-singapore", address });
  expect(verdictsOf(reviewed(plans, both)).refused).toEqual([]);
});

test("an entry that lacks its partners is kept for the review in which they are", () => {
  const address = "google_compute_region_health_check.edge_ready_60367D97";
  const entries = ["region-india", "region-singapore"].map((stack) => entry({ rule: "two-edges", stack, address }));
  expect(reviewed(["one-edge/region-singapore"], entries.join("")).exceptionProblems).toEqual([]);
  const both = reviewed(["one-edge/region-singapore", "one-node-stops/region-india"], entries.join(""));
  expect(both.exceptionProblems).toHaveLength(2);
});

test("plans of two environments are no run", () => {
  const plan = (stack: string, environment: string) =>
    planOf(stack, [changeOf("google_x.y", ["update"], { before: { labels: { environment } } })]);
  expect(() => reviewed([plan("network", "staging"), plan("monitoring", "production")])).toThrow(
    "several environments",
  );
});

test("one wrong entry does not spoil the others", () => {
  const found = reviewed(PLAN, `- nonsense\n${entry()}`);
  expect(verdictsOf(found).refused).toEqual([]);
  expect(found.exceptionProblems).toEqual([expect.stringContaining("entry 1 allows nothing")]);
});

test.each([["rule: two-edges"], ["- {"], ["hello"]])("a file that is no list of entries is refused: %s", (text) => {
  expect(() => reviewed(PLAN, text)).toThrow(/is not (a list|YAML)/);
});

test("the entries that a review ends with allow what it refused, once a reason and a day are written in", () => {
  const plans = ["two-edges/region-indonesia", "one-edge/region-singapore"];
  const [, entries = ""] =
    /Entries for the exceptions file<\/summary>\n\n```yaml\n([^`]+)```/.exec(renderReview(reviewed(plans))) ?? [];
  expect(reviewed(plans, entries)).toMatchObject({ allowed: [], refused: [{}] });
  const filled = entries
    .replaceAll('reason: ""', "reason: the renderer")
    .replaceAll('expires: ""', 'expires: "2026-12-01"');
  expect(reviewed(plans, filled)).toMatchObject({ allowed: [{}], refused: [], exceptionProblems: [] });
});
