import { planAddresses } from "../../../config/address-plan";
import { staging } from "../../../config/staging";
import { siteSettings } from "../../../constructs/monitoring/site-plan-settings";
import type { SiteSettings } from "../../../constructs/monitoring/site-settings";
import { renderElasticBootstrapValues } from "../../../constructs/monitoring/values/elastic-bootstrap-values";
import { renderElasticOperatorValues } from "../../../constructs/monitoring/values/elastic-operator-values";
import { renderElasticResourcesValues } from "../../../constructs/monitoring/values/elastic-resources-values";
import { renderElasticValues } from "../../../constructs/monitoring/values/elastic-values";
import { renderPrometheusValues } from "../../../constructs/monitoring/values/prometheus-values";
import { renderSiteExternalSecretsValues } from "../../../constructs/monitoring/values/site-external-secrets-values";
import { renderSiteResourcesValues } from "../../../constructs/monitoring/values/site-resources-values";
import { renderThanosValues } from "../../../constructs/monitoring/values/thanos-values";
import type { HelmValues } from "../../../constructs/platform/values/helm-values";
import { threeCountries } from "../../support/topologies";

/** Indonesia's site in production, which tells people by a webhook. */
export const indonesia: SiteSettings = {
  ...siteSettings(threeCountries, planAddresses(threeCountries), "indonesia"),
  alerts: { kind: "webhook", secret: "alert-webhook" },
};

/** The one site of staging, which watches every country and tells nobody. */
export const stagingSite: SiteSettings = siteSettings(staging, planAddresses(staging), "singapore");

/** Values of a site's releases, in the order in which they are installed. */
export function releasesOf(site: SiteSettings): Record<string, HelmValues> {
  return {
    "external-secrets": renderSiteExternalSecretsValues(),
    "elastic-operator": renderElasticOperatorValues(),
    "site-resources": renderSiteResourcesValues(site),
    "elastic-resources": renderElasticResourcesValues(site),
    elastic: renderElasticValues(site),
    metrics: renderPrometheusValues(site),
    thanos: renderThanosValues(site),
    "elastic-bootstrap": renderElasticBootstrapValues(site),
  };
}
