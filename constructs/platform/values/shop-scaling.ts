import { CLUSTER_SECRETS, RABBITMQ, SHOP } from "../../../config/app-cluster-names";
import type { HelmValues } from "../../kubernetes/values/helm-values";

export interface ShopScalingSettings {
  /** Least number of the app's pods: 3 or more, one per zone. */
  readonly minReplicas: number;
  /** Greatest number of the app's pods. */
  readonly maxReplicas: number;
  /** Percent of the CPU that the app's pods request: 1 to 100. */
  readonly cpuPercent: number;
  /** Messages in the queue that one pod is expected to work off. */
  readonly messagesPerReplica: number;
}

/** Local chart: how the app scales. KEDA makes and owns the autoscaler, so nothing else may set its replicas. */
export function renderShopScalingValues(settings: ShopScalingSettings): HelmValues {
  return {
    objects: {
      "rabbitmq-access": {
        apiVersion: "keda.sh/v1alpha1",
        kind: "TriggerAuthentication",
        metadata: { name: RABBITMQ.name },
        spec: {
          secretTargetRef: [
            {
              parameter: "host",
              name: CLUSTER_SECRETS.rabbitmqUsers.name,
              key: CLUSTER_SECRETS.rabbitmqUsers.scalerHost,
            },
          ],
        },
      },
      shop: {
        apiVersion: "keda.sh/v1alpha1",
        kind: "ScaledObject",
        metadata: { name: SHOP },
        spec: scaledObject(settings),
      },
    },
  };
}

function scaledObject({ minReplicas, maxReplicas, cpuPercent, messagesPerReplica }: ShopScalingSettings): HelmValues {
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: SHOP },
    minReplicaCount: minReplicas,
    maxReplicaCount: maxReplicas,
    pollingInterval: 15, // seconds
    // A silent broker keeps the pods that are there; CPU goes on to add more. It counts for the queue alone.
    fallback: { failureThreshold: 4, replicas: minReplicas, behavior: "currentReplicasIfHigher" },
    advanced: {
      horizontalPodAutoscalerConfig: {
        name: SHOP,
        behavior: {
          // Another country's users arrive at once. The autoscaler looks every 15 s: 3, 15, 45, 135. Doubling every 30 s
          // took two minutes to 60 pods; the first step fills the nodes of the pool's minimum.
          scaleUp: {
            stabilizationWindowSeconds: 0,
            policies: [
              { type: "Pods", value: 12, periodSeconds: 15 },
              { type: "Percent", value: 200, periodSeconds: 15 },
            ],
          },
          scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: "Percent", value: 20, periodSeconds: 60 }] },
        },
      },
    },
    triggers: [
      { type: "cpu", metricType: "Utilization", metadata: { value: String(cpuPercent) } },
      {
        type: "rabbitmq",
        name: "queue",
        // By the management API, because AMQP does not tell of messages that are being worked on.
        metadata: {
          protocol: "http",
          mode: "QueueLength",
          queueName: RABBITMQ.queue,
          value: String(messagesPerReplica),
        },
        authenticationRef: { name: RABBITMQ.name },
      },
    ],
  };
}
