import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { type TerraformProvider, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { ClusterToken } from "./cluster-token";

export interface ClusterAccessProps {
  /** DNS name of the control plane. */
  readonly endpoint: string;
  readonly token: ClusterToken;
  /**
   * What tells the providers from those of the stack's other clusters.
   * @default none: the stack's only cluster
   */
  readonly alias?: string;
}

/** Patterns of annotations that GKE puts on objects by itself: on every Service, say. Without them no plan is empty. */
const GKE_ANNOTATIONS = ["^cloud\\.google\\.com/neg"];

/** Lets the stack that makes a cluster also fill it: the Helm and Kubernetes providers, led to its control plane. */
export class ClusterAccess extends Construct {
  private readonly providers: Readonly<Record<string, TerraformProvider>>;

  constructor(scope: Construct, id: string, { endpoint, token, alias }: ClusterAccessProps) {
    super(scope, id);
    const access = {
      // No CA of the cluster's: the DNS name is served with a public certificate.
      host: `https://${endpoint}`,
      token: token.value,
    };
    const called = alias === undefined ? {} : { alias };
    this.providers = {
      kubernetes: new KubernetesProvider(this, "kubernetes", {
        ...access,
        ...called,
        ignoreAnnotations: GKE_ANNOTATIONS,
      }),
      // In ConfigMaps, which who plans may read: Helm's default is Secrets, among which are the app's.
      helm: new HelmProvider(this, "helm", { kubernetes: access, helmDriver: "configmap", ...called }),
    };
  }

  /** Leads all that stands below `scope` and belongs into a cluster to this one. */
  fill(scope: Construct): void {
    for (const node of scope.node.findAll()) {
      if (!TerraformResource.isTerraformResource(node)) continue;
      const provider = this.providers[node.terraformResourceType.split("_")[0] ?? ""];
      if (provider) node.provider = provider;
    }
  }
}
