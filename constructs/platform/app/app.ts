import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { IngressV1 } from "@cdktf/provider-kubernetes/lib/ingress-v1";
import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { INGRESS_CLASS, SHOP } from "../../../config/app-cluster-names";
import { APP_SERVICE_PORT } from "../../../config/ports";
import type { AppClusterSettings } from "../app-cluster-settings";
import { APP_LABELS, appPod } from "./pod";

export interface AppProps {
  readonly namespace: string;
  readonly settings: AppClusterSettings;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Minutes for pods to become ready: the first time, the database's password is still being created. */
const PROGRESS_MINUTES = 20;

/**
 * The shop's app:
 * ingress controller -> Ingress (the shop's host names) -> Service -> pods, spread over the zones
 * Once KEDA scales it, KEDA owns the number of pods.
 */
export class App extends Construct {
  readonly deployment: DeploymentV1;

  constructor(scope: Construct, id: string, { namespace, settings, dependsOn }: AppProps) {
    super(scope, id);
    const place = { metadata: { name: SHOP, namespace }, dependsOn: [...dependsOn] };
    new PodDisruptionBudgetV1(this, "budget", {
      ...place,
      spec: { maxUnavailable: "1", selector: { matchLabels: APP_LABELS } },
    });
    new ServiceV1(this, "service", {
      ...place,
      spec: {
        type: "ClusterIP",
        selector: APP_LABELS,
        port: [{ name: "http", port: APP_SERVICE_PORT, targetPort: "http" }],
      },
    });
    const path = [{ path: "/", pathType: "Prefix", backend: { service: { name: SHOP, port: { name: "http" } } } }];
    new IngressV1(this, "ingress", {
      ...place,
      spec: {
        ingressClassName: INGRESS_CLASS,
        rule: settings.ingress.hosts.map((host) => ({ host, http: { path } })),
      },
    });
    this.deployment = new DeploymentV1(this, "deployment", {
      ...place,
      spec: {
        replicas: String(settings.app.minReplicas),
        progressDeadlineSeconds: PROGRESS_MINUTES * 60,
        selector: { matchLabels: APP_LABELS },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "1", maxUnavailable: "0" } },
        template: { metadata: { labels: APP_LABELS }, spec: appPod(settings) },
      },
      waitForRollout: true,
      // A rollout of many pods, one by one, makes progress and may take longer.
      timeouts: { create: `${2 * PROGRESS_MINUTES}m`, update: `${2 * PROGRESS_MINUTES}m` },
      lifecycle: { ignoreChanges: ["spec[0].replicas"] },
    });
  }
}
