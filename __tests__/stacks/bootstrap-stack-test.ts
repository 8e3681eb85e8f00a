import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { staging } from "../../config/staging";
import type { Topology } from "../../config/topology";
import { GRANTABLE_ROLES, OWN_PERMISSIONS, SERVICES } from "../../constructs/bootstrap/api-rows";
import { BootstrapStack } from "../../stacks/bootstrap-stack";
import { synthesize as write } from "../../stacks/synthesize";
import { resources, type StackJson, synthesize, typesOf } from "../support/synth";
import { changed, threeCountries } from "../support/topologies";

function bootstrap(topology: Topology): StackJson {
  const outdir = mkdtempSync(join(tmpdir(), "matchwatch-bootstrap-"));
  try {
    write((app) => new BootstrapStack(app, "bootstrap", { topology }), { outdir });
    return JSON.parse(readFileSync(join(outdir, "stacks", "bootstrap", "cdk.tf.json"), "utf8"));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const cloud = changed({
  "delivery.terraformCloud": { organization: "jamtangan", project: "shop" },
});
const estates = [threeCountries, staging].map((topology) => synthesize(topology).stacks);
const stack = bootstrap(threeCountries);
const attributes = (type: string, from = stack) => resources(from, type).map((resource) => resource.attributes);

test("the estate calls no API that is not switched on, and no row is idle", () => {
  const types = new Set(
    estates.flatMap((stacks) => Object.values(stacks).flatMap((each) => Object.keys(each.resource))),
  );
  const callers = [...types].filter((type) => /^(google|helm|kubernetes)_/.test(type));
  const rows = (type: string) => SERVICES.filter((service) => service.types?.test(type)).map(({ api }) => api);
  expect(callers.filter((type) => rows(type).length !== 1)).toEqual([]);
  const idle = SERVICES.filter(({ types, because }) => (types ? !callers.some((type) => types.test(type)) : !because));
  expect(idle.map(({ api }) => api)).toEqual([]);
  expect(attributes("google_project_service").map(({ service }) => service)).toEqual(
    SERVICES.map(({ api }) => api).sort(),
  );
});

test("who applies can grant what the estate grants, and nothing else", () => {
  const granted = estates.flatMap((stacks) =>
    Object.values(stacks).flatMap((each) => attributes("google_project_iam_member", each).map(({ role }) => role)),
  );
  expect([...new Set(granted)].sort()).toEqual([...GRANTABLE_ROLES].sort());
  const grants = attributes("google_project_iam_member").filter(
    ({ role }) => role === "roles/resourcemanager.projectIamAdmin",
  );
  expect(grants.map(({ condition }) => (condition as { expression: string }).expression)).toMatchInlineSnapshot(`
    [
      "api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly(["roles/artifactregistry.reader", "roles/compute.viewer", "roles/container.defaultNodeServiceAccount", "roles/logging.logWriter", "roles/monitoring.metricWriter", "roles/serviceusage.serviceUsageConsumer"])",
    ]
  `);
});

test("who plans only reads, and nobody has a role that does everything or opens secrets and buckets", () => {
  const roles = (deployer: string) =>
    attributes("google_project_iam_member")
      .filter(({ member }) => String(member).includes(`deployers_${deployer}_`))
      .map(({ role }) => String(role));
  const ofPlan = roles("plan").filter((role) => !/(viewer|reader|Viewer|Reviewer|browser)$/.test(role));
  expect(ofPlan).toEqual([expect.stringContaining("google_project_iam_custom_role.")]);
  const every = [...roles("plan"), ...roles("apply")];
  expect(every.length).toBe(attributes("google_project_iam_member").length);
  expect(
    every.filter((role) => /(^roles\/(owner|editor)|secretAccessor|(secretmanager|storage)\.admin)$/i.test(role)),
  ).toEqual([]);
  const permissions = attributes("google_project_iam_custom_role").flatMap((role) => role.permissions as string[]);
  expect(permissions.filter((permission) => /versions|objects|logEntries/.test(permission))).toEqual([]);
  expect(OWN_PERMISSIONS.plan.filter((permission) => !/\.(get|list)$/.test(permission))).toEqual([]);
});

test("an identity makes tokens of itself alone", () => {
  const makers = attributes("google_service_account_iam_member").filter(
    ({ role }) => role === "roles/iam.serviceAccountTokenCreator",
  );
  expect(makers.map(({ service_account_id, member }) => [String(service_account_id), member])).toEqual([
    [
      expect.stringContaining("deployers_apply_"),
      "serviceAccount:terraform-apply@jamtangan-production.iam.gserviceaccount.com",
    ],
    [
      expect.stringContaining("deployers_plan_"),
      "serviceAccount:terraform-plan@jamtangan-production.iam.gserviceaccount.com",
    ],
  ]);
});

test("GitHub's tokens are ours by the repository's number; those of the protected environment on main apply", () => {
  expect(attributes("google_iam_workload_identity_pool_provider")).toEqual([
    expect.objectContaining({
      attribute_condition: `assertion.repository_id == "${threeCountries.delivery.repository}"`,
      attribute_mapping: {
        "google.subject": "assertion.sub",
        "attribute.use":
          'assertion.sub.endsWith(":environment:production") && assertion.ref == "refs/heads/main" ? "apply" : "plan"',
      },
      oidc: { issuer_uri: "https://token.actions.githubusercontent.com" },
    }),
  ]);
  const logins = attributes("google_service_account_iam_member").filter(
    ({ role }) => role === "roles/iam.workloadIdentityUser",
  );
  expect(logins.map(({ member }) => String(member).split("/").at(-1)).sort()).toEqual(["apply", "plan"]);
  for (const { member, service_account_id } of logins) {
    const use = String(member).split("/").at(-1);
    expect(member).toMatch(/^principalSet:\/\/iam\.googleapis\.com\/\$\{.+\.name\}\/attribute\.use\/(plan|apply)$/);
    expect(service_account_id).toContain(`deployers_${use}_`);
  }
});

test("with an organization, nobody else logs in, and each identity reads its own token of Terraform Cloud", () => {
  const with_ = bootstrap(cloud);
  // Nobody but GitHub is believed: workspaces run Terraform where it is called.
  expect(attributes("google_iam_workload_identity_pool", with_)).toEqual(
    attributes("google_iam_workload_identity_pool"),
  );
  expect(attributes("google_secret_manager_secret", with_).map(({ secret_id }) => secret_id)).toEqual([
    "terraform-cloud-apply",
    "terraform-cloud-plan",
  ]);
  for (const { secret_id, member } of attributes("google_secret_manager_secret_iam_member", with_)) {
    const deployer = /_(plan|apply)-token/.exec(String(secret_id)) ?? /(plan|apply)-token/.exec(String(secret_id));
    expect(member).toContain(`deployers_${deployer?.[1]}_`);
  }
  expect(with_.terraform).toMatchObject({
    cloud: { workspaces: { name: "production-bootstrap" } },
  });
});

test("the account that Compute Engine makes is no Editor", () => {
  expect(attributes("google_project_default_service_accounts")).toEqual([
    expect.objectContaining({ project: "jamtangan-production", action: "DEPRIVILEGE" }),
  ]);
});

test("everything waits for the APIs, and no API is switched off with the bootstrap", () => {
  const others = resources(stack).filter(({ type }) => type !== "google_project_service");
  for (const { attributes } of others) {
    expect(
      (attributes.depends_on as string[]).filter((address) => address.startsWith("google_project_service.")),
    ).toHaveLength(SERVICES.length);
  }
  expect(attributes("google_project_service").filter((service) => service.disable_on_destroy !== false)).toEqual([]);
});

test("holds these resources, and keys of none", () => {
  expect(typesOf(bootstrap(cloud))).toMatchInlineSnapshot(`
    [
      "google_compute_project_metadata_item 1",
      "google_iam_workload_identity_pool 1",
      "google_iam_workload_identity_pool_provider 1",
      "google_project_default_service_accounts 1",
      "google_project_iam_audit_config 5",
      "google_project_iam_custom_role 2",
      "google_project_iam_member 27",
      "google_project_service 16",
      "google_secret_manager_secret 2",
      "google_secret_manager_secret_iam_member 2",
      "google_service_account 2",
      "google_service_account_iam_member 4",
    ]
  `);
  expect(stack.terraform.backend).toEqual({
    local: { path: "../../../state/production/bootstrap.tfstate" },
  });
});
