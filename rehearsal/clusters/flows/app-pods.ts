import { NAMESPACES, RABBITMQ, SHOP } from "../../../config/app-cluster-names";
import { APP_PORT } from "../../../config/ports";
import type { IngressController } from "../../../config/topology";
import { commonPods } from "./common-pods";
import type { Pod } from "./kubernetes";

const { ingress, keda, externalSecrets, rabbitmqOperator, shop, observability } = NAMESPACES;

const CONTROLLERS: Readonly<Record<IngressController, Pod>> = {
  "ingress-nginx": {
    namespace: ingress,
    labels: { "app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/component": "controller" },
    ports: { http: 80, https: 443, metrics: 10254 },
  },
  "nginx-ingress": {
    namespace: ingress,
    labels: { "app.kubernetes.io/name": "nginx-ingress" },
    ports: { http: 80, https: 443, prometheus: 9113, "readiness-port": 8081 },
  },
};

/** What each chart calls the port of its controller's metrics. */
export const INGRESS_METRICS: Readonly<Record<IngressController, string>> = {
  "ingress-nginx": "metrics",
  "nginx-ingress": "prometheus",
};

/**
 * The pods of an app cluster: the labels and ports that charts and operators give them, written as those have it and not
 * taken from what the policies are made of. The rehearsal compares them with the pods that there are.
 */
export const appPods = (controller: IngressController) =>
  ({
    ingress: CONTROLLERS[controller],
    "keda-operator": {
      namespace: keda,
      labels: { app: "keda-operator", "app.kubernetes.io/name": "keda-operator" },
      ports: { metricsservice: 9666, metrics: 8080 },
    },
    "keda-metrics": {
      namespace: keda,
      labels: {
        app: "keda-operator-metrics-apiserver",
        "app.kubernetes.io/name": "keda-operator-metrics-apiserver",
      },
      ports: { https: 6443, metrics: 8080 },
    },
    "keda-webhooks": {
      namespace: keda,
      labels: { app: "keda-admission-webhooks", "app.kubernetes.io/name": "keda-admission-webhooks" },
      ports: { http: 9443, metrics: 8080 },
    },
    ...commonPods({ observability, externalSecrets }),
    "rabbitmq-operator": {
      namespace: rabbitmqOperator,
      labels: {
        "app.kubernetes.io/name": "rabbitmq-cluster-operator",
        "app.kubernetes.io/component": "rabbitmq-operator",
      },
      ports: { http: 9782, health: 8081 },
    },
    shop: { namespace: shop, labels: { "app.kubernetes.io/name": SHOP }, ports: { http: APP_PORT } },
    broker: {
      namespace: shop,
      labels: { "app.kubernetes.io/name": RABBITMQ.name, "app.kubernetes.io/component": "rabbitmq" },
      ports: { amqp: 5672, management: 15672, prometheus: 15692, epmd: 4369, distribution: 25672 },
      undeclared: ["distribution"],
    },
    "metrics-agent": {
      namespace: observability,
      labels: { "app.kubernetes.io/name": "prometheus-agent" },
      ports: { "http-web": 9090, "reloader-web": 8080 },
    },
    "logs-agent": {
      namespace: observability,
      labels: { "app.kubernetes.io/name": "vector", "app.kubernetes.io/component": "Agent" },
      ports: { api: 8686, "prom-exporter": 9598 },
    },
    konnectivity: { namespace: "kube-system", labels: { "k8s-app": "konnectivity-agent" }, ports: {} },
    stranger: { namespace: shop, labels: {}, ports: { any: 8080 } },
  }) satisfies Record<string, Pod>;

export type AppPod = keyof ReturnType<typeof appPods>;
