import { ELASTIC_OPERATOR_PORTS } from "../../../config/ports";
import { type HelmValues, resources } from "../../kubernetes/values/helm-values";
import { SITE_NAMESPACES } from "../site-names";

/** Validity of Elasticsearch's CA in hours: ten years. Server certificates last a year. */
const CA_HOURS = 87_600;

/**
 * Chart eck-operator: manages Elasticsearch and Kibana. One pod: while it is down, only changes wait. The chart keeps
 * its definitions when uninstalled; otherwise the data would be lost with them.
 */
export function renderElasticOperatorValues(): HelmValues {
  return {
    installCRDs: true,
    managedNamespaces: [SITE_NAMESPACES.elastic],
    resources: resources("100m", "256Mi", "1Gi"),
    // The chart's own, plus the seccomp profile that its restricted namespace requires.
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    telemetry: { disabled: true },
    config: {
      metrics: { port: String(ELASTIC_OPERATOR_PORTS.metrics) },
      // The agents of other clusters only trust a new CA once they have fetched it.
      caValidity: `${CA_HOURS}h`,
      certificatesRotateBefore: "720h",
    },
    podMonitor: { enabled: true },
    serviceMonitor: { enabled: false },
  };
}
