import { INGRESS_CLASS } from "../../../config/app-cluster-names";
import { type HelmValues, resources, spreadOverZones } from "../../kubernetes/values/helm-values";
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

/** Label of the Service that Prometheus scrapes. */
const METRICS_SERVICE = "nginx-ingress-prometheus-service";

/**
 * Chart nginx-ingress: F5's controller. Install it with `skip_crds`: its own kinds are disabled and Helm never upgrades
 * them.
 */
export function renderNginxIngressValues({ address, edgeRanges }: IngressSettings): HelmValues {
  return {
    fullnameOverride: "nginx-ingress",
    controller: {
      ingressClass: { name: INGRESS_CLASS, create: true, setAsDefaultIngress: true },
      enableSnippets: false,
      enableCustomResources: false,
      readOnlyRootFilesystem: true,
      telemetryReporting: { enable: false },
      enableLatencyMetrics: true, // the only count of requests per service
      replicaCount: INGRESS_REPLICAS.minReplicas,
      autoscaling: AUTOSCALING,
      config: { entries: config(edgeRanges) },
      service: {
        annotations: INTERNAL_LOAD_BALANCER_ANNOTATIONS,
        ...internalLoadBalancer({ address, sourceRanges: edgeRanges }),
        httpsPort: { enable: false }, // TLS ends at the edge
      },
      resources: CONTROLLER_RESOURCES,
      initContainerResources: resources("50m", "64Mi", "128Mi"),
      lifecycle: { preStop: { sleep: { seconds: DRAIN_SECONDS } } },
      terminationGracePeriodSeconds: 120, // the drain, plus the workers' 60 seconds
      podDisruptionBudget: { enabled: true, maxUnavailable: 1 },
      strategy: ROLLING_UPDATE,
      topologySpreadConstraints: spreadOverZones({ "app.kubernetes.io/name": "nginx-ingress" }),
    },
    prometheus: {
      create: true,
      service: { create: true, labels: { service: METRICS_SERVICE } },
      serviceMonitor: { create: true, selectorMatchLabels: { service: METRICS_SERVICE } },
    },
  };
}

/** Entries of a ConfigMap, all of them strings. */
function config(edgeRanges: readonly string[]): HelmValues {
  return {
    "proxy-protocol": "True",
    "real-ip-header": "proxy_protocol",
    "set-real-ip-from": edgeRanges.join(","),
    // Makes the app see https. It only redirects requests marked as http, which the edge never sends.
    "redirect-to-https": "True",
    "server-tokens": "False",
    "proxy-connect-timeout": "5s",
    "worker-shutdown-timeout": "60s",
    "http-snippets": `proxy_next_upstream ${NEXT_POD.when};\nproxy_next_upstream_tries ${NEXT_POD.tries};`, // no keys of its own
    "log-format-escaping": "json",
    "log-format": ACCESS_LOG,
  };
}
