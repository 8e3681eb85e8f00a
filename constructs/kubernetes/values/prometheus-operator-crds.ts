import type { HelmValues } from "./helm-values";

/** Chart prometheus-operator-crds: first of all, because the other charts bring ServiceMonitors. */
export function renderPrometheusOperatorCrdsValues(): HelmValues {
  return { crds: { annotations: { "helm.sh/resource-policy": "keep" } } };
}
