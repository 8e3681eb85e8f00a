import { changeOf, planOf, reviewed, verdictsOf } from "./plans";

test.each([
  ["one-node-stops/region-singapore", "database-restart"],
  ["node-replaced/region-indonesia", "database-restart"],
  ["pool-replaced/region-india", "pool-replaced"],
  ["one-edge/region-singapore", "machine-config"],
  ["one-node-stops/region-india", "machine-config"],
  ["protection-lowered/region-singapore", "protection-lowered"],
  ["moved-and-forgotten/region-singapore", "forgotten"],
  ["first-deployment/region-singapore", "made-from-nothing"],
])("%s is warned of: %s", (plan, rule) => {
  expect(verdictsOf(reviewed([plan]))).toEqual({ refused: [], warned: [rule] });
});

test.each([
  ["disk-grows/region-singapore"],
  ["one-edge/region-indonesia"],
  ["edge-machines/region-india"],
  ["address-labelled/network"],
  ["stateful-updated/monitoring"],
])("%s is not warned of", (plan) => {
  expect(verdictsOf(reviewed([plan]))).toEqual({ refused: [], warned: [] });
});

test("a changed order is told for each backend", () => {
  const found = reviewed(["failover-order/region-india"]);
  expect(verdictsOf(found)).toEqual({ refused: [], warned: ["failover-order", "machine-config"] });
  const [order] = found.warned;
  expect(order?.findings[0]?.detail.split("; ")).toEqual([
    "edge of india: reads: india > singapore > indonesia instead of india > indonesia > singapore",
    "writes: india > singapore > indonesia instead of india > indonesia > singapore",
    "database: india-database-1 > singapore-database-1 > indonesia-database-1 instead of india-database-1 > indonesia-database-1 > singapore-database-1",
  ]);
});

test("an edge's entrance or group that is replaced is not rolling", () => {
  const replaced = (address: string) =>
    verdictsOf(reviewed([planOf("region-india", [changeOf(address, ["delete", "create"])])])).warned;
  expect(replaced("google_compute_forwarding_rule.edge_frontend_E159A5D2")).toEqual(["edge-interrupted"]);
  expect(replaced("google_compute_region_instance_group_manager.edge_group_A04F4193")).toEqual(["pool-replaced"]);
});

test("a check that fails is warned of", () => {
  const checks = [
    { address: { to_display: "check.certificate" }, status: "fail" },
    { address: { to_display: "check.quota" }, status: "pass" },
  ];
  const [failed] = reviewed([planOf("network", [], { checks })]).warned;
  expect(failed?.findings.map(({ subjects }) => subjects)).toEqual([
    [{ stack: "network", address: "check.certificate" }],
  ]);
});

test("an action of a provider is warned of", () => {
  const plan = planOf("network", [], { action_invocations: [{ address: "action.acme_restart.all" }] });
  expect(verdictsOf(reviewed([plan]))).toEqual({ refused: [], warned: ["action-invoked"] });
});
