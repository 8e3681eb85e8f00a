import { TerraformStack, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import { names } from "../../config/names";

export interface ClusterTokenProps {
  readonly project: string;
}

/**
 * Token of a stack's Helm and Kubernetes providers, for all of its clusters.
 * It is ephemeral: created anew for plan and for apply, so it never expires in between, and written neither to the
 * state nor to the plan. Whoever runs Terraform needs permission to create tokens for `cluster_identity`, even when
 * that is the same identity (`roles/iam.serviceAccountTokenCreator`).
 */
export class ClusterToken extends Construct {
  readonly value = "${ephemeral.google_service_account_access_token.cluster.access_token}";

  constructor(scope: Construct, id: string, { project }: ClusterTokenProps) {
    super(scope, id);
    const identity = new TerraformVariable(this, "identity", {
      type: "string",
      description: "Service account that looks after what is in the cluster; a plan may name one that only reads",
      default: names.deployerEmail(project, "apply"),
    });
    identity.overrideLogicalId("cluster_identity");
    identity.addOverride("ephemeral", true);
    // cdktf has no construct for ephemeral resources.
    TerraformStack.of(this).addOverride("ephemeral.google_service_account_access_token.cluster", {
      target_service_account: identity.stringValue,
      scopes: ["https://www.googleapis.com/auth/cloud-platform"],
    });
  }
}
