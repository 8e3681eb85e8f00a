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
                    name: indonesia-agent
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
      name: indonesia-agent
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
        masked:
          type: remap
          inputs:
            - containers
          source: |
            .message = replace_with(string(.message) ?? "", r'(?i)(?:\\b[0-9a-f]{1,4}|\\B)(?::[0-9a-f]{0,4}){1,6}(?::[0-9a-f]{1,4}\\b|::\\B)(?:(?:\\.\\d{1,3}){3}\\b)?|\\b(?:\\d{1,3}\\.){3}\\d{1,3}\\b') -> |found| {
              address = found.string
              if ip_cidr_contains(["0.0.0.0/8","10.0.0.0/8","127.0.0.0/8","169.254.0.0/16","172.16.0.0/12","192.168.0.0/16","::/127","fc00::/7","fe80::/10"], address) ?? true {
                address
              } else if is_ipv4(address) {
                ip_subnet(address, "/24") ?? address
              } else {
                ip_subnet(address, "/48") ?? address
              }
            }
        joined:
          type: reduce
          inputs:
            - masked
          group_by:
            - file
            - stream
          starts_when: "!match(string(.message) ?? \\"\\", r'^(?:\\\\s|\\\\z|[\\\\])}]|Caused by: )')"
          merge_strategies:
            message: concat_newline
            timestamp: discard
          expire_after_ms: 1000
          flush_period_ms: 250
          max_events: 500
        parsed:
          type: remap
          inputs:
            - joined
          source: |
            .country = "indonesia"
            .cluster = "indonesia-app"
            .data_stream.type = "logs"
            .data_stream.dataset = replace(string(.kubernetes.container_name) ?? "unknown", "-", "_")
            .data_stream.namespace = replace(string(.kubernetes.pod_namespace) ?? "unknown", "-", "_")

            text = string(.message) ?? ""
            fields = object(parse_json(text) ?? {}) ?? {}
            if is_empty(fields) && match(text, r'^(?:\\w+=(?:"[^"]*"|\\S*) ?){3}') {
              fields = parse_logfmt(text) ?? {}
            }
            if !is_empty(fields) { .fields = fields }

            words = parse_regex(text, r'^(?:\\d{4}[-/]\\d\\d[-/]\\d\\d[T ][\\d:.,+Z-]+ (?:\\d+ )?\\[(?P<level>\\w+)\\]|(?P<letter>[IWEF])\\d{4} )') ?? {}
            letters = {"I": "info", "W": "warning", "E": "error", "F": "fatal"}
            letter = string(get(letters, [words.letter]) ?? null) ?? ""
            level = downcase(string(fields.level) ?? string(fields.severity) ?? string(words.level) ?? letter)
            if level != "" { .level = level }

            found = parse_regex(text, r'(?i)\\b(?:x-)?request[_-]?id["=: ]+(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})') ?? {}
            request_id = string(fields.request_id) ?? string(found.id) ?? ""
            if request_id != "" { .request_id = request_id }

            # Of an access log, as numbers, so that one can ask for what was slow or failed.
            if .kubernetes.pod_namespace == "ingress" && exists(fields.status) {
              .status = to_int(fields.status) ?? null
              .seconds = to_float(fields.seconds) ?? null
            }
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
            - masked
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
