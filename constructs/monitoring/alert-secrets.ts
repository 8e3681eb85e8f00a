import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { Construct } from "constructs";
import { names } from "../../config/names";

export interface AlertSecretsSettings {
  /** Receivers by severity, each with the id of its secret. */
  readonly receivers: Readonly<Record<"critical" | "warning", { readonly secret: string }>>;
  /** Sites, each with a dead man's switch: a shared one would be content with a single site that still calls. */
  readonly sites: readonly string[];
}

/** Empty containers for the addresses and passwords that Alertmanager notifies by. */
export function alertSecrets(scope: Construct, { receivers, sites }: AlertSecretsSettings): void {
  const alerts = new Construct(scope, "alerts");
  const replication = { auto: {} };
  for (const [severity, { secret }] of Object.entries(receivers)) {
    new SecretManagerSecret(alerts, severity, { secretId: secret, replication });
  }
  const switches = new Construct(alerts, "dead-mans-switch");
  for (const site of sites) {
    new SecretManagerSecret(switches, site, { secretId: names.deadMansSwitch(site), replication });
  }
}
