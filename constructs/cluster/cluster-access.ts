import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { TerraformStack, TerraformVariable } from "cdktf";
import { Construct } from "constructs";

export interface ClusterAccessProps {
  readonly project: string;
  /** DNS name of the control plane. */
  readonly endpoint: string;
}

/**
 * Lets the stack that makes a cluster also fill it: the Helm and Kubernetes providers, led to its control plane.
 *
 * The token is ephemeral: made anew for plan and for apply, so that none grows old between them, and written
 * neither to the state nor to the plan. Who runs Terraform must be allowed to make tokens of `cluster_identity`,
 * also when that is who runs it (`roles/iam.serviceAccountTokenCreator`).
 */
export class ClusterAccess extends Construct {
  constructor(scope: Construct, id: string, { project, endpoint }: ClusterAccessProps) {
    super(scope, id);
    const identity = new TerraformVariable(this, "identity", {
      type: "string",
      description: "Service account that looks after what is in the cluster; a plan may name one that only reads",
      default: `terraform-apply@${project}.iam.gserviceaccount.com`,
    });
    identity.overrideLogicalId("cluster_identity");
    identity.addOverride("ephemeral", true);
    // cdktf has no construct for ephemeral resources.
    TerraformStack.of(this).addOverride("ephemeral.google_service_account_access_token.cluster", {
      target_service_account: identity.stringValue,
      scopes: ["https://www.googleapis.com/auth/cloud-platform"],
    });
    const access = {
      // No authority of the cluster's: the DNS name is served with a public certificate.
      host: `https://${endpoint}`,
      token: "${ephemeral.google_service_account_access_token.cluster.access_token}",
    };
    new KubernetesProvider(this, "kubernetes", access);
    new HelmProvider(this, "helm", { kubernetes: access });
  }
}
