import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import type { Construct } from "constructs";
import { ELASTICSEARCH_USERS, names } from "../../config/names";

/**
 * Containers for the users that a site's Elasticsearch makes for other clusters. The External Secrets Operator writes
 * only to what has its label.
 */
export function elasticsearchUserSecrets(scope: Construct, site: string): void {
  for (const user of ELASTICSEARCH_USERS) {
    new SecretManagerSecret(scope, `elasticsearch-${user}`, {
      secretId: names.elasticsearchUser(site, user),
      replication: { auto: {} },
      labels: { "managed-by": "external-secrets" },
    });
  }
}
