import { ELASTIC_OPERATOR_PORTS } from "../../../config/ports";
import { type HelmValues, resources } from "../../kubernetes/values/helm-values";
import { SITE_NAMESPACES } from "../site-names";

/** Hours that the CA of Elasticsearch's certificates is valid: ten years. Those of its servers last a year. */
const CA_HOURS = 87_600;

/**
 * Chart eck-operator: looks after Elasticsearch and Kibana. One pod: while it is away, nothing but changes waits.
 * The chart keeps its definitions when it is uninstalled, which would otherwise take the data with them.
 */
export function renderElasticOperatorValues(): HelmValues {
  return {
    installCRDs: true,
    managedNamespaces: [SITE_NAMESPACES.elastic],
    resources: resources("100m", "256Mi", "1Gi"),
    // The chart's own, and the profile without which its namespace, which is restricted, refuses the pod.
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    telemetry: { disabled: true },
    config: {
      metrics: { port: String(ELASTIC_OPERATOR_PORTS.metrics) },
      // A new CA is unknown to the agents of other clusters until they have fetched it.
      caValidity: `${CA_HOURS}h`,
      certificatesRotateBefore: "720h",
    },
    podMonitor: { enabled: true },
    serviceMonitor: { enabled: false },
  };
}
