import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { type TerraformProvider, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import type { ClusterToken } from "./cluster-token";

export interface ClusterAccessProps {
  /** DNS name of the control plane. */
  readonly endpoint: string;
  readonly token: ClusterToken;
  /** Distinguishes its providers from those of the stack's other clusters. @default none: the stack's only cluster */
  readonly alias?: string;
}

/** Annotations that GKE adds to objects, such as to every Service. If they weren't ignored, no plan would be empty. */
const GKE_ANNOTATIONS = ["^cloud\\.google\\.com/neg"];

/** Lets the stack that creates a cluster also deploy into it: Helm and Kubernetes providers for its control plane. */
export class ClusterAccess extends Construct {
  private readonly providers: Readonly<Record<string, TerraformProvider>>;

  constructor(scope: Construct, id: string, { endpoint, token, alias }: ClusterAccessProps) {
    super(scope, id);
    const access = {
      // No cluster CA: the DNS name has a public certificate.
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
      // Store Helm's release state in ConfigMaps, which the plan identity may read. Helm's default, Secrets, would also
      // expose the app's.
      helm: new HelmProvider(this, "helm", { kubernetes: access, helmDriver: "configmap", ...called }),
    };
  }

  /** Points every Helm and Kubernetes resource under `scope` at this cluster. */
  fill(scope: Construct): void {
    for (const node of scope.node.findAll()) {
      if (!TerraformResource.isTerraformResource(node)) continue;
      const provider = this.providers[node.terraformResourceType.split("_")[0] ?? ""];
      if (provider) node.provider = provider;
    }
  }
}
