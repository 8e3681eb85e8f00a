import { ComputeProjectMetadataItem } from "@cdktf/provider-google/lib/compute-project-metadata-item";
import { ProjectDefaultServiceAccounts } from "@cdktf/provider-google/lib/project-default-service-accounts";
import { ProjectIamAuditConfig } from "@cdktf/provider-google/lib/project-iam-audit-config";
import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { TerraformResource, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { DEPLOYERS, names } from "../config/names";
import type { Topology } from "../config/topology";
import { AUDITED, SERVICES } from "../constructs/bootstrap/api-rows";
import { Deployers } from "../constructs/bootstrap/deployers";
import { KeylessLogin } from "../constructs/bootstrap/keyless-login";
import { labelResources } from "../constructs/labels";
import { setUpStack } from "../constructs/stack-setup";
import { stackSettings } from "../settings/stack";

export interface BootstrapStackProps {
  readonly topology: Topology;
}

/**
 * Prerequisites of the estate: APIs, the identities that run Terraform, and how they log in. A project administrator
 * applies it by hand, as often as needed; it is kept apart from the estate's stacks because no workflow may change
 * itself.
 */
export class BootstrapStack extends TerraformStack {
  constructor(scope: Construct, id: string, { topology }: BootstrapStackProps) {
    super(scope, id);
    const { project, environment, delivery } = topology;
    setUpStack(this, stackSettings(topology));
    const services = SERVICES.map(
      ({ api }) =>
        new ProjectService(this, api.replace(".googleapis.com", "-api"), { service: api, disableOnDestroy: false }),
    );
    const deployers = new Deployers(this, "deployers", { project: project.id });
    new KeylessLogin(this, "github-login", {
      issuer: "github",
      issuerUri: "https://token.actions.githubusercontent.com",
      condition: `assertion.repository_id == "${delivery.repository}"`,
      // The start of the subject depends on the repository's age, its end does not.
      use: `assertion.sub.endsWith(":environment:${environment}") && assertion.ref == "refs/heads/main" ? "apply" : "plan"`,
      accounts: deployers.accounts,
    });
    if (delivery.terraformCloud) this.tokens(deployers);
    // Compute Engine made an account that machines act as unless they name another one, and made it Editor.
    new ProjectDefaultServiceAccounts(this, "default-accounts", { project: project.id, action: "DEPRIVILEGE" });
    new ComputeProjectMetadataItem(this, "os-login", { key: "enable-oslogin", value: "TRUE" });
    for (const service of AUDITED) {
      new ProjectIamAuditConfig(this, `${service.replace(".googleapis.com", "")}-audit`, {
        project: project.id,
        service,
        auditLogConfig: ["ADMIN_READ", "DATA_READ", "DATA_WRITE"].map((logType) => ({ logType })),
      });
    }
    labelResources(this, environment);
    after(services, this);
  }

  /** Terraform Cloud's tokens are in Secret Manager. It logs in to nothing: its workspaces run where they are called. */
  private tokens({ accounts }: Deployers): void {
    for (const deployer of DEPLOYERS) {
      const secret = new SecretManagerSecret(this, `${deployer}-token`, {
        secretId: names.deployerToken(deployer),
        replication: { auto: {} },
      });
      new SecretManagerSecretIamMember(this, `${deployer}-token-reader`, {
        secretId: secret.secretId,
        role: "roles/secretmanager.secretAccessor",
        member: accounts[deployer].member,
      });
    }
  }
}

/** Resources of an API can only be created once it is on. */
function after(services: readonly ProjectService[], stack: TerraformStack): void {
  const addresses = services.map((service) => `${service.terraformResourceType}.${service.friendlyUniqueId}`);
  for (const node of stack.node.findAll()) {
    if (!TerraformResource.isTerraformResource(node) || node instanceof ProjectService) continue;
    node.dependsOn = [...(node.dependsOn ?? []), ...addresses];
  }
}
