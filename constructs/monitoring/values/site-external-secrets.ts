import { renderExternalSecretsValues } from "../../kubernetes/values/external-secrets";
import type { HelmValues } from "../../kubernetes/values/helm-values";

/** Chart external-secrets of a site: as in an app cluster, but it also copies Elasticsearch users to Secret Manager. */
export function renderSiteExternalSecretsValues(): HelmValues {
  const values = renderExternalSecretsValues();
  return {
    ...values,
    crds: { ...(values.crds as HelmValues), createPushSecret: true },
    processPushSecret: true,
  };
}
