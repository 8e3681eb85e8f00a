import type { HelmValues } from "./helm-values";
import { renderIngressNginxValues } from "./ingress-nginx-values";
import type { IngressSettings } from "./ingress-settings";
import { renderNginxIngressValues } from "./nginx-ingress-values";

/** The charts to choose from, by their names. */
export const INGRESS_CHARTS = ["ingress-nginx", "nginx-ingress"] as const;
export type IngressChart = (typeof INGRESS_CHARTS)[number];

/** Values of either controller; what the app and the edge see of them is the same. */
export function renderIngressValues(chart: IngressChart, settings: IngressSettings): HelmValues {
  return chart === "ingress-nginx" ? renderIngressNginxValues(settings) : renderNginxIngressValues(settings);
}
