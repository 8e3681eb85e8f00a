import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { names, type ServiceAccountRole } from "../../config/names";
import { ServiceIdentity } from "../service-identity";

export interface WorkloadIdentityProps {
  readonly project: string;
  readonly country: string;
  readonly role: ServiceAccountRole;
  readonly displayName: string;
  /** Namespace of the Kubernetes service account. */
  readonly namespace: string;
  /**
   * Ids of the secrets in Secret Manager that it may read.
   * @default none
   */
  readonly secrets?: readonly string[];
  /**
   * Roles on the project.
   * @default none
   */
  readonly projectRoles?: readonly string[];
  /** The namespace, and a cluster: the project's identity pool exists from its first cluster on. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * A Kubernetes service account that acts as a Google one of the same name, without a key. The country in it keeps
 * clusters apart: all of a project's share one pool of identities, in which Google sees namespace and name.
 */
export class WorkloadIdentity extends Construct {
  /** IAM member of the Google service account. */
  readonly member: string;
  /** Dependencies of its users. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: WorkloadIdentityProps) {
    super(scope, id);
    const { project, country, role, namespace, dependsOn } = props;
    const serviceAccount = names.serviceAccount(country, role);
    const identity = new ServiceIdentity(this, "identity", { projectRoles: [], ...props });
    for (const secretId of props.secrets ?? []) {
      new SecretManagerSecretIamMember(this, `${secretId}-reader`, {
        secretId,
        role: "roles/secretmanager.secretAccessor",
        member: identity.member,
      });
    }
    const trust = new ServiceAccountIamMember(this, "trust", {
      serviceAccountId: identity.name,
      role: "roles/iam.workloadIdentityUser",
      member: `serviceAccount:${project}.svc.id.goog[${namespace}/${serviceAccount}]`,
      dependsOn: [...dependsOn],
    });
    const account = new ServiceAccountV1(this, "service-account", {
      metadata: {
        name: serviceAccount,
        namespace,
        annotations: { "iam.gke.io/gcp-service-account": identity.email },
      },
      dependsOn: [...dependsOn],
    });
    this.member = identity.member;
    this.ready = [trust, account];
  }
}
