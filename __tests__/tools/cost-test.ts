import { costChange, type Priced } from "../../tools/cost/change";
import { billOf, sumBy } from "../../tools/cost/lines";
import { diskMonth, machineMonth } from "../../tools/cost/prices";
import { renderReview } from "../../tools/plan-review/report";
import { SynthesizedEstate } from "../../tools/synthesized/estate";
import { synthesize } from "../support/synth";
import { changed, threeCountries } from "../support/topologies";
import { changeOf, planOf, reviewed } from "./plan-review/plans";

const resources = (topology = threeCountries) => new SynthesizedEstate(synthesize(topology).stacks).resources;
const inAll = (topology = threeCountries) => {
  const [[, least, most] = ["", 0, 0]] = sumBy(billOf(resources(topology)).lines, () => "");
  return { least, most };
};

/** Google's list for machines whose price follows from a vCPU's and a GB's. USD an hour, 2025-03-06. */
test.each([
  ["asia-southeast2", "e2-medium", 0.045053043],
  ["asia-south1", "e2-highcpu-4", 0.11884008],
  ["asia-southeast1", "e2-highcpu-4", 0.122061],
])("in %s an %s costs what the list says", (region, machineType, hour) => {
  expect(machineMonth(region, machineType)).toBeCloseTo(hour * 730, 2);
});

test("everything of both environments has a price", () => {
  expect(billOf(resources()).unpriced).toEqual([]);
});

test("a pool's minimum moves the minimum, its maximum the maximum, and a disk both", () => {
  const before = inAll();
  const node = (machineMonth("asia-southeast2", "e2-standard-2") ?? 0) + 50 * 0.13 + 730 * 0.0014;
  const wider = inAll(changed({ "countries.indonesia.cluster.pools.app.minNodes": 4 }));
  expect(wider.least - before.least).toBeCloseTo(node, 5);
  expect(wider.most).toBeCloseTo(before.most, 5);
  const larger = inAll(changed({ "countries.indonesia.database.diskGb": 300 }));
  expect([larger.least - before.least, larger.most - before.most].map((usd) => usd.toFixed(2))).toEqual([
    "22.10",
    "22.10",
  ]);
});

test("a machine type without a price is named, and nothing is made up", () => {
  const { unpriced } = billOf(resources(changed({ "countries.india.edge.machineType": "c3-standard-4" })));
  expect(unpriced).toEqual(["asia-south1 c3-standard-4"]);
});

describe("what a run does to the bill", () => {
  /** A plan of every resource from one topology to another. */
  function run(to = threeCountries): Priced[] {
    const [was, is] = [resources(), resources(to)];
    const before = new Map(was.map((each) => [`${each.stack} ${each.id}`, each.attributes]));
    return is.map(({ stack, type, id: name, country, attributes: after }) => ({
      ...{ stack, type, name, country, after, isLeftover: false },
      before: before.get(`${stack} ${name}`) ?? {},
    }));
  }

  test("is nothing when nothing changes", () => {
    expect(costChange(run())).toBeUndefined();
  });

  test("is a sum at the minimum and one at the maximum", () => {
    const cheaper = changed({ "countries.singapore.edge.machineType": "e2-small" });
    expect(costChange(run(cheaper))).toMatchInlineSnapshot(`"This change: about -136 USD a month."`);
    const wider = changed({ "countries.indonesia.cluster.pools.app.maxNodes": 20 });
    expect(costChange(run(wider))).toMatchInlineSnapshot(`"This change: about +0 to +145 USD a month."`);
  });

  test("counts the volumes of a release that asks for larger ones, and of one whose class becomes another", () => {
    const gb = 3 * 50;
    const edited = (type: string, from: RegExp, to: string) =>
      costChange(
        run().map((each) =>
          each.stack === "region-indonesia" && each.type === type
            ? { ...each, after: JSON.parse(JSON.stringify(each.after).replace(from, to)) }
            : each,
        ),
      );
    const [ssd = 0, standard = 0] = ["pd-ssd", "pd-standard"].map((type) => diskMonth("asia-southeast2", type));
    const brokers = edited("helm_release", /storage: 50Gi/, "storage: 100Gi");
    expect(brokers).toBe(`This change: about +${Math.round(gb * ssd)} USD a month.`);
    const cheaper = edited("kubernetes_storage_class_v1", /"pd-ssd"/, '"pd-standard"');
    expect(cheaper).toBe(`This change: about -${Math.round(gb * (ssd - standard))} USD a month.`);
  });

  test("stands in the plan review", () => {
    const address = "google_compute_disk.more";
    const after = { size: 100, type: "pd-ssd", zone: "asia-south1-a", name: "more" };
    const plan = planOf("region-india", [changeOf(address, ["create"], { before: null, after })]);
    expect(renderReview(reviewed([plan]))).toContain("\n\nThis change: about +20 USD a month.\n\n");
  });

  test("counts what comes and what goes", () => {
    const disk = { size: 100, type: "pd-ssd", zone: "asia-south1-a", name: "more" };
    const change = { stack: "region-india", type: "google_compute_disk", name: "more", country: "india" };
    const made = { ...change, before: {}, after: disk, isLeftover: false };
    const gone = { ...change, before: disk, after: {}, isLeftover: false };
    expect(costChange([made])).toBe("This change: about +20 USD a month.");
    expect(costChange([gone])).toBe("This change: about -20 USD a month.");
    expect(costChange([{ ...gone, isLeftover: true }])).toBeUndefined();
    const release = { ...change, type: "helm_release", isLeftover: false };
    const values = (text: string) => ({ name: "shop", values: [text] });
    expect(
      costChange([{ ...release, before: values("a: 1\n---\nb: 2\n"), after: values("a: 1\n```\n") }]),
    ).toBeUndefined();
  });
});
