import { addressesIn } from "../../rehearsal/estate";
import { differences } from "../../rehearsal/expectation";
import { googlePart, protectedIn, type StackJson, withoutProtection } from "../../rehearsal/google-part";
import { criticalPath } from "../../rehearsal/report/critical-path";
import { resources, synthesize } from "../support/synth";
import { threeCountries } from "../support/topologies";

test("what a plan does and what it should do are compared by address", () => {
  const expected = { replace: ["template.edge_*"], update: ["group.edge_*"] };
  const right = [
    { address: "template.edge_1", action: "replace" },
    { address: "group.edge_1", action: "update" },
  ] as const;
  expect(differences(expected, right)).toEqual([]);
  expect(differences(expected, [right[0], { address: "disk.data", action: "delete" }])).toEqual([
    "disk.data would be destroyed, which was not expected",
    "group.edge_* is not changed in place, which was expected",
  ]);
});

test("the Google part keeps every resource of Google's and its order, and nothing else", () => {
  for (const stack of Object.values(synthesize(threeCountries).stacks)) {
    const { stack: part, leftOut } = googlePart(stack as never);
    const kept = Object.keys(part.resource ?? {});
    expect(kept.filter((type) => /^(helm|kubernetes)_/.test(type))).toEqual([]);
    const count = resources(part as never).length;
    expect(count + leftOut).toBe(resources(stack).length);
    expect(JSON.stringify(part)).not.toMatch(/"(helm_release|kubernetes_[a-z_0-9]+)\./);
  }
});

test("what a resource of Google's reads is not left out", () => {
  const resource = { helm_release: { a: {} }, google_x: { b: { reads: "${helm_release.a.id}" } } };
  expect(() => googlePart({ terraform: { required_providers: {} }, resource })).toThrow(
    "helm_release.a is in a cluster",
  );
});

test("protection is lifted and nothing else", () => {
  const lifecycle = { prevent_destroy: true, ignore_changes: ["x"] };
  const stack = {
    terraform: { required_providers: {} },
    resource: { a: { b: { lifecycle, deletion_protection: true, c: 1 } } },
  };
  expect(withoutProtection(stack).resource).toEqual({
    a: { b: { c: 1, deletion_protection: false, lifecycle: { ignore_changes: ["x"] } } },
  });
});

test("protection is lifted of some alone, and what a plan then shows is told", () => {
  const one = { lifecycle: { prevent_destroy: true }, deletion_protection: true };
  const stack = {
    terraform: { required_providers: {} },
    resource: { google_x: { ours: one, theirs: one, bare: {} } },
  };
  expect(withoutProtection(stack, new Set(["google_x.ours"])).resource).toEqual({
    google_x: { ours: { deletion_protection: false }, theirs: one, bare: {} },
  });
  expect(protectedIn(stack)).toEqual(["google_x.ours", "google_x.theirs"]);
});

test("an estate's addresses are those of what is applied, and none of a stack that it has not", () => {
  const ofGoogle = (json: StackJson) => googlePart(json).stack;
  const resource = { google_x: { a: {}, b: {} }, helm_release: { c: {} } };
  const estate = { network: { terraform: { required_providers: {} }, resource } };
  expect(addressesIn(estate, "network", ofGoogle)).toEqual(["google_x.a", "google_x.b"]);
  expect(addressesIn(estate, "network", (json) => json)).toContain("helm_release.c");
  expect(addressesIn(estate, "monitoring", ofGoogle)).toEqual([]);
});

test("the critical path is what the last resource waited for", () => {
  const made = (address: string, startMs: number, endMs: number, ...dependsOn: string[]) =>
    ({ stack: "s", action: "create", address, startMs, endMs, dependsOn }) as const;
  const all = [made("a", 0, 5), made("b", 0, 9), made("c", 9, 12, "a", "b"), made("d", 5, 11, "a")];
  expect(criticalPath(all).map(({ address }) => address)).toEqual(["b", "c"]);
});
