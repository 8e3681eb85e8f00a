import { AGENT_SERVICE_ACCOUNT, CLUSTER_SECRETS } from "../../../config/app-cluster-names";
import type { HelmValues } from "../../kubernetes/values/helm-values";
import { externalSecret, followed, type SecretStoreSettings, secretStore } from "../../kubernetes/values/secret-store";

export interface AgentResourcesSettings {
  readonly secrets: SecretStoreSettings;
  /** Id of the secret in Secret Manager: JSON with `username`, `password` and `ca.crt` of the site's Elasticsearch. */
  readonly elasticsearchSecret: string;
}

/** Local chart: what the log agent needs before it starts. */
export function renderAgentResourcesValues(settings: AgentResourcesSettings): HelmValues {
  return {
    objects: {
      "agent-store": secretStore("agent", AGENT_SERVICE_ACCOUNT, settings.secrets),
      elasticsearch: externalSecret(CLUSTER_SECRETS.elasticsearch.name, {
        ...followed("agent"),
        dataFrom: [{ extract: { key: settings.elasticsearchSecret } }],
      }),
    },
  };
}
