import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { Construct } from "constructs";
import { DEPLOYERS, type Deployer, names } from "../../config/names";
import { GRANTABLE_ROLES, OWN_PERMISSIONS, SERVICES } from "./api-rows";

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
    this.ownRole("apply", "containers", project, {
      roleId: "terraformContainers",
      title: "Secrets, buckets and what is counted of logs, without what is in them",
    });
    this.ownRole("plan", "log-metrics", project, {
      roleId: "terraformLogMetrics",
      title: "What is counted of logs, without the logs",
    });
    const { member } = this.accounts.apply;
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

  private ownRole(
    deployer: Deployer,
    id: string,
    project: string,
    role: { readonly roleId: string; readonly title: string },
  ): void {
    const { member } = this.accounts[deployer];
    const { name } = new ProjectIamCustomRole(this, id, { ...role, permissions: [...OWN_PERMISSIONS[deployer]] });
    new ProjectIamMember(this, `${deployer}-${id}`, { project, role: name, member });
  }

  private grant(deployer: Deployer, project: string): void {
    const { member } = this.accounts[deployer];
    for (const role of SERVICES.flatMap(({ roles }) => roles[deployer])) {
      new ProjectIamMember(this, `${deployer}-${role.replace("roles/", "")}`, { project, role, member });
    }
  }
}
