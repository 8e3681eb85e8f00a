import type { IngressController } from "../../../config/topology";
import type { HelmValues } from "../../kubernetes/values/helm-values";
import type { IngressSettings } from "./ingress-controller";
import { renderIngressNginxValues } from "./ingress-nginx";
import { renderNginxIngressValues } from "./nginx-ingress";

/** Values of either controller; the app and the edge see no difference. */
export function renderIngressValues(controller: IngressController, settings: IngressSettings): HelmValues {
  return controller === "ingress-nginx" ? renderIngressNginxValues(settings) : renderNginxIngressValues(settings);
}
