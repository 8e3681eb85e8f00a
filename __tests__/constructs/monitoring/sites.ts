import { planAddresses } from "../../../config/address-plan";
import { staging } from "../../../config/staging";
import type { HelmValues } from "../../../constructs/kubernetes/values/helm-values";
import type { SiteSettings } from "../../../constructs/monitoring/site-settings";
import { renderCertificateRenewalValues } from "../../../constructs/monitoring/values/certificate-renewal";
import { renderElasticValues } from "../../../constructs/monitoring/values/elastic";
import { renderElasticBootstrapValues } from "../../../constructs/monitoring/values/elastic-bootstrap";
import { renderElasticOperatorValues } from "../../../constructs/monitoring/values/elastic-operator";
import { renderElasticResourcesValues } from "../../../constructs/monitoring/values/elastic-resources";
import { renderPrometheusValues } from "../../../constructs/monitoring/values/prometheus";
import { renderSiteExternalSecretsValues } from "../../../constructs/monitoring/values/site-external-secrets";
import { renderSiteResourcesValues } from "../../../constructs/monitoring/values/site-resources";
import { renderThanosValues } from "../../../constructs/monitoring/values/thanos";
import { monitoringSiteSettings } from "../../../settings/monitoring-site";
import { changed, fourCountries, threeCountries } from "../../support/topologies";

/** A site of production. */
function site(country: string, topology = threeCountries): SiteSettings {
  return monitoringSiteSettings(topology, planAddresses(topology), country);
}

/** In the order of duty. */
export const indonesia = site("indonesia");
export const singapore = site("singapore");
export const india = site("india");

/** The first one, of an estate with a country more, which has no database of its own. */
export const indonesiaWithJapan = site("indonesia", changed({ "countries.japan.database.nodes": 0 }, fourCountries));

/** The one site of staging, which watches every country and tells nobody. */
export const stagingSite: SiteSettings = monitoringSiteSettings(staging, planAddresses(staging), "singapore");

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
    ...(site.renewal && { "certificate-renewal": renderCertificateRenewalValues(site.renewal) }),
  };
}
