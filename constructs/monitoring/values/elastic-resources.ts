import { ELASTICSEARCH_USERS, type ElasticsearchUser, names } from "../../../config/names";
import type { HelmValues } from "../../kubernetes/values/helm-values";
import { externalSecret, secretStore } from "../../kubernetes/values/secret-store";
import { SITE_SERVICE_ACCOUNTS } from "../site-names";
import type { SiteSettings } from "../site-settings";
import { ELASTICSEARCH, kibanaDisruptionBudget, userSecret } from "./elastic";
import { generatedPassword, passwordGenerator } from "./passwords";

const STORE = "secret-manager";
const GENERATOR = "elasticsearch";

/**
 * What a user of that name may do: the agents append to data streams, which are made when they are first written to;
 * every site's Grafana reads them. `monitor` shows which version answers.
 */
const ROLES: Readonly<Record<ElasticsearchUser, HelmValues>> = {
  agent: { cluster: ["monitor"], indices: [{ names: ["logs-*"], privileges: ["auto_configure", "create_doc"] }] },
  reader: { cluster: ["monitor"], indices: [{ names: ["logs-*"], privileges: ["read", "view_index_metadata"] }] },
};

/** Local chart, before eck-stack: users of Elasticsearch whose passwords nobody types, and their way to other clusters. */
export function renderElasticResourcesValues({ site, secrets }: Pick<SiteSettings, "site" | "secrets">): HelmValues {
  return {
    objects: {
      store: secretStore(STORE, SITE_SERVICE_ACCOUNTS.secretsWriter, secrets),
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

/** Made once. Deleting the Secret makes a new password, which the other clusters have within a quarter of an hour. */
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
 * To Secret Manager: name, password and the CA of the certificate, as one JSON object. The secret is Terraform's
 * and has the label `managed-by: external-secrets`, without which the operator refuses to write; its other labels stay.
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
