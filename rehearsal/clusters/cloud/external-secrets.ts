import type { KubernetesClient, KubernetesObject } from "../kubernetes-client";

const SECRETS = "/apis/external-secrets.io/v1/externalsecrets";
const GENERATORS = "/apis/generators.external-secrets.io/v1alpha1";

/** What Secret Manager would hold, by the key that is asked for: what is read of a JSON document is text all the same. */
const DOCUMENT = { username: "rehearsal", password: "rehearsal", "ca.crt": "rehearsal" } as const;

/** Makes each ExternalSecret's Secret from its own words, as the operator does that has no Secret Manager here to ask. */
export async function makeSecrets(client: KubernetesClient): Promise<void> {
  const declared = await client.find(SECRETS);
  for (const secret of declared?.items ?? []) {
    const { name, namespace, uid } = secret.metadata;
    const secrets = `/api/v1/namespaces/${namespace}/secrets`;
    const target = secret.spec.target ?? {};
    if (await client.find(`${secrets}/${target.name ?? name}`)) continue;
    const values = await valuesOf(secret, client);
    const { data, type = "Opaque", metadata } = target.template ?? {};
    const owner = { apiVersion: secret.apiVersion, kind: secret.kind, name, uid, controller: true };
    await client.create(secrets, {
      apiVersion: "v1",
      kind: "Secret",
      type,
      metadata: { name: target.name ?? name, namespace, labels: metadata?.labels, ownerReferences: [owner] },
      stringData: data ? filled(data, values) : values,
    });
  }
}

async function valuesOf(
  { metadata, spec }: KubernetesObject,
  client: KubernetesClient,
): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const { secretKey } of spec.data ?? []) values[secretKey] = "rehearsal";
  for (const { extract, sourceRef } of spec.dataFrom ?? []) {
    if (extract) Object.assign(values, DOCUMENT);
    const generator = sourceRef?.generatorRef;
    if (!generator) continue;
    const { spec: made } = await client.get(
      `${GENERATORS}/namespaces/${metadata.namespace}/passwords/${generator.name}`,
    );
    for (const key of made.secretKeys ?? ["password"]) values[key] = "a".repeat(made.length);
  }
  return values;
}

/** Templates of Go, as far as the estate writes any. @throws Error when one asks for what is not there */
function filled(
  templates: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const value = (template: string, key: string): string => {
    const found = values[key];
    if (found === undefined) throw new Error(`the template ${template} asks for ${key}, and there is none`);
    return found;
  };
  return Object.fromEntries(
    Object.entries(templates).map(([name, text]) => [
      name,
      text.replace(/\{\{\s*(?:\.(\w+)|index \. "([^"]+)")\s*(\|\s*toJson\s*)?\}\}/g, (whole, short, long, asJson) => {
        const found = value(whole, short ?? long);
        return asJson ? JSON.stringify(found) : found;
      }),
    ]),
  );
}
