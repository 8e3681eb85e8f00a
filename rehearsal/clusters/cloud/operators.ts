import { NAMESPACES } from "../../../config/app-cluster-names";
import { SITE_NAMESPACES } from "../../../constructs/monitoring/site-names";
import { ELASTICSEARCH } from "../../../constructs/monitoring/values/elastic";
import type { KubernetesClient } from "../kubernetes-client";

/** Secrets that operators make at their start or for an object of theirs, and that pods of the estate mount. */
const MADE_BY_OPERATORS: readonly {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly string[];
}[] = [
  { namespace: NAMESPACES.keda, name: "kedaorg-certs", keys: ["ca.crt", "tls.crt", "tls.key"] },
  { namespace: SITE_NAMESPACES.elastic, name: ELASTICSEARCH.ca.secret, keys: [ELASTICSEARCH.ca.key] },
  { namespace: SITE_NAMESPACES.elastic, name: ELASTICSEARCH.superuser.secret, keys: [ELASTICSEARCH.superuser.name] },
];

/** Makes what the operators would, none of which runs here. */
export async function makeOperatorsSecrets(client: KubernetesClient): Promise<void> {
  for (const { namespace, name, keys } of MADE_BY_OPERATORS) {
    const found = await client.find(`/api/v1/namespaces/${namespace}`);
    if (found?.status.phase !== "Active") continue;
    await client.create(`/api/v1/namespaces/${namespace}/secrets`, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name },
      stringData: Object.fromEntries(keys.map((key) => [key, "rehearsal"])),
    });
  }
}
