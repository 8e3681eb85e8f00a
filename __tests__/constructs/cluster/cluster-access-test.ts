import { resources, stackOf, synthesize } from "../../support/synth";
import { threeCountries } from "../../support/topologies";

const { stacks, text } = synthesize(threeCountries);
const region = stackOf({ stacks, text }, "region-india");

const HOST =
  "https://${google_container_cluster.app-cluster_986944AA.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint}";
const TOKEN = "${ephemeral.google_service_account_access_token.cluster.access_token}";

test("Helm and Kubernetes are led to the cluster of the stack, by its public certificate and with a short-lived token", () => {
  expect(region.provider).toMatchObject({
    kubernetes: [{ host: HOST, token: TOKEN }],
    helm: [{ kubernetes: { host: HOST, token: TOKEN } }],
  });
  expect(JSON.stringify(region.provider)).not.toMatch(/ca_certificate|exec|config_path/);
});

test("the token is made anew for plan and apply, and its maker can be named", () => {
  const { ephemeral, variable } = region as unknown as Record<string, unknown>;
  expect(ephemeral).toEqual({
    google_service_account_access_token: {
      cluster: {
        target_service_account: "${var.cluster_identity}",
        scopes: ["https://www.googleapis.com/auth/cloud-platform"],
      },
    },
  });
  expect(variable).toMatchObject({
    cluster_identity: { ephemeral: true, default: "terraform-apply@jamtangan-production.iam.gserviceaccount.com" },
  });
});

test("no token of who runs Terraform gets into a state, and no Kubernetes Secret is written by Terraform", () => {
  for (const [name, stack] of Object.entries(stacks)) {
    // Outputs of other stacks, and public keys of a zone.
    const known = ["terraform_remote_state", "google_dns_keys"];
    expect({ name, data: Object.keys(stack.data ?? {}).filter((type) => !known.includes(type)) }).toEqual({
      name,
      data: [],
    });
    expect(resources(stack).filter(({ type }) => /^kubernetes_(secret|token)/.test(type))).toEqual([]);
  }
});

test("each workload's identity is trusted to one Kubernetes service account, and reads the secrets that it needs", () => {
  const trusts = resources(region, "google_service_account_iam_member").map(({ attributes }) => [
    attributes.role,
    attributes.member,
  ]);
  expect(trusts).toEqual([
    ["roles/iam.workloadIdentityUser", "serviceAccount:jamtangan-production.svc.id.goog[observability/india-agent]"],
    ["roles/iam.workloadIdentityUser", "serviceAccount:jamtangan-production.svc.id.goog[shop/india-app]"],
  ]);
  const readable = (role: string) =>
    resources(region, "google_secret_manager_secret_iam_member")
      .filter(({ attributes }) => String(attributes.member).includes(`platform_${role}-identity`))
      .map(({ attributes }) => `${attributes.role} ${attributes.secret_id}`);
  const reader = "roles/secretmanager.secretAccessor";
  expect(readable("app").sort()).toEqual([`${reader} database-app-password`, `${reader} database-ca-certificate`]);
  expect(readable("agent")).toEqual([`${reader} india-elasticsearch-agent`]);
  expect(resources(region, "kubernetes_service_account_v1").map(({ attributes }) => attributes.metadata)).toEqual([
    expect.objectContaining({ name: "india-agent", namespace: "observability" }),
    expect.objectContaining({ name: "india-app", namespace: "shop" }),
  ]);
});

test("agents and machines add to their country's log archive and can do nothing else there", () => {
  const members = resources(stackOf({ stacks, text }, "monitoring"), "google_storage_bucket_iam_member").filter(
    ({ address }) => address.includes("log-writer"),
  );
  expect(members.map(({ attributes }) => [attributes.role, attributes.member])).toEqual(
    ["india", "indonesia", "singapore"].flatMap((country) =>
      ["agent", "database", "edge", "vpn"].map((who) => [
        "roles/storage.objectCreator",
        `\${data.terraform_remote_state.region-${country}-state.outputs.${who}_member}`,
      ]),
    ),
  );
});
