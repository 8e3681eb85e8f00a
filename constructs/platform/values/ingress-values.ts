import type { IngressController } from "../../../config/topology";
import type { HelmValues } from "./helm-values";
import { renderIngressNginxValues } from "./ingress-nginx-values";
import type { IngressSettings } from "./ingress-settings";
import { renderNginxIngressValues } from "./nginx-ingress-values";

/** Values of either controller; what the app and the edge see of them is the same. */
export function renderIngressValues(controller: IngressController, settings: IngressSettings): HelmValues {
  return controller === "ingress-nginx" ? renderIngressNginxValues(settings) : renderNginxIngressValues(settings);
}
