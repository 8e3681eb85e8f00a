import { toYaml } from "../../../constructs/kubernetes/yaml";
import { valuesOf } from "./releases";

test("prometheus-operator-crds", () => {
  expect(toYaml(valuesOf("prometheus-operator-crds"))).toMatchInlineSnapshot(`
    "crds:
      annotations:
        helm.sh/resource-policy: keep
    "
  `);
});

test("external-secrets", () => {
  expect(toYaml(valuesOf("external-secrets"))).toMatchInlineSnapshot(`
    "replicaCount: 2
    leaderElect: true
    crds:
      annotations:
        helm.sh/resource-policy: keep
      createClusterSecretStore: false
      createClusterExternalSecret: false
      createClusterGenerator: false
      createPushSecret: false
      createClusterPushSecret: false
    processClusterStore: false
    processClusterExternalSecret: false
    processClusterGenerator: false
    processPushSecret: false
    processClusterPushSecret: false
    webhook:
      create: false
    certController:
      create: false
    livenessProbe:
      enabled: true
    readinessProbe:
      enabled: true
    resources:
      requests:
        cpu: 50m
        memory: 128Mi
      limits:
        memory: 256Mi
    podDisruptionBudget:
      enabled: true
      minAvailable: 1
    topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: topology.kubernetes.io/zone
        whenUnsatisfiable: DoNotSchedule
        nodeTaintsPolicy: Honor
        labelSelector:
          matchLabels:
            app.kubernetes.io/name: external-secrets
        matchLabelKeys:
          - pod-template-hash
    serviceMonitor:
      enabled: true
      renderMode: alwaysRender
    "
  `);
});

test("keda", () => {
  expect(toYaml(valuesOf("keda"))).toMatchInlineSnapshot(`
    "clusterName: indonesia-app
    watchNamespace: shop
    asciiArt: false
    image:
      pullPolicy: IfNotPresent
    crds:
      additionalAnnotations:
        helm.sh/resource-policy: keep
    operator:
      replicaCount: 2
    metricsServer:
      replicaCount: 2
    webhooks:
      replicaCount: 2
    resources:
      operator:
        requests:
          cpu: 100m
          memory: 256Mi
        limits:
          memory: 1Gi
      metricServer:
        requests:
          cpu: 100m
          memory: 128Mi
        limits:
          memory: 512Mi
      webhooks:
        requests:
          cpu: 20m
          memory: 64Mi
        limits:
          memory: 256Mi
    podDisruptionBudget:
      operator:
        maxUnavailable: 1
      metricServer:
        maxUnavailable: 1
      webhooks:
        maxUnavailable: 1
    topologySpreadConstraints:
      operator:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          nodeTaintsPolicy: Honor
          labelSelector:
            matchLabels:
              app: keda-operator
          matchLabelKeys:
            - pod-template-hash
      metricsServer:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          nodeTaintsPolicy: Honor
          labelSelector:
            matchLabels:
              app: keda-operator-metrics-apiserver
          matchLabelKeys:
            - pod-template-hash
      webhooks:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          nodeTaintsPolicy: Honor
          labelSelector:
            matchLabels:
              app: keda-admission-webhooks
          matchLabelKeys:
            - pod-template-hash
    rbac:
      enabledCustomScaledRefKinds: false
    prometheus:
      operator:
        enabled: true
        serviceMonitor:
          enabled: true
      metricServer:
        enabled: true
        serviceMonitor:
          enabled: true
      webhooks:
        enabled: true
        serviceMonitor:
          enabled: true
    "
  `);
});

test("rabbitmq-operator", () => {
  expect(toYaml(valuesOf("rabbitmq-operator"))).toMatchInlineSnapshot(`
    "fullnameOverride: rabbitmq-operator
    clusterOperator:
      replicaCount: 2
      webhook:
        enabled: false
      networkPolicy:
        enabled: false
      pdb:
        create: true
        maxUnavailable: "1"
      resources:
        requests:
          cpu: 50m
          memory: 128Mi
        limits:
          memory: 512Mi
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          nodeTaintsPolicy: Honor
          labelSelector:
            matchLabels:
              app.kubernetes.io/component: rabbitmq-operator
          matchLabelKeys:
            - pod-template-hash
      metrics:
        serviceMonitor:
          enabled: true
        service:
          enabled: true
    msgTopologyOperator:
      enabled: false
      networkPolicy:
        enabled: false
    useCertManager: false
    "
  `);
});
