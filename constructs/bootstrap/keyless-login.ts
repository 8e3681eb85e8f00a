import { IamWorkloadIdentityPool } from "@cdktf/provider-google/lib/iam-workload-identity-pool";
import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import type { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { Construct } from "constructs";
import { type LoginIssuer, names } from "../../config/names";

export interface KeylessLoginProps {
  readonly issuer: LoginIssuer;
  /** URI of the token issuer. */
  readonly issuerUri: string;
  /** Which of the issuer's tokens are ours; without it, anybody's would be. CEL. */
  readonly condition: string;
  /** A token's use, derived from its claims: a key of `accounts`. CEL. */
  readonly use: string;
  /** The account that tokens with that use act as. */
  readonly accounts: Readonly<Record<string, ServiceAccount>>;
}

/**
 * Workload identity federation: exchanges the issuer's short-lived token for service account access. There is no
 * long-lived key.
 */
export class KeylessLogin extends Construct {
  constructor(scope: Construct, id: string, { issuer, issuerUri, condition, use, accounts }: KeylessLoginProps) {
    super(scope, id);
    const pool = new IamWorkloadIdentityPool(this, "pool", {
      workloadIdentityPoolId: names.login(issuer),
      displayName: `Runs of ${issuer}`,
    });
    new IamWorkloadIdentityPoolProvider(this, "provider", {
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: names.login(issuer),
      attributeMapping: { "google.subject": "assertion.sub", "attribute.use": use },
      attributeCondition: condition,
      oidc: { issuerUri },
    });
    for (const [key, account] of Object.entries(accounts)) {
      new ServiceAccountIamMember(this, key, {
        serviceAccountId: account.name,
        role: "roles/iam.workloadIdentityUser",
        member: `principalSet://iam.googleapis.com/${pool.name}/attribute.use/${key}`,
      });
    }
  }
}
