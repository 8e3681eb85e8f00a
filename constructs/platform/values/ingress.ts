import type { IngressController } from "../../../config/topology";
import type { HelmValues } from "../../kubernetes/values/helm-values";
import type { IngressSettings } from "./ingress-controller";
import { renderIngressNginxValues } from "./ingress-nginx";
import { renderNginxIngressValues } from "./nginx-ingress";

/** Values of either controller; what the app and the edge see of them is the same. */
export function renderIngressValues(controller: IngressController, settings: IngressSettings): HelmValues {
  return controller === "ingress-nginx" ? renderIngressNginxValues(settings) : renderNginxIngressValues(settings);
}
