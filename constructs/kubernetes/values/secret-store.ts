import type { HelmValues } from "./helm-values";

/** The project with the secrets, and the cluster whose workload identity may read them. */
export interface SecretStoreSettings {
  readonly project: string;
  /** Region and name of the cluster: otherwise the operator would ask the metadata server. */
  readonly region: string;
  readonly cluster: string;
}

/**
 * A store of the External Secrets Operator: Secret Manager, accessed as a Kubernetes service account of the namespace.
 */
export function secretStore(name: string, serviceAccount: string, settings: SecretStoreSettings): HelmValues {
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "SecretStore",
    metadata: { name },
    spec: {
      provider: {
        gcpsm: {
          projectID: settings.project,
          auth: {
            workloadIdentity: {
              clusterProjectID: settings.project,
              clusterLocation: settings.region,
              clusterName: settings.cluster,
              serviceAccountRef: { name: serviceAccount },
            },
          },
        },
      },
    },
  };
}

/** A Kubernetes Secret of the same name, created by the operator. */
export function externalSecret(name: string, spec: HelmValues): HelmValues {
  return { apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", metadata: { name }, spec };
}

/** Refreshed from the store: a rotated secret arrives within a minute. */
export function followed(store: string): HelmValues {
  return { refreshPolicy: "Periodic", refreshInterval: "1m", secretStoreRef: { kind: "SecretStore", name: store } };
}
