import { NAMESPACES, RABBITMQ, SHOP } from "../../config/app-cluster-names";
import { getOrThrow } from "../../config/get-or-throw";
import type { HelmValues } from "../kubernetes/values/helm-values";
import { prometheusOperatorWorkloads } from "../kubernetes/values/kube-prometheus-stack";
import { valueAt, type Workload, workload } from "../kubernetes/workload";
import { APP_RESOURCES } from "./app/resources";
import type { AppClusterSettings } from "./app-cluster-settings";
import { releaseRows } from "./release-rows";
import { INGRESS_REPLICAS } from "./values/ingress-controller";

/** Every pod of ours in an app cluster: what it requests, from its release's values. */
export function workloadRows(settings: AppClusterSettings): Workload[] {
  const releases = Object.fromEntries(
    releaseRows(settings).flatMap((row) => ("chart" in row ? [[row.name, row]] : [])),
  );
  const valuesOf = (release: string): HelmValues => getOrThrow(releases, release).values;
  const operator = { pods: 2, isSpread: true, surge: 1 };
  const keda = valuesOf("keda");
  const broker = valueAt(valuesOf("shop-resources"), "objects.rabbitmq.spec") as HelmValues;
  const agent = valuesOf("metrics-agent");
  const { observability, shop } = NAMESPACES;
  return [
    workload(
      NAMESPACES.externalSecrets,
      "external-secrets",
      [valueAt(valuesOf("external-secrets"), "resources")],
      operator,
    ),
    workload(NAMESPACES.keda, "keda-operator", [valueAt(keda, "resources.operator")], operator),
    workload(NAMESPACES.keda, "keda-operator-metrics-apiserver", [valueAt(keda, "resources.metricServer")], operator),
    workload(NAMESPACES.keda, "keda-admission-webhooks", [valueAt(keda, "resources.webhooks")], operator),
    workload(
      NAMESPACES.rabbitmqOperator,
      "rabbitmq-operator",
      [valueAt(valuesOf("rabbitmq-operator"), "clusterOperator.resources")],
      operator,
    ),
    workload(NAMESPACES.ingress, settings.ingress.controller, [valueAt(valuesOf("ingress"), "controller.resources")], {
      pods: INGRESS_REPLICAS.minReplicas,
      mostPods: INGRESS_REPLICAS.maxReplicas,
      isSpread: true,
      surge: 1,
    }),
    workload(shop, `${RABBITMQ.name}-server`, [valueAt(broker, "resources")], {
      pods: Number(valueAt(broker, "replicas")),
      isSpread: true,
      hasDisk: true,
    }),
    workload(shop, SHOP, [APP_RESOURCES], {
      pods: settings.app.minReplicas,
      mostPods: settings.app.maxReplicas,
      pool: "app",
      isSpread: true,
      surge: 1,
    }),
    ...prometheusOperatorWorkloads(observability, agent),
    // Its disk is in two zones, so it can run when either is lost.
    workload(observability, "prom-agent-metrics-agent", [
      valueAt(agent, "prometheus.prometheusSpec.resources"),
      valueAt(agent, "prometheusOperator.prometheusConfigReloader.resources"),
    ]),
    workload(observability, "logs-agent", [valueAt(valuesOf("logs-agent"), "resources")], { isOnEveryNode: true }),
  ];
}
