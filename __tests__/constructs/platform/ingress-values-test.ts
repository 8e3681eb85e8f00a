import { toYaml } from "../../../constructs/kubernetes/yaml";
import { valuesOf } from "./releases";

test("ingress-nginx", () => {
  expect(toYaml(valuesOf("ingress-nginx"))).toMatchInlineSnapshot(`
    "fullnameOverride: ingress-nginx
    controller:
      ingressClassResource:
        name: nginx
        default: true
      allowSnippetAnnotations: false
      replicaCount: 3
      autoscaling:
        enabled: true
        minReplicas: 3
        maxReplicas: 9
        targetCPUUtilizationPercentage: 50
        targetMemoryUtilizationPercentage: 0
      config:
        use-proxy-protocol: "true"
        proxy-real-ip-cidr: 10.2.64.0/24,10.6.64.0/24,10.10.64.0/24
        use-forwarded-headers: "false"
        worker-shutdown-timeout: 60s
        proxy-next-upstream: timeout
        proxy-next-upstream-tries: "2"
        log-format-escape-json: "true"
        log-format-upstream: "{\\"time\\":\\"$time_iso8601\\",\\"client\\":\\"$remote_addr\\",\\"host\\":\\"$host\\",\\"method\\":\\"$request_method\\",\\"uri\\":\\"$request_uri\\",\\"status\\":\\"$status\\",\\"bytes\\":\\"$body_bytes_sent\\",\\"seconds\\":\\"$request_time\\",\\"app_seconds\\":\\"$upstream_response_time\\",\\"app\\":\\"$upstream_addr\\",\\"edge_country\\":\\"$http_x_edge_country\\",\\"request_id\\":\\"$http_x_request_id\\"}"
      extraArgs:
        shutdown-grace-period: 30
      service:
        annotations:
          networking.gke.io/load-balancer-type: Internal
          networking.gke.io/internal-load-balancer-allow-global-access: "true"
        type: LoadBalancer
        loadBalancerIP: 10.2.47.10
        loadBalancerSourceRanges:
          - 10.2.64.0/24
          - 10.6.64.0/24
          - 10.10.64.0/24
        externalTrafficPolicy: Local
        enableHttps: false
      admissionWebhooks:
        enabled: false
      resources:
        requests:
          cpu: 500m
          memory: 256Mi
        limits:
          memory: 1Gi
      maxUnavailable: 1
      updateStrategy:
        type: RollingUpdate
        rollingUpdate:
          maxUnavailable: 0
          maxSurge: 1
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          nodeTaintsPolicy: Honor
          labelSelector:
            matchLabels:
              app.kubernetes.io/name: ingress-nginx
              app.kubernetes.io/component: controller
          matchLabelKeys:
            - pod-template-hash
      metrics:
        enabled: true
        serviceMonitor:
          enabled: true
    "
  `);
});

test("nginx-ingress", () => {
  expect(toYaml(valuesOf("nginx-ingress"))).toMatchInlineSnapshot(`
    "fullnameOverride: nginx-ingress
    controller:
      ingressClass:
        name: nginx
        create: true
        setAsDefaultIngress: true
      enableSnippets: false
      enableCustomResources: false
      readOnlyRootFilesystem: true
      telemetryReporting:
        enable: false
      enableLatencyMetrics: true
      replicaCount: 3
      autoscaling:
        enabled: true
        minReplicas: 3
        maxReplicas: 9
        targetCPUUtilizationPercentage: 50
        targetMemoryUtilizationPercentage: 0
      config:
        entries:
          proxy-protocol: "True"
          real-ip-header: proxy_protocol
          set-real-ip-from: 10.2.64.0/24,10.6.64.0/24,10.10.64.0/24
          redirect-to-https: "True"
          server-tokens: "False"
          proxy-connect-timeout: 5s
          worker-shutdown-timeout: 60s
          http-snippets: |-
            proxy_next_upstream timeout;
            proxy_next_upstream_tries 2;
          log-format-escaping: json
          log-format: "{\\"time\\":\\"$time_iso8601\\",\\"client\\":\\"$remote_addr\\",\\"host\\":\\"$host\\",\\"method\\":\\"$request_method\\",\\"uri\\":\\"$request_uri\\",\\"status\\":\\"$status\\",\\"bytes\\":\\"$body_bytes_sent\\",\\"seconds\\":\\"$request_time\\",\\"app_seconds\\":\\"$upstream_response_time\\",\\"app\\":\\"$upstream_addr\\",\\"edge_country\\":\\"$http_x_edge_country\\",\\"request_id\\":\\"$http_x_request_id\\"}"
      service:
        annotations:
          networking.gke.io/load-balancer-type: Internal
          networking.gke.io/internal-load-balancer-allow-global-access: "true"
        type: LoadBalancer
        loadBalancerIP: 10.2.47.10
        loadBalancerSourceRanges:
          - 10.2.64.0/24
          - 10.6.64.0/24
          - 10.10.64.0/24
        externalTrafficPolicy: Local
        httpsPort:
          enable: false
      resources:
        requests:
          cpu: 500m
          memory: 256Mi
        limits:
          memory: 1Gi
      initContainerResources:
        requests:
          cpu: 50m
          memory: 64Mi
        limits:
          memory: 128Mi
      lifecycle:
        preStop:
          sleep:
            seconds: 30
      terminationGracePeriodSeconds: 120
      podDisruptionBudget:
        enabled: true
        maxUnavailable: 1
      strategy:
        type: RollingUpdate
        rollingUpdate:
          maxUnavailable: 0
          maxSurge: 1
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          nodeTaintsPolicy: Honor
          labelSelector:
            matchLabels:
              app.kubernetes.io/name: nginx-ingress
          matchLabelKeys:
            - pod-template-hash
    prometheus:
      create: true
      service:
        create: true
        labels:
          service: nginx-ingress-prometheus-service
      serviceMonitor:
        create: true
        selectorMatchLabels:
          service: nginx-ingress-prometheus-service
    "
  `);
});
