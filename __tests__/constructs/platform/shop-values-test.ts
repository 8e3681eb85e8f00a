import { toYaml } from "../../../constructs/kubernetes/yaml";
import { valuesOf } from "./releases";

test("shop-resources", () => {
  expect(toYaml(valuesOf("shop-resources"))).toMatchInlineSnapshot(`
    "objects:
      database-store:
        apiVersion: external-secrets.io/v1
        kind: SecretStore
        metadata:
          name: database
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
                    name: indonesia-app
      database:
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata:
          name: database
        spec:
          refreshPolicy: Periodic
          refreshInterval: 1m
          secretStoreRef:
            kind: SecretStore
            name: database
          data:
            - secretKey: password
              remoteRef:
                key: database-app-password
            - secretKey: ca.pem
              remoteRef:
                key: database-ca-certificate
      rabbitmq-password:
        apiVersion: generators.external-secrets.io/v1alpha1
        kind: Password
        metadata:
          name: rabbitmq
        spec:
          length: 32
          digits: 8
          symbols: 0
          noUpper: false
          allowRepeat: true
          secretKeys:
            - app
            - scaler
            - admin
      rabbitmq-users:
        apiVersion: external-secrets.io/v1
        kind: ExternalSecret
        metadata:
          name: rabbitmq-users
        spec:
          refreshPolicy: CreatedOnce
          dataFrom:
            - sourceRef:
                generatorRef:
                  apiVersion: generators.external-secrets.io/v1alpha1
                  kind: Password
                  name: rabbitmq
          target:
            template:
              data:
                app-username: app
                app-password: "{{ .app }}"
                scaler-host: http://scaler:{{ .scaler }}@rabbitmq.shop.svc.cluster.local:15672/
                users.json: |-
                  {
                    "users": [
                      {
                        "name": "app",
                        "password": "{{ .app }}",
                        "tags": []
                      },
                      {
                        "name": "scaler",
                        "password": "{{ .scaler }}",
                        "tags": [
                          "monitoring"
                        ]
                      },
                      {
                        "name": "admin",
                        "password": "{{ .admin }}",
                        "tags": [
                          "administrator"
                        ]
                      }
                    ]
                  }
                default_user.conf: |
                  default_user = admin
                  default_pass = {{ .admin }}
      rabbitmq-definitions:
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: rabbitmq-definitions
        data:
          20-shop.json: |-
            {
              "vhosts": [
                {
                  "name": "/"
                }
              ],
              "permissions": [
                {
                  "user": "app",
                  "vhost": "/",
                  "configure": "^jobs$",
                  "write": "^(amq\\\\.default|jobs)$",
                  "read": "^jobs$"
                },
                {
                  "user": "scaler",
                  "vhost": "/",
                  "configure": "^$",
                  "write": "^$",
                  "read": "^$"
                },
                {
                  "user": "admin",
                  "vhost": "/",
                  "configure": ".*",
                  "write": ".*",
                  "read": ".*"
                }
              ],
              "queues": [
                {
                  "name": "jobs",
                  "vhost": "/",
                  "durable": true,
                  "auto_delete": false,
                  "arguments": {
                    "x-queue-type": "quorum",
                    "x-delivery-limit": 20,
                    "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": "jobs-returned",
                    "x-dead-letter-strategy": "at-least-once",
                    "x-overflow": "reject-publish"
                  }
                },
                {
                  "name": "jobs-returned",
                  "vhost": "/",
                  "durable": true,
                  "auto_delete": false,
                  "arguments": {
                    "x-queue-type": "quorum",
                    "x-delivery-limit": -1
                  }
                }
              ]
            }
      rabbitmq:
        apiVersion: rabbitmq.com/v1beta1
        kind: RabbitmqCluster
        metadata:
          name: rabbitmq
        spec:
          replicas: 3
          image: asia-southeast2-docker.pkg.dev/jamtangan-production/docker-hub/library/rabbitmq:4.3.5-management
          resources:
            requests:
              cpu: 500m
              memory: 2Gi
            limits:
              memory: 2Gi
          persistence:
            storageClassName: shop-zonal-ssd
            storage: 50Gi
          terminationGracePeriodSeconds: 3600
          autoEnableAllFeatureFlags: true
          secretBackend:
            externalSecret:
              name: rabbitmq-users
          rabbitmq:
            additionalConfig: |
              load_definitions = /etc/rabbitmq/definitions
              default_queue_type = quorum
              queue_leader_locator = balanced
              quorum_queue.continuous_membership_reconciliation.enabled = true
              quorum_queue.continuous_membership_reconciliation.target_group_size = 3
              log.console.formatter = json
            additionalPlugins:
              - rabbitmq_shovel
          override:
            statefulSet:
              spec:
                template:
                  spec:
                    topologySpreadConstraints:
                      - maxSkew: 1
                        topologyKey: topology.kubernetes.io/zone
                        whenUnsatisfiable: DoNotSchedule
                        nodeTaintsPolicy: Honor
                        labelSelector:
                          matchLabels:
                            app.kubernetes.io/name: rabbitmq
                            app.kubernetes.io/component: rabbitmq
                    containers:
                      - name: rabbitmq
                        volumeMounts:
                          - name: users
                            mountPath: /etc/rabbitmq/definitions/10-users.json
                            subPath: users.json
                            readOnly: true
                          - name: definitions
                            mountPath: /etc/rabbitmq/definitions/20-shop.json
                            subPath: 20-shop.json
                            readOnly: true
                    volumes:
                      - name: users
                        secret:
                          secretName: rabbitmq-users
                      - name: definitions
                        configMap:
                          name: rabbitmq-definitions
      rabbitmq-disruption-budget:
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata:
          name: rabbitmq
        spec:
          maxUnavailable: 1
          selector:
            matchLabels:
              app.kubernetes.io/name: rabbitmq
              app.kubernetes.io/component: rabbitmq
      rabbitmq-metrics:
        apiVersion: monitoring.coreos.com/v1
        kind: PodMonitor
        metadata:
          name: rabbitmq
        spec:
          selector:
            matchLabels:
              app.kubernetes.io/name: rabbitmq
              app.kubernetes.io/component: rabbitmq
          podMetricsEndpoints:
            - port: prometheus
              interval: 30s
      rabbitmq-internal:
        apiVersion: v1
        kind: Service
        metadata:
          name: rabbitmq-internal
          annotations:
            networking.gke.io/load-balancer-type: Internal
            networking.gke.io/internal-load-balancer-allow-global-access: "true"
        spec:
          type: LoadBalancer
          loadBalancerIP: 10.2.47.11
          loadBalancerSourceRanges:
            - 10.2.66.0/24
            - 10.2.48.0/22
            - 10.1.0.0/17
          externalTrafficPolicy: Local
          selector:
            app.kubernetes.io/name: rabbitmq
            app.kubernetes.io/component: rabbitmq
          ports:
            - name: management
              port: 15672
              targetPort: 15672
            - name: metrics
              port: 15692
              targetPort: 15692
    "
  `);
});

test("shop-scaling", () => {
  expect(toYaml(valuesOf("shop-scaling"))).toMatchInlineSnapshot(`
    "objects:
      rabbitmq-access:
        apiVersion: keda.sh/v1alpha1
        kind: TriggerAuthentication
        metadata:
          name: rabbitmq
        spec:
          secretTargetRef:
            - parameter: host
              name: rabbitmq-users
              key: scaler-host
      shop:
        apiVersion: keda.sh/v1alpha1
        kind: ScaledObject
        metadata:
          name: shop
        spec:
          scaleTargetRef:
            apiVersion: apps/v1
            kind: Deployment
            name: shop
          minReplicaCount: 3
          maxReplicaCount: 60
          pollingInterval: 15
          fallback:
            failureThreshold: 4
            replicas: 3
            behavior: currentReplicasIfHigher
          advanced:
            horizontalPodAutoscalerConfig:
              name: shop
              behavior:
                scaleUp:
                  stabilizationWindowSeconds: 0
                  policies:
                    - type: Pods
                      value: 12
                      periodSeconds: 15
                    - type: Percent
                      value: 200
                      periodSeconds: 15
                scaleDown:
                  stabilizationWindowSeconds: 300
                  policies:
                    - type: Percent
                      value: 20
                      periodSeconds: 60
          triggers:
            - type: cpu
              metricType: Utilization
              metadata:
                value: "60"
            - type: rabbitmq
              name: queue
              metadata:
                protocol: http
                mode: QueueLength
                queueName: jobs
                value: "50"
              authenticationRef:
                name: rabbitmq
    "
  `);
});
