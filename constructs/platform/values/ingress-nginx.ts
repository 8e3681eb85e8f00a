import { INGRESS_CLASS } from "../../../config/app-cluster-names";
import { type HelmValues, spreadOverZones } from "../../kubernetes/values/helm-values";
import {
  INTERNAL_LOAD_BALANCER_ANNOTATIONS,
  internalLoadBalancer,
} from "../../kubernetes/values/internal-load-balancer";
import {
  ACCESS_LOG,
  AUTOSCALING,
  CONTROLLER_RESOURCES,
  DRAIN_SECONDS,
  INGRESS_REPLICAS,
  type IngressSettings,
  NEXT_POD,
  ROLLING_UPDATE,
} from "./ingress-controller";

/** Chart ingress-nginx, last released in March 2026. */
export function renderIngressNginxValues({ address, edgeRanges }: IngressSettings): HelmValues {
  return {
    fullnameOverride: "ingress-nginx",
    controller: {
      ingressClassResource: { name: INGRESS_CLASS, default: true },
      allowSnippetAnnotations: false,
      replicaCount: INGRESS_REPLICAS.minReplicas,
      autoscaling: AUTOSCALING,
      config: {
        "use-proxy-protocol": "true",
        "proxy-real-ip-cidr": edgeRanges.join(","),
        // No forwarding header is trusted. The app gets the client from the PROXY header, and https from its port 443.
        "use-forwarded-headers": "false",
        "worker-shutdown-timeout": "60s",
        "proxy-next-upstream": NEXT_POD.when,
        "proxy-next-upstream-tries": String(NEXT_POD.tries),
        "log-format-escape-json": "true",
        "log-format-upstream": ACCESS_LOG,
      },
      extraArgs: { "shutdown-grace-period": DRAIN_SECONDS },
      service: {
        annotations: INTERNAL_LOAD_BALANCER_ANNOTATIONS,
        ...internalLoadBalancer({ address, sourceRanges: edgeRanges }),
        enableHttps: false, // TLS ends at the edge
      },
      // It would check one Ingress that never changes, and unauthenticated pods got in through it (CVE-2025-1974).
      admissionWebhooks: { enabled: false },
      resources: CONTROLLER_RESOURCES,
      maxUnavailable: 1,
      updateStrategy: ROLLING_UPDATE,
      topologySpreadConstraints: spreadOverZones({
        "app.kubernetes.io/name": "ingress-nginx",
        "app.kubernetes.io/component": "controller",
      }),
      metrics: { enabled: true, serviceMonitor: { enabled: true } },
    },
  };
}
