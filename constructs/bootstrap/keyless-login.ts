import { IamWorkloadIdentityPool } from "@cdktf/provider-google/lib/iam-workload-identity-pool";
import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import type { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { Construct } from "constructs";
import { type LoginIssuer, names } from "../../config/names";

export interface KeylessLoginProps {
  readonly issuer: LoginIssuer;
  /** Address of who signs the tokens. */
  readonly issuerUri: string;
  /** Which of the issuer's tokens are ours: without it, everybody's are. CEL. */
  readonly condition: string;
  /** What a token is used for, told from its claims: a key of `accounts`. CEL. */
  readonly use: string;
  /** The account that a token of that use acts as. */
  readonly accounts: Readonly<Record<string, ServiceAccount>>;
}

/** Lets who holds a token of the issuer's, which lives for minutes, act as a service account. No key exists. */
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
