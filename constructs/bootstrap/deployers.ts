import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { Construct } from "constructs";
import { DEPLOYERS, type Deployer, names } from "../../config/names";
import { CONTAINER_PERMISSIONS, GRANTABLE_ROLES, SERVICES } from "./api-rows";

export interface DeployersProps {
  readonly project: string;
}

/** Identities that run Terraform, without keys: one reads, one changes. */
export class Deployers extends Construct {
  readonly accounts: Readonly<Record<Deployer, ServiceAccount>>;

  constructor(scope: Construct, id: string, { project }: DeployersProps) {
    super(scope, id);
    this.accounts = { plan: this.account("plan", project), apply: this.account("apply", project) };
    for (const deployer of DEPLOYERS) this.grant(deployer, project);
    const { member } = this.accounts.apply;
    const containers = new ProjectIamCustomRole(this, "containers", {
      roleId: "terraformContainers",
      title: "Secrets and buckets, without what is in them",
      permissions: [...CONTAINER_PERMISSIONS],
    });
    new ProjectIamMember(this, "apply-containers", { project, role: containers.name, member });
    new ProjectIamMember(this, "apply-grants", {
      project,
      role: "roles/resourcemanager.projectIamAdmin",
      member,
      condition: {
        title: "Roles of the estate's machines",
        description: "Who could grant any role could grant itself every role",
        expression: `api.getAttribute("iam.googleapis.com/modifiedGrantsByRole", []).hasOnly([${GRANTABLE_ROLES.map((role) => `"${role}"`).join(", ")}])`,
      },
    });
  }

  private account(deployer: Deployer, project: string): ServiceAccount {
    const account = new ServiceAccount(this, deployer, {
      accountId: names.deployer(deployer),
      displayName: deployer === "plan" ? "Plans, and changes nothing" : "Applies what was reviewed",
    });
    // The providers in a cluster's stack log in with a token that the identity creates for itself.
    new ServiceAccountIamMember(this, `${deployer}-token`, {
      serviceAccountId: account.name,
      role: "roles/iam.serviceAccountTokenCreator",
      member: `serviceAccount:${names.deployerEmail(project, deployer)}`,
      dependsOn: [account],
    });
    return account;
  }

  private grant(deployer: Deployer, project: string): void {
    const { member } = this.accounts[deployer];
    for (const role of SERVICES.flatMap(({ roles }) => roles[deployer])) {
      new ProjectIamMember(this, `${deployer}-${role.replace("roles/", "")}`, { project, role, member });
    }
  }
}
