import type { HelmValues } from "../kubernetes/values/helm-values";
import { prometheusOperatorWorkloads } from "../kubernetes/values/kube-prometheus-stack";
import { valueAt, type Workload, workload } from "../kubernetes/workload";
import { SITE_NAMESPACES } from "./site-names";
import type { SiteSettings } from "./site-settings";
import { CERTIFICATE_RENEWAL, renderCertificateRenewalValues } from "./values/certificate-renewal";
import { renderElasticValues } from "./values/elastic";
import { renderElasticBootstrapValues } from "./values/elastic-bootstrap";
import { renderElasticOperatorValues } from "./values/elastic-operator";
import { METRICS, renderPrometheusValues } from "./values/prometheus";
import { renderSiteExternalSecretsValues } from "./values/site-external-secrets";
import { renderThanosValues } from "./values/thanos";

const { observability, elastic, certificates } = SITE_NAMESPACES;

/**
 * Every pod of ours in a site's cluster: what it requests, from its release's values. Releases without pods are not
 * rendered: with many countries, the dashboards are most of what there is to synthesize.
 */
export function siteWorkloadRows(settings: SiteSettings): Workload[] {
  const { renewal } = settings;
  return [
    workload(
      SITE_NAMESPACES.externalSecrets,
      "external-secrets",
      [valueAt(renderSiteExternalSecretsValues(), "resources")],
      { pods: 2, isSpread: true, surge: 1 },
    ),
    workload(SITE_NAMESPACES.elasticOperator, "elastic-operator", [
      valueAt(renderElasticOperatorValues(), "resources"),
    ]),
    ...metricWorkloads(renderPrometheusValues(settings)),
    ...archiveWorkloads(renderThanosValues(settings)),
    ...logWorkloads(renderElasticValues(settings), renderElasticBootstrapValues(settings)),
    ...(renewal ? [renewalWorkload(renderCertificateRenewalValues(renewal))] : []),
  ];
}

function metricWorkloads(values: HelmValues): Workload[] {
  const reloader = valueAt(values, "prometheusOperator.prometheusConfigReloader.resources");
  const pair = { pods: 2, isSpread: true, isApart: true, hasDisk: true };
  const sidecar = valueAt(values, "grafana.sidecar.resources");
  return [
    ...prometheusOperatorWorkloads(observability, values),
    workload(
      observability,
      `prometheus-${METRICS}`,
      [
        valueAt(values, "prometheus.prometheusSpec.resources"),
        valueAt(values, "prometheus.prometheusSpec.thanos.resources"),
        reloader,
      ],
      pair,
    ),
    workload(
      observability,
      `alertmanager-${METRICS}`,
      [valueAt(values, "alertmanager.alertmanagerSpec.resources"), reloader],
      pair,
    ),
    // One sidecar loads the dashboards, one the data sources.
    workload(observability, "grafana", [valueAt(values, "grafana.resources"), sidecar, sidecar], { hasDisk: true }),
  ];
}

function archiveWorkloads(values: HelmValues): Workload[] {
  return [
    workload(observability, "thanos-query", [valueAt(values, "query.resources")], {
      pods: 2,
      isSpread: true,
      surge: 1,
    }),
    workload(observability, "thanos-storegateway", [valueAt(values, "storegateway.resources")], {
      pods: 2,
      isSpread: true,
      hasDisk: true,
    }),
    workload(observability, "thanos-compactor", [valueAt(values, "compactor.resources")], { hasDisk: true }),
  ];
}

function renewalWorkload(values: HelmValues): Workload {
  const store = "objects.renewal.spec.jobTemplate.spec.template.spec.containers.0.resources";
  return workload(certificates, CERTIFICATE_RENEWAL, [valueAt(values, store)]);
}

function logWorkloads(values: HelmValues, bootstrap: HelmValues): Workload[] {
  const nodes = valueAt(values, "eck-elasticsearch.nodeSets.0") as HelmValues;
  const kibana = valueAt(values, "eck-kibana") as HelmValues;
  const container = "podTemplate.spec.containers.0.resources";
  const curl = "spec.template.spec.containers.0.resources";
  return [
    workload(elastic, "elasticsearch-es-data", [valueAt(nodes, container)], {
      pods: Number(nodes.count),
      isSpread: true,
      hasDisk: true,
    }),
    workload(elastic, "kibana-kb", [valueAt(kibana, container)], {
      pods: Number(kibana.count),
      isSpread: true,
      surge: 1,
    }),
    workload(elastic, "elasticsearch-bootstrap", [valueAt(bootstrap, `objects.bootstrap.${curl}`)]),
    workload(elastic, "snapshot-check", [valueAt(bootstrap, `objects.snapshot-check.spec.jobTemplate.${curl}`)]),
  ];
}
