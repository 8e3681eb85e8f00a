import { CLUSTER_SECRETS, RABBITMQ, SHOP } from "../../../config/app-cluster-names";
import type { HelmValues } from "../../kubernetes/values/helm-values";

export interface ShopScalingSettings {
  /** Minimum number of the app's pods: 3 or more, one per zone. */
  readonly minReplicas: number;
  /** Maximum number of the app's pods. */
  readonly maxReplicas: number;
  /** Target CPU in percent of the app's request: 1 to 100. */
  readonly cpuPercent: number;
  /** Queued messages per pod that the autoscaler aims at. */
  readonly messagesPerReplica: number;
}

/** Local chart: how the app scales. KEDA creates and owns the autoscaler, so nothing else may set replicas. */
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
    // If the broker is unreachable, the current pods stay; CPU can still add more. Applies to the queue trigger only.
    fallback: { failureThreshold: 4, replicas: minReplicas, behavior: "currentReplicasIfHigher" },
    advanced: {
      horizontalPodAutoscalerConfig: {
        name: SHOP,
        behavior: {
          // Another country's users arrive at once. The autoscaler runs every 15 s: 3, 15, 45, 135. Doubling every 30 s
          // took two minutes to reach 60 pods; the first step fills the nodes of the pool's minimum.
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
        // Uses the management API, because AMQP does not count messages being processed.
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
