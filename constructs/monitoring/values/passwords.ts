import type { HelmValues } from "../../kubernetes/values/helm-values";

const KIND = { apiVersion: "generators.external-secrets.io/v1alpha1", kind: "Password" } as const;

/**
 * Generates passwords in the cluster: nobody types one, and Terraform never sees one. Only letters and digits, because
 * Grafana and Vector expand variables in what they read: about 180 bits.
 */
export function passwordGenerator(name: string): HelmValues {
  return {
    ...KIND,
    metadata: { name },
    spec: { length: 32, digits: 8, symbols: 0, noUpper: false, allowRepeat: true },
  };
}

/** Source of an ExternalSecret: a password from the generator of that name, as `password`. */
export function generatedPassword(name: string): HelmValues {
  return { sourceRef: { generatorRef: { ...KIND, name } } };
}
