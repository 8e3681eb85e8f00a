import type { HelmValues } from "./helm-values";

/** Chart prometheus-operator-crds: installed first, because the other charts contain ServiceMonitors. */
export function renderPrometheusOperatorCrdsValues(): HelmValues {
  return { crds: { annotations: { "helm.sh/resource-policy": "keep" } } };
}
