import { CLUSTER_SECRETS, RABBITMQ } from "../../../config/app-cluster-names";
import { DATABASE_SECRETS, names } from "../../../config/names";
import { RABBITMQ_PORTS } from "../../../config/ports";
import type { HelmValues } from "../../kubernetes/values/helm-values";
import { externalSecret, followed, type SecretStoreSettings, secretStore } from "../../kubernetes/values/secret-store";
import { type RabbitmqSettings, rabbitmqObjects } from "./rabbitmq";

export interface ShopResourcesSettings {
  readonly country: string;
  readonly secrets: SecretStoreSettings;
  readonly rabbitmq: RabbitmqSettings;
}

/** Local chart: what the app needs before it starts: its database secrets, and a broker with users. */
export function renderShopResourcesValues(settings: ShopResourcesSettings): HelmValues {
  return {
    objects: {
      "database-store": secretStore("database", names.serviceAccount(settings.country, "app"), settings.secrets),
      database: databaseSecret(),
      "rabbitmq-password": {
        apiVersion: "generators.external-secrets.io/v1alpha1",
        kind: "Password",
        metadata: { name: "rabbitmq" },
        spec: PASSWORDS,
      },
      "rabbitmq-users": rabbitmqUsers(),
      ...rabbitmqObjects(settings.rabbitmq),
    },
  };
}

/** Only letters and digits, because one of them is part of a URL: about 180 bits each. */
const PASSWORDS: HelmValues = {
  length: 32,
  digits: 8,
  symbols: 0,
  noUpper: false,
  allowRepeat: true,
  secretKeys: ["app", "scaler", "admin"],
};

function databaseSecret(): HelmValues {
  const { name, password, ca } = CLUSTER_SECRETS.database;
  return externalSecret(name, {
    ...followed("database"),
    data: [
      { secretKey: password, remoteRef: { key: DATABASE_SECRETS.appPassword } },
      { secretKey: ca, remoteRef: { key: DATABASE_SECRETS.caCertificate } },
    ],
  });
}

/**
 * Passwords generated in the cluster, once: they never leave it. Deleting the Secret generates new ones, which the
 * broker uses after its next restart.
 */
function rabbitmqUsers(): HelmValues {
  const { name, appUsername, appPassword, scalerHost, users, administrator } = CLUSTER_SECRETS.rabbitmqUsers;
  return externalSecret(name, {
    refreshPolicy: "CreatedOnce",
    dataFrom: [
      {
        sourceRef: {
          generatorRef: {
            apiVersion: "generators.external-secrets.io/v1alpha1",
            kind: "Password",
            name: "rabbitmq",
          },
        },
      },
    ],
    target: {
      template: {
        data: {
          [appUsername]: "app",
          [appPassword]: "{{ .app }}",
          [scalerHost]: `http://scaler:{{ .scaler }}@${RABBITMQ.host}:${RABBITMQ_PORTS.management}/`,
          [users]: JSON.stringify({ users: ["app", "scaler", "admin"].map(user) }, undefined, 2),
          [administrator]: "default_user = admin\ndefault_pass = {{ .admin }}\n",
        },
      },
    },
  });
}

/** Tags: `monitoring` reads the management API, `administrator` is for operators at the console. */
const TAGS: Readonly<Record<string, readonly string[]>> = { scaler: ["monitoring"], admin: ["administrator"] };

function user(name: string) {
  return { name, password: `{{ .${name} }}`, tags: TAGS[name] ?? [] };
}
