import { toYaml } from "../../../constructs/kubernetes/yaml";
import { valuesOf } from "./releases";

test("agent-resources", () => {
  expect(toYaml(valuesOf("agent-resources"))).toMatchInlineSnapshot(`
    "objects:
      agent-store:
        apiVersion: external-secrets.io/v1
        kind: SecretStore
        metadata:
          name: agent
        spec:
          provider:
            gcpsm:
              projectID: jamtangan-production
              auth:
                workloadIdentity:
                  clusterProjectID: jamtangan-production
                  clusterLocation: asia-southeast2
                  clusterName: indonesia-app
                  serviceAccountRef:
                    name: agent
      elasticsearch:
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata:
          name: elasticsearch
        spec:
          refreshPolicy: Periodic
          refreshInterval: 1m
          secretStoreRef:
            kind: SecretStore
            name: agent
          dataFrom:
            - extract:
                key: indonesia-elasticsearch-agent
    "
  `);
});

test("metrics-agent", () => {
  expect(toYaml(valuesOf("metrics-agent"))).toMatchInlineSnapshot(`
    "fullnameOverride: metrics-agent
    cleanPrometheusOperatorObjectNames: true
    crds:
      enabled: false
    defaultRules:
      create: false
    windowsMonitoring:
      enabled: false
    kubeApiServer:
      enabled: false
    kubeControllerManager:
      enabled: false
    kubeScheduler:
      enabled: false
    kubeEtcd:
      enabled: false
    kubeProxy:
      enabled: false
    coreDns:
      enabled: false
    kubeDns:
      enabled: false
    prometheusOperator:
      admissionWebhooks:
        enabled: false
      tls:
        enabled: false
      resources:
        requests:
          cpu: 50m
          memory: 128Mi
        limits:
          memory: 512Mi
      prometheusConfigReloader:
        resources:
          requests:
            cpu: 10m
            memory: 32Mi
          limits:
            memory: 64Mi
    kube-state-metrics:
      resources:
        requests:
          cpu: 20m
          memory: 64Mi
        limits:
          memory: 512Mi
      collectors:
        - cronjobs
        - daemonsets
        - deployments
        - horizontalpodautoscalers
        - ingresses
        - jobs
        - namespaces
        - nodes
        - persistentvolumeclaims
        - persistentvolumes
        - poddisruptionbudgets
        - pods
        - replicasets
        - services
        - statefulsets
    prometheus-node-exporter:
      resources:
        requests:
          cpu: 20m
          memory: 32Mi
        limits:
          memory: 128Mi
    alertmanager:
      enabled: false
    grafana:
      enabled: false
    prometheus:
      agentMode: true
      prometheusSpec:
        replicas: 1
        scrapeInterval: 30s
        externalLabels:
          country: indonesia
          cluster: indonesia-app
        replicaExternalLabelNameClear: true
        prometheusExternalLabelNameClear: true
        remoteWrite:
          - name: receiver-1
            url: http://10.2.51.14:9090/api/v1/write
          - name: receiver-2
            url: http://10.2.51.15:9090/api/v1/write
        resources:
          requests:
            cpu: 250m
            memory: 1Gi
          limits:
            memory: 3Gi
        storageSpec:
          volumeClaimTemplate:
            spec:
              storageClassName: shop-regional
              accessModes:
                - ReadWriteOnce
              resources:
                requests:
                  storage: 10Gi
        serviceMonitorSelectorNilUsesHelmValues: false
        podMonitorSelectorNilUsesHelmValues: false
        probeSelectorNilUsesHelmValues: false
        scrapeConfigSelectorNilUsesHelmValues: false
    "
  `);
});

test("logs-agent", () => {
  expect(toYaml(valuesOf("logs-agent"))).toMatchInlineSnapshot(`
    "fullnameOverride: logs-agent
    image:
      repository: asia-southeast2-docker.pkg.dev/jamtangan-production/docker-hub/timberio/vector
    role: Agent
    serviceAccount:
      create: false
      name: agent
    tolerations:
      - operator: Exists
    resources:
      requests:
        cpu: 100m
        memory: 256Mi
      limits:
        memory: 768Mi
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop:
          - ALL
      seccompProfile:
        type: RuntimeDefault
    livenessProbe:
      httpGet:
        path: /health
        port: 8686
    readinessProbe:
      httpGet:
        path: /health
        port: 8686
    service:
      enabled: false
    serviceHeadless:
      enabled: false
    podMonitor:
      enabled: true
      port: prom-exporter
    extraVolumes:
      - name: elasticsearch
        secret:
          secretName: elasticsearch
    extraVolumeMounts:
      - name: elasticsearch
        mountPath: /etc/elasticsearch
        readOnly: true
    customConfig:
      data_dir: /vector-data-dir
      api:
        enabled: true
        address: 0.0.0.0:8686
      secret:
        elasticsearch:
          type: directory
          path: /etc/elasticsearch
      sources:
        internal_metrics:
          type: internal_metrics
        containers:
          type: kubernetes_logs
      transforms:
        parsed:
          type: remap
          inputs:
            - containers
          source: |
            .country = "indonesia"
            .cluster = "indonesia-app"
            .data_stream.type = "logs"
            .data_stream.dataset = replace(string(.kubernetes.container_name) ?? "unknown", "-", "_")
            .data_stream.namespace = replace(string(.kubernetes.pod_namespace) ?? "unknown", "-", "_")
            parsed, err = parse_json(string(.message) ?? "")
            if err == null && is_object(parsed) { .json = parsed }
      sinks:
        prom_exporter:
          type: prometheus_exporter
          inputs:
            - internal_metrics
          address: 0.0.0.0:9598
        elasticsearch:
          type: elasticsearch
          inputs:
            - parsed
          endpoints:
            - https://elasticsearch.indonesia.internal.jamtangan.com:9200
          api_version: v8
          mode: data_stream
          compression: gzip
          request_retry_partial: true
          auth:
            strategy: basic
            user: SECRET[elasticsearch.username]
            password: SECRET[elasticsearch.password]
          tls:
            ca_file: /etc/elasticsearch/ca.crt
          healthcheck:
            enabled: false
          buffer:
            type: disk
            max_size: 1073741824
            when_full: drop_newest
        archive:
          type: gcp_cloud_storage
          inputs:
            - containers
          bucket: jamtangan-production-logs-indonesia
          key_prefix: namespace={{ "{{ kubernetes.pod_namespace }}" }}/date=%Y-%m-%d/hour=%H/
          filename_extension: ndjson.gz
          compression: gzip
          content_type: application/x-ndjson
          encoding:
            codec: json
          framing:
            method: newline_delimited
          batch:
            max_bytes: 10000000
            timeout_secs: 300
          healthcheck:
            enabled: false
          buffer:
            type: disk
            max_size: 1073741824
            when_full: block
    "
  `);
});
