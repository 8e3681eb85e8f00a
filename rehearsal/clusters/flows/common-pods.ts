import type { Pod } from "./kubernetes";

interface Namespaces {
  readonly observability: string;
  readonly externalSecrets: string;
}

/** The pods that run in app clusters and sites alike. */
export const commonPods = ({ observability, externalSecrets }: Namespaces) =>
  ({
    "external-secrets": {
      namespace: externalSecrets,
      labels: { "app.kubernetes.io/name": "external-secrets" },
      ports: { metrics: 8080, live: 8082 },
    },
    "metrics-operator": {
      namespace: observability,
      labels: {
        app: "kube-prometheus-stack-operator",
        "app.kubernetes.io/name": "kube-prometheus-stack-prometheus-operator",
        "app.kubernetes.io/component": "prometheus-operator",
      },
      ports: { http: 8080 },
    },
    "kube-state-metrics": {
      namespace: observability,
      labels: { "app.kubernetes.io/name": "kube-state-metrics" },
      ports: { http: 8080, metrics: 8081 },
    },
  }) as const satisfies Readonly<Record<string, Pod>>;
