import type { HelmValues } from "../../kubernetes/values/helm-values";

const KIND = { apiVersion: "generators.external-secrets.io/v1alpha1", kind: "Password" } as const;

/**
 * Makes passwords in the cluster: nobody types one, and Terraform never sees one. Letters and digits only, because
 * Grafana and Vector look for variables in what they read: about 180 bits.
 */
export function passwordGenerator(name: string): HelmValues {
  return {
    ...KIND,
    metadata: { name },
    spec: { length: 32, digits: 8, symbols: 0, noUpper: false, allowRepeat: true },
  };
}

/** Source of an ExternalSecret: a password of the generator of that name, as `password`. */
export function generatedPassword(name: string): HelmValues {
  return { sourceRef: { generatorRef: { ...KIND, name } } };
}
