import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { Construct } from "constructs";
import { names } from "../../config/names";

export interface AlertSecretsSettings {
  /** Receivers by severity, each with the id of its secret. */
  readonly receivers: readonly { readonly secret: string }[];
  /** Sites, each with a dead man's switch: a shared one would be content with a single site that still calls. */
  readonly sites: readonly string[];
}

/** Empty containers for the addresses and passwords that Alertmanager notifies by. */
export function alertSecrets(scope: Construct, { receivers, sites }: AlertSecretsSettings): void {
  const secrets = new Construct(scope, "alert-secrets");
  for (const secretId of [...receivers.map(({ secret }) => secret), ...sites.map(names.deadMansSwitch)]) {
    new SecretManagerSecret(secrets, secretId, { secretId, replication: { auto: {} } });
  }
}
