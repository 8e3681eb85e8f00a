import { planAddresses } from "../../../config/address-plan";
import { production } from "../../../config/production";
import { firewallRows } from "../../../constructs/network/firewall-rows";
import { firewallSettings } from "../../../settings/firewall";
import { galeraNode } from "../../../tools/plan-review/database-node";
import { changedEdges } from "../../../tools/plan-review/edge-change";
import { orderChanges } from "../../../tools/plan-review/failover-order";
import { PUBLIC } from "../../../tools/plan-review/firewall";
import { SynthesizedEstate } from "../../../tools/synthesized/estate";
import { edgeMetadata, resources, stackOf, synthesize } from "../../support/synth";
import { threeCountries } from "../../support/topologies";
import { changeOf, planOf, reviewed } from "./plans";

/** The review knows things by type, tag and path: these tests fail when the estate's change. */
const synthesized = synthesize(threeCountries);
const countries = Object.keys(threeCountries.countries);

/** Every resource of a stack, as replaced. */
function replaced(stack: string, estate?: SynthesizedEstate) {
  const changes = resources(stackOf(synthesized, stack)).map(({ address, attributes: { "//": _, ...attributes } }) =>
    changeOf(address, ["delete", "create"], { before: attributes, after: attributes }),
  );
  return reviewed([planOf(stack, changes)], "", estate).changes;
}

/** As the plans alone tell of them, by stack. */
const told = Object.fromEntries(Object.keys(synthesized.stacks).map((stack) => [stack, replaced(stack)]));
const toldOf = (stack: string) => told[stack] ?? [];

test.each(countries)("the edge and the database of %s are known", (country) => {
  const changes = toldOf(`region-${country}`);
  expect([...changedEdges(changes).keys()]).toEqual([country]);
  expect(changedEdges(changes).get(country)?.type).toBe("google_compute_region_instance_template");
  const nodes = changes.filter((change) => galeraNode(change) !== undefined).map(({ type }) => type);
  expect(nodes.sort()).toEqual(["google_compute_disk", "google_compute_instance"]);
  expect(changes.filter((change) => change.country !== country)).toEqual([]);
});

test("every country is told apart in the network, and what is shared is shared", () => {
  const shared = toldOf("network").filter(({ country }) => country === undefined);
  expect(shared.filter(({ address }) => countries.some((country) => address.includes(country)))).toEqual([]);
  const addresses = toldOf("network").filter(({ layer }) => layer === "addresses");
  expect(new Set(addresses.map(({ country }) => country))).toEqual(new Set(countries));
});

test("the synthesized JSON and the plans alone place every resource alike", () => {
  const estate = new SynthesizedEstate(synthesized.stacks);
  const places = (changes: ReturnType<typeof replaced>) =>
    changes.map(({ address, country, layer }) => `${address}: ${layer} of ${country}`);
  const known = Object.keys(synthesized.stacks).flatMap((stack) => replaced(stack, estate));
  expect(places(known)).toEqual(places(Object.values(told).flat()));
});

test("the synthesized JSON places a resource whose address says nothing", () => {
  const note = { "//": { metadata: { path: "network/countries/india/vpn/renamed" } } };
  const india = { resource: { google_compute_disk: { renamed: note } } };
  const estate = new SynthesizedEstate({ network: india, "region-india": {} });
  const plan = [planOf("network", [changeOf("google_compute_disk.renamed", ["delete", "create"])])];
  expect(reviewed(plan, "", estate).changes).toMatchObject([{ layer: "vpn", country: "india" }]);
  expect(reviewed(plan).changes).toMatchObject([{ layer: "other", country: undefined }]);
});

test("every resource has a layer", () => {
  const unplaced = Object.values(told)
    .flat()
    .filter(({ layer }) => layer === "other");
  expect(unplaced.map(({ address }) => address)).toEqual([]);
});

/** A machine can be made again: two of the database's are refused by their own rule. */
const REPLACEABLE = ["google_compute_instance"];

test.each(["delete", "delete,create"])(
  "%s of whatever the estate protects, or installed with Helm, is refused",
  (actions) => {
    for (const [stack, json] of Object.entries(synthesized.stacks)) {
      const guarded = resources(json).filter(
        ({ type, attributes }) =>
          !REPLACEABLE.includes(type) &&
          (/^(helm_release|google_gke_backup_backup_plan)$/.test(type) ||
            JSON.stringify(attributes.lifecycle)?.includes('"prevent_destroy":true')),
      );
      const changes = guarded.map(({ address, attributes }) =>
        changeOf(address, actions.split(","), { before: attributes, after: attributes }),
      );
      const refused = reviewed([planOf(stack, changes)]).refused.flatMap(({ findings }) =>
        findings.flatMap(({ subjects }) => subjects),
      );
      expect(guarded.length).toBeGreaterThan(5);
      expect(
        guarded
          .map(({ address }) => address)
          .filter((address) => !refused.some((subject) => subject.address === address)),
      ).toEqual([]);
    }
  },
);

test("what is public by design is what the firewall's table opens to everywhere", () => {
  const rows = firewallRows(firewallSettings(production, planAddresses(production))).filter(({ from }) =>
    from.includes("0.0.0.0/0"),
  );
  const table = rows.flatMap(({ to, ports }) =>
    to.flatMap((tag) => Object.entries(ports).map(([protocol, numbers]) => ({ tag, protocol, ports: [...numbers] }))),
  );
  expect(table).toEqual(PUBLIC);
});

test("the orders are found in the real configuration", () => {
  const config = edgeMetadata(synthesized, "india", "haproxy-cfg");
  const empty = changeOf("x.y", ["update"], {
    before: { metadata: { "haproxy-cfg": config } },
    after: { metadata: {} },
  });
  const [change] = reviewed([planOf("region-india", [empty])]).changes;
  const orders = change ? orderChanges(change).map(({ backend, before }) => [backend, before[0]]) : [];
  expect(orders).toEqual([
    ["reads", "india"],
    ["writes", "india"],
    ["database", "india-database-1"],
  ]);
});
