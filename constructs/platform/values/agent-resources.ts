import { CLUSTER_SECRETS } from "../../../config/app-cluster-names";
import { names } from "../../../config/names";
import type { HelmValues } from "../../kubernetes/values/helm-values";
import { externalSecret, followed, type SecretStoreSettings, secretStore } from "../../kubernetes/values/secret-store";

export interface AgentResourcesSettings {
  readonly country: string;
  readonly secrets: SecretStoreSettings;
  /** Id of the secret in Secret Manager: JSON with `username`, `password` and `ca.crt` of the site's Elasticsearch. */
  readonly elasticsearchSecret: string;
}

/** Local chart: what the log agent needs before it starts. */
export function renderAgentResourcesValues(settings: AgentResourcesSettings): HelmValues {
  return {
    objects: {
      "agent-store": secretStore("agent", names.serviceAccount(settings.country, "agent"), settings.secrets),
      elasticsearch: externalSecret(CLUSTER_SECRETS.elasticsearch.name, {
        ...followed("agent"),
        dataFrom: [{ extract: { key: settings.elasticsearchSecret } }],
      }),
    },
  };
}
