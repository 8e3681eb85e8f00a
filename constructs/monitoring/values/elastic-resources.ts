import { ELASTICSEARCH_USERS, type ElasticsearchUser, names } from "../../../config/names";
import type { HelmValues } from "../../kubernetes/values/helm-values";
import { externalSecret, secretStore } from "../../kubernetes/values/secret-store";
import type { SiteSettings } from "../site-settings";
import { ELASTICSEARCH, kibanaDisruptionBudget, userSecret } from "./elastic";
import { generatedPassword, passwordGenerator } from "./passwords";

const STORE = "secret-manager";
const GENERATOR = "elasticsearch";

/** Appends to data streams, which are created on first write. */
const appender = (stream: string, cluster: readonly string[] = []): HelmValues => ({
  cluster,
  indices: [{ names: [stream], privileges: ["auto_configure", "create_doc"] }],
});

/**
 * Rights of the user of that name: agents append to the streams of whatever runs in their cluster, machines to that of
 * their kind, every site's Grafana reads all. `monitor` allows reading the version.
 */
const ROLES: Readonly<Record<ElasticsearchUser, HelmValues>> = {
  agent: appender("logs-*", ["monitor"]),
  edge: appender(names.machineLogs("edge")),
  database: appender(names.machineLogs("database")),
  vpn: appender(names.machineLogs("vpn")),
  reader: { cluster: ["monitor"], indices: [{ names: ["logs-*"], privileges: ["read", "view_index_metadata"] }] },
};

/** Local chart, before eck-stack: Elasticsearch users with generated passwords, and how they reach other clusters. */
export function renderElasticResourcesValues({ site, secrets }: Pick<SiteSettings, "site" | "secrets">): HelmValues {
  return {
    objects: {
      store: secretStore(STORE, names.serviceAccount(site, "pusher"), secrets),
      password: passwordGenerator(GENERATOR),
      roles: {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: ELASTICSEARCH.rolesSecret },
        // JSON is YAML.
        stringData: { "roles.yml": JSON.stringify(ROLES, undefined, 2) },
      },
      ...Object.fromEntries(
        ELASTICSEARCH_USERS.flatMap((user) => [
          [user, userOf(user)],
          [`${user}-handed-out`, handedOut(user, names.elasticsearchUser(site, user))],
        ]),
      ),
      "kibana-disruption-budget": kibanaDisruptionBudget(),
    },
  };
}

/** Generated once. Deleting the Secret generates a new password, which reaches the other clusters within 15 minutes. */
function userOf(user: ElasticsearchUser): HelmValues {
  return externalSecret(userSecret(user), {
    refreshPolicy: "CreatedOnce",
    dataFrom: [generatedPassword(GENERATOR)],
    target: {
      template: {
        type: "kubernetes.io/basic-auth",
        data: { username: user, password: "{{ .password }}", roles: user },
      },
    },
  });
}

/**
 * To Secret Manager: name, password and the certificate's CA, as one JSON object. The secret is Terraform's; without
 * its label `managed-by: external-secrets` the operator refuses to write. Its other labels stay.
 */
function handedOut(user: ElasticsearchUser, remoteKey: string): HelmValues {
  const { secret, key } = ELASTICSEARCH.ca;
  return {
    apiVersion: "external-secrets.io/v1alpha1",
    kind: "PushSecret",
    metadata: { name: userSecret(user) },
    spec: {
      refreshInterval: "10m",
      updatePolicy: "Replace",
      deletionPolicy: "None",
      secretStoreRefs: [{ kind: "SecretStore", name: STORE }],
      selector: { secret: { name: userSecret(user) } },
      template: {
        templateFrom: [{ target: "Data", secret: { name: secret, items: [{ key, templateAs: "Values" }] } }],
      },
      dataTo: [
        {
          storeRef: { kind: "SecretStore", name: STORE },
          remoteKey,
          match: { regexp: "^(username|password|ca\\.crt)$" },
          metadata: {
            apiVersion: "kubernetes.external-secrets.io/v1alpha1",
            kind: "PushSecretMetadata",
            spec: { mergePolicy: "Merge" },
          },
        },
      ],
    },
  };
}
