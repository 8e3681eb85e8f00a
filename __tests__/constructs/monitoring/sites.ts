import { planAddresses } from "../../../config/address-plan";
import { production } from "../../../config/production";
import { staging } from "../../../config/staging";
import type { Topology } from "../../../config/topology";
import { planSite, type SiteChoices } from "../../../constructs/monitoring/site-plan-settings";
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

export function siteOf(topology: Topology, site: string, choices: Partial<SiteChoices> = {}): SiteSettings {
  return planSite(topology, planAddresses(topology), site, {
    cluster: `${site}-monitoring`,
    snapshotBucket: `${topology.project.id}-snapshots-${site}`,
    sizes: {
      storageClass: "premium-rwo",
      prometheusDiskGb: 100,
      prometheusMemoryGi: 4,
      elasticsearchDiskGb: 200,
      elasticsearchMemoryGi: 4,
    },
    alerts: { kind: "webhook", secret: "alert-webhook" },
    curlImage: "docker.io/curlimages/curl:8.21.0",
    ...choices,
  });
}

/** Indonesia's site in production. */
export const indonesia = siteOf(production, "indonesia");

/** The one site of staging, which watches every country. */
export const stagingSite = siteOf(staging, "singapore", { alerts: { kind: "none" } });

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
