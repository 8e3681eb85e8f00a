import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { Construct } from "constructs";
import { names } from "../../config/names";

const replication = { auto: {} };

/** Receivers by severity, each with the id of its secret. */
type Receivers = Readonly<Record<"critical" | "warning", { readonly secret: string }>>;

/** Empty containers for the addresses and passwords that Alertmanager notifies by. */
export function receiverSecrets(scope: Construct, { critical, warning }: Receivers): void {
  const alerts = new Construct(scope, "alerts");
  for (const [severity, { secret }] of Object.entries({ critical, warning })) {
    new SecretManagerSecret(alerts, severity, { secretId: secret, replication });
  }
}

/** One for each site: a shared switch would be content with a single site that still calls. */
export function deadMansSwitchSecret(scope: Construct, site: string): void {
  new SecretManagerSecret(scope, "dead-mans-switch", { secretId: names.deadMansSwitch(site), replication });
}
