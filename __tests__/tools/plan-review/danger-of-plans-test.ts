import { parsePlan, type StackPlan } from "../../../tools/plan-review/plan-file";
import type { ChangeJson, PlanJson, ResourceChangeJson } from "../../../tools/plan-review/plan-json";
import { resources, stackOf, synthesize } from "../../support/synth";
import { threeCountries } from "../../support/topologies";
import { changeOf, planOf, plansBetween, reviewed, verdictsOf } from "./plans";

/** Dangers that no attribute shows: in the way in which things are planned, and in what stands beside the changes. */
const estate = synthesize(threeCountries);
const unchanged = plansBetween(estate, estate);

/** The whole estate, in which nothing changes but this. */
function runWith(stack: string, changes: readonly ResourceChangeJson[], rest: Partial<PlanJson> = {}): StackPlan[] {
  const others = (all: readonly ResourceChangeJson[] = []) =>
    all.filter(({ address }) => !changes.some((change) => change.address === address));
  return unchanged.map((each) =>
    each.stack === stack ? planOf(stack, [...others(each.plan.resource_changes), ...changes], rest) : each,
  );
}

function one(stack: string, type: string, name: RegExp) {
  const found = resources(stackOf(estate, stack), type).find(({ address }) => name.test(address.split(".")[1] ?? ""));
  if (!found) throw new Error(`${stack} has no ${type} ${name}`);
  const { "//": _, lifecycle: _lifecycle, depends_on: _others, ...attributes } = found.attributes;
  return { address: found.address, attributes };
}

/** Made anew though nothing of it changes, as after `terraform taint` or with -replace. */
function anew(stack: string, type: string, name: RegExp, order = "delete,create"): StackPlan[] {
  const { address, attributes } = one(stack, type, name);
  return runWith(stack, [changeOf(address, order.split(","), { before: attributes, after: attributes })]);
}

function created(stack: string, address: string, after: Record<string, unknown>): StackPlan[] {
  return runWith(stack, [changeOf(address, ["create"], { before: null, after })]);
}

/** All of a stack is new, as when its state is lost. */
function fromNothing(stack: string): StackPlan[] {
  return unchanged.map((each) =>
    each.stack === stack
      ? planOf(
          stack,
          (each.plan.resource_changes ?? []).map((change) => ({
            ...change,
            change: { actions: ["create"], before: null, after: change.change.after },
          })),
        )
      : each,
  );
}

const output = (change: ChangeJson) => runWith("network", [], { output_changes: { india_edge_address: change } });

/** The app with another image, which is nothing to object to, and something secret that changes with it. */
function appWithSecret(env: (value: string) => Record<string, unknown>, marks?: unknown): StackPlan[] {
  const { address, attributes } = one("region-india", "kubernetes_deployment_v1", /app/);
  const side = (value: string, tag: string) => {
    const copy = JSON.parse(JSON.stringify(attributes));
    const [container] = copy.spec.template.spec.container;
    container.env = [env(value), ...container.env];
    container.image = container.image.replace(/:[^:]+$/, `:${tag}`);
    return copy;
  };
  const sensitive = { spec: { template: { spec: { container: [{ env: [marks] }] } } } };
  const change: Partial<ChangeJson> = { before: side("one", "1.0.1"), after: side("other", "1.0.2") };
  return runWith("region-india", [
    changeOf(address, ["update"], {
      ...change,
      ...(marks ? { before_sensitive: sensitive, after_sensitive: sensitive } : {}),
    }),
  ]);
}

/** What is planned is the same, by a configuration that says something else beside it. */
const withConfiguration = (configuration: unknown) => runWith("network", [], { configuration });
const waiting = (command: string, rest: Record<string, unknown> = {}) => ({
  address: "terraform_data.granted",
  provisioners: [{ type: "local-exec", expressions: { command: { constant_value: command }, ...rest } }],
});

const grant = (role: string, member: string) => ({ role, member, project: "jamtangan-production" });
const mallory = "user:mallory@example.com";

const TOLD: Readonly<Record<string, StackPlan[]>> = {
  "a row of the edges is made anew": anew("network", "google_compute_firewall", /edge-from-everywhere_/),
  "the apex is made anew": anew("network", "google_dns_record_set", /^public-zone_apex_/),
  "a country's app is made anew": anew("region-india", "kubernetes_deployment_v1", /app/),
  "an edge's template is made anew": anew(
    "region-india",
    "google_compute_region_instance_template",
    /./,
    "create,delete",
  ),
  "an account is made anew": anew("region-india", "google_service_account", /^database_/),
  "a key's grant is made anew": anew("network", "google_kms_crypto_key_iam_member", /india/),
  "a database machine is made anew": anew("region-india", "google_compute_instance", /^database_/),
  "the network is made from nothing beside countries": fromNothing("network"),
  "a country is made from nothing": fromNothing("region-india"),
  "an output says something else": output({ actions: ["update"], before: "203.0.113.1", after: "203.0.113.2" }),
  "an output ends": output({ actions: ["delete"], before: "203.0.113.1", after: null }),
  "an output is not secret any more": output({ actions: ["update"], before: "a", after: "a", before_sensitive: true }),
  "a disk was destroyed outside": runWith("region-india", [], {
    resource_drift: [changeOf("google_compute_disk.database_database-1_data_BD85D410", ["delete"], { after: null })],
  }),
  "another provider applies": unchanged.map(({ stack, plan }) =>
    planOf(
      stack,
      (plan.resource_changes ?? []).map((change) => ({
        ...change,
        provider_name: "registry.terraform.io/mallory/google",
      })),
    ),
  ),
  "a data source runs a program": withConfiguration({
    provider_config: { external: { full_name: "registry.terraform.io/hashicorp/external" } },
  }),
  "what waits runs a program as well": withConfiguration({ root_module: { resources: [waiting("sleep 180; id")] } }),
  "a program runs on another machine": withConfiguration({
    root_module: { resources: [{ ...waiting("sleep 180"), provisioners: [{ type: "remote-exec", expressions: {} }] }] },
  }),
  "a program runs within a module": withConfiguration({
    root_module: { module_calls: { helper: { module: { resources: [waiting("id")] } } } },
  }),
  "another shell waits": withConfiguration({
    root_module: { resources: [waiting("sleep 180", { interpreter: { constant_value: ["./sh", "-c"] } })] },
  }),
  "a stranger administers machines, in a country that nobody knows": created(
    "network",
    "google_project_iam_member.countries_atlantis_helper_00000000",
    grant("roles/compute.admin", mallory),
  ),
  "a stranger administers the project, in a stack of his own": [
    ...unchanged,
    planOf("tools", [
      changeOf("google_project_iam_member.helper", ["create"], {
        before: null,
        after: grant("roles/resourcemanager.projectIamAdmin", mallory),
      }),
    ]),
  ],
  "all that is private reaches databases, in a country that nobody knows": created(
    "network",
    "google_compute_firewall.firewall_atlantis-ingress-from-edges_00000000",
    { name: "atlantis-ingress-from-edges", source_ranges: ["10.0.0.0/8"], allow: [{ protocol: "all" }] },
  ),
  "pods may be whoever this account is": created("region-india", "kubernetes_service_account_v1.helper", {
    metadata: { name: "india-app", namespace: "keda" },
  }),
  "volumes get another class": created("region-india", "kubernetes_storage_class_v1.helper", {
    metadata: { name: "cheap", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  }),
  "a subnet is carved out of what rows let in": created("network", "google_compute_subnetwork.helper", {
    ip_cidr_range: "10.2.66.0/24",
  }),
  "a password changes with the image": appWithSecret((value) => ({ name: "CACHE_PASSWORD", value })),
  "what the provider calls secret changes with the image": appWithSecret((value) => ({ name: "MODE", value }), {
    value: true,
  }),
  "a password within a text changes with the image": appWithSecret((value) => ({
    name: "OPTIONS",
    value: `--user=shop --password=${value}`,
  })),
};

test.each(Object.entries(TOLD))("told: %s", (_what, plans) => {
  const { refused, warned } = verdictsOf(reviewed(plans));
  expect([...refused, ...warned]).not.toEqual([]);
});

test.each<[string, object]>([
  ["deferred changes", { resource_changes: [], deferred_changes: [{ reason: "provider_config_unknown" }] }],
  ["values without changes", { planned_values: { root_module: { resources: [{ address: "a.b" }] } } }],
])("a plan with %s is not read as one in which nothing changes", (_what, rest) => {
  expect(parsePlan(Buffer.from(JSON.stringify({ format_version: "1.2", ...rest })))).toMatch(/partial plan|has cut it/);
});

const SILENT: Readonly<Record<string, StackPlan[]>> = {
  "a new output": output({ actions: ["create"], before: null, after: "203.0.113.1" }),
  "an output that follows from another change": output({ actions: ["update"], before: "a", after_unknown: true }),
  "an address of the state that moves": runWith("region-india", [
    ((disk) =>
      changeOf(
        "google_compute_disk.moved",
        ["no-op"],
        { before: disk.attributes, after: disk.attributes },
        {
          previous_address: disk.address,
        },
      ))(one("region-india", "google_compute_disk", /^database_/)),
  ]),
  "keys' grants are waited for": withConfiguration({
    provider_config: { google: { full_name: "registry.terraform.io/hashicorp/google" } },
    root_module: { resources: [waiting("sleep 180"), { address: "google_compute_network.vpc" }] },
  }),
  "a password that stays while the image changes": appWithSecret(() => ({ name: "CACHE_PASSWORD", value: "same" })),
};

test.each(Object.entries(SILENT))("nothing to object to: %s", (_what, plans) => {
  expect(verdictsOf(reviewed(plans))).toEqual({ refused: [], warned: [] });
});
