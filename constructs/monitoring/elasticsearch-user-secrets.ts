import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import type { Construct } from "constructs";
import { ELASTICSEARCH_USERS, names } from "../../config/names";

/**
 * Empty secrets for the users that a site's Elasticsearch creates for other clusters. The External Secrets Operator
 * only writes to secrets with its label.
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
