import type { ReleaseRow } from "../kubernetes/release-row";
import { renderPrometheusOperatorCrdsValues } from "../kubernetes/values/prometheus-operator-crds";
import { SITE_NAMESPACES } from "./site-names";
import type { SiteSettings } from "./site-settings";
import { CERTIFICATE_RENEWAL, renderCertificateRenewalValues } from "./values/certificate-renewal";
import { renderElasticValues } from "./values/elastic";
import { renderElasticBootstrapValues } from "./values/elastic-bootstrap";
import { renderElasticOperatorValues } from "./values/elastic-operator";
import { renderElasticResourcesValues } from "./values/elastic-resources";
import { METRICS, renderPrometheusValues } from "./values/prometheus";
import { renderSiteExternalSecretsValues } from "./values/site-external-secrets";
import { renderSiteResourcesValues } from "./values/site-resources";
import { renderThanosValues, THANOS } from "./values/thanos";

/** Everything deployed into a site's cluster, in order: definitions, operators, metrics, logs. */
export function siteReleaseRows(settings: SiteSettings): ReleaseRow[] {
  return [...operators(), ...metrics(settings), ...logs(settings), ...certificates(settings)];
}

function operators(): ReleaseRow[] {
  const operator = { waitsFor: ["prometheus-operator-crds"], stateless: true };
  return [
    {
      name: "prometheus-operator-crds",
      namespace: SITE_NAMESPACES.observability,
      chart: "prometheus-operator-crds",
      values: renderPrometheusOperatorCrdsValues(),
      waitsFor: [],
    },
    {
      name: "external-secrets",
      namespace: SITE_NAMESPACES.externalSecrets,
      chart: "external-secrets",
      values: renderSiteExternalSecretsValues(),
      ...operator,
    },
    {
      name: "elastic-operator",
      namespace: SITE_NAMESPACES.elasticOperator,
      chart: "eck-operator",
      values: renderElasticOperatorValues(),
      ...operator,
    },
  ];
}

function metrics(settings: SiteSettings): ReleaseRow[] {
  const namespace = SITE_NAMESPACES.observability;
  return [
    {
      name: "site-resources",
      namespace,
      chart: "custom-resources",
      values: renderSiteResourcesValues(settings),
      waitsFor: ["external-secrets"],
    },
    {
      name: METRICS,
      namespace,
      chart: "kube-prometheus-stack",
      values: renderPrometheusValues(settings),
      waitsFor: ["prometheus-operator-crds", "site-resources"],
    },
    {
      name: THANOS,
      namespace,
      chart: "thanos",
      values: renderThanosValues(settings),
      waitsFor: ["prometheus-operator-crds", "site-resources", METRICS],
    },
  ];
}

function certificates({ renewal }: SiteSettings): ReleaseRow[] {
  if (!renewal) return [];
  return [
    {
      name: CERTIFICATE_RENEWAL,
      namespace: SITE_NAMESPACES.certificates,
      chart: "custom-resources",
      values: renderCertificateRenewalValues(renewal),
      waitsFor: [],
    },
  ];
}

function logs(settings: SiteSettings): ReleaseRow[] {
  const namespace = SITE_NAMESPACES.elastic;
  return [
    {
      name: "elastic-resources",
      namespace,
      chart: "custom-resources",
      values: renderElasticResourcesValues(settings),
      waitsFor: ["external-secrets"],
    },
    {
      name: "elastic",
      namespace,
      chart: "eck-stack",
      values: renderElasticValues(settings),
      waitsFor: ["elastic-operator", "elastic-resources"],
    },
    {
      name: "elastic-bootstrap",
      namespace,
      chart: "custom-resources",
      values: renderElasticBootstrapValues(settings),
      waitsFor: ["elastic"],
    },
  ];
}
