import { changeOf, planOf, reviewed, verdictsOf } from "./plans";

/** Plans written from the documented format: shapes that the estate does not have. */
const refusedOf = (...args: Parameters<typeof changeOf>) =>
  verdictsOf(reviewed([planOf("network", [changeOf(...args)])])).refused;
const rule = "google_compute_firewall.firewall_x_00000000";
const tcp = { allow: [{ protocol: "tcp", ports: ["22"] }], target_tags: ["edge"] };

test.each([
  ["IPv6", { ...tcp, source_ranges: ["::/0"] }],
  ["two halves", { ...tcp, source_ranges: ["0.0.0.0/1", "128.0.0.0/1"] }],
  ["every port", { source_ranges: ["0.0.0.0/0"], target_tags: ["edge"], allow: [{ protocol: "tcp", ports: [] }] }],
  [
    "a range of ports",
    { source_ranges: ["0.0.0.0/0"], target_tags: ["edge"], allow: [{ protocol: "tcp", ports: ["80-443"] }] },
  ],
  [
    "another machine beside the edge",
    { source_ranges: ["0.0.0.0/0"], target_tags: ["edge", "other"], allow: [{ protocol: "tcp", ports: ["443"] }] },
  ],
  ["many ranges that are none of the estate's", { ...tcp, source_ranges: ["10.2.0.0/16", "203.0.112.0/21"] }],
  ["every protocol", { source_ranges: ["0.0.0.0/0"], target_tags: ["edge"], allow: [{ protocol: "all" }] }],
  ["more of IPv6 than Google's probes", { ...tcp, source_ranges: ["2600:1901:8001::/32"] }],
  ["public ports of every machine", { source_ranges: ["0.0.0.0/0"], allow: [{ protocol: "tcp", ports: ["443"] }] }],
])("a firewall rule is opened: %s", (_, after) => {
  expect(refusedOf(rule, ["create"], { before: null, after })).toEqual(["firewall-opened"]);
});

// A first deploy was refused for the second of them.
test.each([
  ["users over IPv6", { source_ranges: ["::/0"], target_tags: ["edge"], allow: [{ protocol: "tcp", ports: ["443"] }] }],
  ["Google's probes over IPv6", { ...tcp, source_ranges: ["2600:1901:8001::/48"] }],
  ["Google's probes", { ...tcp, source_ranges: ["35.191.0.0/16"] }],
  ["private addresses over IPv6", { ...tcp, source_ranges: ["fd20::/20"] }],
])("a firewall rule that opens nothing: %s", (_, after) => {
  expect(refusedOf(rule, ["create"], { before: null, after })).toEqual([]);
});

test("a disabled rule, or one whose sources are not known yet or hidden, is judged by what it may be", () => {
  const open = { ...tcp, source_ranges: ["0.0.0.0/0"] };
  expect(refusedOf(rule, ["create"], { after: { ...open, disabled: true } })).toEqual([]);
  expect(refusedOf(rule, ["update"], { before: { ...open, disabled: true }, after: open })).toContain(
    "firewall-opened",
  );
  expect(refusedOf(rule, ["create"], { after: tcp, after_unknown: { source_ranges: true } })).toEqual([
    "firewall-opened",
  ]);
  expect(refusedOf(rule, ["create"], { after: open, after_sensitive: { source_ranges: true } })).toEqual([
    "firewall-opened",
  ]);
});

test("an unknown attribute of a node may stop it", () => {
  const machine = "google_compute_instance.database_database-1_machine_00000000";
  const change = { before: { some_new_thing: 1 }, after: { some_new_thing: 2 } };
  const plans = ["region-india", "region-japan"].map((stack) => planOf(stack, [changeOf(machine, ["update"], change)]));
  expect(verdictsOf(reviewed(plans)).refused).toEqual(["galera-quorum"]);
});

test("what an earlier replacement left behind is no edge and no node", () => {
  const leftovers = ["india", "singapore"].map((country) =>
    planOf(`region-${country}`, [
      changeOf(
        "google_compute_region_instance_template.edge_template_7F188517",
        ["delete"],
        {},
        { deposed: "1a2b3c4d" },
      ),
      changeOf("google_compute_instance.database_database-1_machine_2F1B174A", ["delete"], {}, { deposed: "1a2b3c4d" }),
    ]),
  );
  expect(verdictsOf(reviewed(leftovers))).toEqual({ refused: [], warned: [] });
});
