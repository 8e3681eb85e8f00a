import { SITE_NAMESPACES } from "../../../constructs/monitoring/site-names";
import { commonPods } from "./common-pods";
import type { Pod } from "./kubernetes";

const { observability, elastic, elasticOperator, externalSecrets, certificates } = SITE_NAMESPACES;

const thanos = (component: string) => ({
  namespace: observability,
  labels: { "app.kubernetes.io/name": "thanos", "app.kubernetes.io/component": component },
});

/**
 * The pods of a site's cluster: the labels and ports that charts and operators give them, written as those have it and
 * not taken from what the policies are made of. The rehearsal compares them with the pods that there are.
 */
export const SITE_PODS = {
  ...commonPods({ observability, externalSecrets }),
  "elastic-operator": {
    namespace: elasticOperator,
    labels: { "app.kubernetes.io/name": "elastic-operator" },
    ports: { metrics: 8080, "https-webhook": 9443 },
  },
  prometheus: {
    namespace: observability,
    labels: { "app.kubernetes.io/name": "prometheus" },
    ports: { "http-web": 9090, grpc: 10901, http: 10902, "reloader-web": 8080 },
  },
  alertmanager: {
    namespace: observability,
    labels: { "app.kubernetes.io/name": "alertmanager" },
    ports: { "http-web": 9093, "mesh-tcp": 9094, "reloader-web": 8080 },
  },
  grafana: {
    namespace: observability,
    labels: { "app.kubernetes.io/name": "grafana" },
    ports: { grafana: 3000, "gossip-tcp": 9094, profiling: 6060 },
  },
  "thanos-query": { ...thanos("query"), ports: { http: 9090, grpc: 10901 } },
  "thanos-storegateway": { ...thanos("storegateway"), ports: { http: 10902, grpc: 10901 } },
  "thanos-compactor": { ...thanos("compactor"), ports: { http: 10902 } },
  elasticsearch: {
    namespace: elastic,
    labels: { "common.k8s.elastic.co/type": "elasticsearch" },
    ports: { https: 9200, transport: 9300 },
  },
  kibana: { namespace: elastic, labels: { "common.k8s.elastic.co/type": "kibana" }, ports: { https: 5601 } },
  bootstrap: { namespace: elastic, labels: { "app.kubernetes.io/name": "elasticsearch-bootstrap" }, ports: {} },
  renewal: { namespace: certificates, labels: { "app.kubernetes.io/name": "certificate-renewal" }, ports: {} },
  konnectivity: { namespace: "kube-system", labels: { "k8s-app": "konnectivity-agent" }, ports: {} },
} as const satisfies Record<string, Pod>;

export type SitePod = keyof typeof SITE_PODS;
