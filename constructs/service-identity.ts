import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { Construct } from "constructs";
import { names, type ServiceAccountRole } from "../config/names";

export interface ServiceIdentityProps {
  readonly project: string;
  readonly country: string;
  readonly role: ServiceAccountRole;
  /** Purpose of the identity, as shown in the console. */
  readonly displayName: string;
  /** Roles on the project. Narrower rights are granted on the resource itself. */
  readonly projectRoles: readonly string[];
}

/** A service account without keys, and its project roles. */
export class ServiceIdentity extends Construct {
  readonly email: string;
  /** Full resource name: `projects/…/serviceAccounts/…`. */
  readonly name: string;
  /** IAM member. */
  readonly member: string;

  constructor(
    scope: Construct,
    id: string,
    { project, country, role, displayName, projectRoles }: ServiceIdentityProps,
  ) {
    super(scope, id);
    const account = new ServiceAccount(this, "account", {
      accountId: names.serviceAccount(country, role),
      displayName,
    });
    this.email = account.email;
    this.name = account.name;
    this.member = account.member;
    for (const granted of projectRoles) {
      new ProjectIamMember(this, granted.replace("roles/", ""), { project, role: granted, member: account.member });
    }
  }
}
