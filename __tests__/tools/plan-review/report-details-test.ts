import { renderReview } from "../../../tools/plan-review/report";
import { changeOf, planOf, reviewed } from "./plans";

test("plans in another order, with their changes in another order, read the same", () => {
  const names = ["one-edge/region-singapore", "stateful-updated/network", "one-node-stops/region-india"];
  const { plan, stack } = planOf(
    "monitoring",
    ["c", "a", "b"].map((name) => changeOf(`google_x.${name}`, ["create"])),
  );
  const backwards = planOf(stack, [...(plan.resource_changes ?? [])].reverse());
  expect(renderReview(reviewed([...names, { plan, stack }]))).toBe(
    renderReview(reviewed([backwards, ...names.reverse()])),
  );
});

test("an equal change of several countries is shown once", () => {
  const script = (country: string) =>
    changeOf("google_compute_region_instance_template.edge_template_7F188517", ["create", "delete"], {
      before: { labels: { country }, metadata: { "startup-script": "one\ntwo\n" } },
      after: { labels: { country }, metadata: { "startup-script": "one\nthree\n" } },
      replace_paths: [["metadata"]],
    });
  const markdown = renderReview(
    reviewed(["india", "singapore"].map((country) => planOf(`region-${country}`, [script(country)]))),
  );
  expect(markdown.match(/^\+three$/gm)).toHaveLength(1);
  expect(markdown).toContain("startup-script: edge of india, edge of singapore");
  expect(markdown).toContain("- edge of india: startup-script changed, taken when a machine boots next (1 replaced)");
});

test("JSON in one line is compared as lines", () => {
  const dashboard = (title: string) =>
    JSON.stringify({ title, panels: Array.from({ length: 9 }, (_, id) => ({ id, type: "graph" })) });
  const change = changeOf("kubernetes_config_map_v1.dashboards", ["update"], {
    before: { data: { "shop.json": dashboard("Shop") } },
    after: { data: { "shop.json": dashboard("The shop") } },
  });
  expect(renderReview(reviewed([planOf("monitoring", [change])]))).toContain(
    '-  "title": "Shop",\n+  "title": "The shop",',
  );
});

test("drift, outputs, types that nobody knows and new addresses are told", () => {
  const plan = planOf(
    "network",
    [changeOf("acme_thing.x", ["create"]), changeOf("a.b", ["no-op"], {}, { previous_address: "a.c" })],
    {
      resource_drift: [
        changeOf("google_compute_firewall.firewall_ssh-from-iap_2DDCCF9D", ["update"], {
          before: { priority: 1 },
          after: { priority: 2 },
        }),
      ],
      output_changes: {
        india_network: { actions: ["update"], before: "sesame", after: "sesame-2" },
        same: { actions: ["no-op"] },
      },
    },
  );
  const markdown = renderReview(reviewed([plan]));
  expect(markdown).toContain(
    "- other of all countries: a has a new address in the state, nothing is touched; acme thing is created",
  );
  expect(markdown).toContain("a.b: none, was a.c");
  expect(markdown).toContain("firewall_ssh-from-iap_2DDCCF9D: update, priority 1 -> 2");
  expect(markdown).toContain("network india_network: update");
  expect(markdown).not.toContain("sesame");
});

test("what a plan or an exception holds cannot become markup", () => {
  const nasty = 'x"]</details>`|<img src=x> @everyone\n# Heading';
  const plan = planOf("network", [
    changeOf(
      "google_storage_bucket.x",
      ["delete"],
      { before: { name: nasty } },
      { address: `google_storage_bucket.x["${nasty}"]` },
    ),
  ]);
  const markdown = renderReview(reviewed([plan])).replace(/```(?:text|yaml)\n[\s\S]*?```/g, "");
  expect(markdown).not.toContain("<img src=x> @everyone\n");
  expect(markdown).not.toMatch(/^# Heading/m);
  expect(markdown.replace(/``[^\n]*``/g, "")).not.toContain("<img");
});
