import { type AlertCase, APP, BROKER, country, HPA, HPA_LABELS } from "./alert-case";

const SHOP = `${APP},namespace="shop",deployment="shop"`;
const SECRET = `${APP},namespace="external-secrets",name="database",condition="Ready"`;

export const APP_CASES: Record<string, AlertCase> = {
  AppAtMaximum: {
    fires: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${HPA}}`]: "60x60",
      [`kube_horizontalpodautoscaler_spec_max_replicas{${HPA}}`]: "60x60",
    },
    labels: HPA_LABELS,
    summary: "indonesia: the app has all the 60 pods that it may have",
    quiet: {
      [`kube_horizontalpodautoscaler_status_current_replicas{${HPA}}`]: "59x60",
      [`kube_horizontalpodautoscaler_spec_max_replicas{${HPA}}`]: "60x60",
    },
  },
  AppShortOfPods: {
    fires: {
      [`kube_deployment_status_replicas_available{${APP},namespace="shop",deployment="shop"}`]: "2x60",
      [`kube_deployment_spec_replicas{${SHOP}}`]: "3x60",
    },
    labels: { country },
    summary: "indonesia: the app has 2 ready pods, fewer than it wants",
    quiet: {
      [`kube_deployment_status_replicas_available{${APP},namespace="shop",deployment="shop"}`]: "3x60",
      [`kube_deployment_spec_replicas{${SHOP}}`]: "3x60",
    },
  },
  QueueGrowing: {
    fires: { [`rabbitmq_queue_messages_ready{${APP},pod="rabbitmq-server-0"}`]: "4000+10x60" },
    labels: { country },
    summary: "indonesia: 4300 messages wait, more than the app can work off, and they grow",
    // Many, but fewer than before.
    quiet: { [`rabbitmq_queue_messages_ready{${APP},pod="rabbitmq-server-0"}`]: "9000-10x60" },
  },
  MessagesSetAside: {
    fires: {
      [`rabbitmq_global_messages_dead_lettered_delivery_limit_total{${APP},pod="rabbitmq-server-0"}`]: "0x10 3x50",
    },
    labels: { country },
    summary: "indonesia: messages that workers returned too often were set aside; nobody works on them",
    quiet: {
      [`rabbitmq_global_messages_dead_lettered_delivery_limit_total{${APP},pod="rabbitmq-server-0"}`]: "3x60",
    },
  },
  ScalerFailing: {
    fires: { [`keda_scaler_detail_errors_total{${APP},scaler="rabbitmqScaler"}`]: "0+1x60" },
    labels: { country, scaler: "rabbitmqScaler" },
    summary: "indonesia: KEDA cannot read rabbitmqScaler; the app does not scale by it",
    quiet: { [`keda_scaler_detail_errors_total{${APP},scaler="rabbitmqScaler"}`]: "7x60" },
  },
  BrokerShortOfNodes: {
    fires: {
      [`kube_statefulset_status_replicas_ready{${BROKER}}`]: "2x60",
      [`kube_statefulset_replicas{${BROKER}}`]: "3x60",
    },
    labels: { country, cluster: "indonesia-app", namespace: "shop", statefulset: "rabbitmq-server" },
    summary: "indonesia: 2 nodes of RabbitMQ are ready; with one its queues stop",
    quiet: {
      [`kube_statefulset_status_replicas_ready{${BROKER}}`]: "3x60",
      [`kube_statefulset_replicas{${BROKER}}`]: "3x60",
    },
  },
  BrokerDown: {
    fires: {
      [`kube_statefulset_status_replicas_ready{${BROKER}}`]: "1x60",
      [`kube_statefulset_replicas{${BROKER}}`]: "3x60",
    },
    labels: { country, cluster: "indonesia-app", namespace: "shop", statefulset: "rabbitmq-server" },
    summary: "indonesia: RabbitMQ has lost its majority: no message is taken or worked on",
    quiet: {
      [`kube_statefulset_status_replicas_ready{${BROKER}}`]: "2x60",
      [`kube_statefulset_replicas{${BROKER}}`]: "3x60",
    },
  },
  ScalingInactive: {
    fires: {
      [`kube_horizontalpodautoscaler_status_condition{${HPA},condition="ScalingActive",status="false"}`]: "1x60",
    },
    labels: { country },
    summary: "indonesia: the app does not scale: its autoscaler gets no figures",
    quiet: {
      [`kube_horizontalpodautoscaler_status_condition{${HPA},condition="ScalingActive",status="false"}`]: "0x60",
      [`kube_horizontalpodautoscaler_status_condition{${HPA},condition="ScalingLimited",status="false"}`]: "1x60",
    },
  },
  ScalingPaused: {
    fires: { [`keda_scaled_object_paused{${APP},scaledObject="shop"}`]: "1x90" },
    at: "80m",
    labels: { country, scaledObject: "shop" },
    summary: "indonesia: the scaling of shop has been paused by hand for an hour",
    quiet: { [`keda_scaled_object_paused{${APP},scaledObject="shop"}`]: "1x50 0x40" },
  },
  ReleaseStuck: {
    fires: {
      [`kube_deployment_status_replicas_updated{${SHOP}}`]: "1x60",
      [`kube_deployment_spec_replicas{${SHOP}}`]: "3x60",
      [`kube_deployment_status_replicas_available{${SHOP}}`]: "3x60",
    },
    labels: { country, cluster: "indonesia-app", namespace: "shop", deployment: "shop" },
    summary: "indonesia: only 1 pods of shop in indonesia-app are of its last release",
    quiet: {
      [`kube_deployment_status_replicas_updated{${SHOP}}`]: "3x60",
      [`kube_deployment_spec_replicas{${SHOP}}`]: "3x60",
    },
  },
  SecretNotTaken: {
    fires: { [`externalsecret_status_condition{${SECRET},status="False"}`]: "1x60" },
    alsoFires: [{ [`pushsecret_status_condition{${SECRET},status="False"}`]: "1x60" }],
    labels: { country, cluster: "indonesia-app", name: "database" },
    summary: "indonesia: the secret database in indonesia-app cannot be read or handed out any more",
    quiet: {
      [`externalsecret_status_condition{${SECRET},status="False"}`]: "0x60",
      [`externalsecret_status_condition{${SECRET},status="True"}`]: "1x60",
    },
  },
  BrokerBlocksPublishers: {
    fires: {
      [`rabbitmq_alarms_memory_used_watermark{${APP},pod="rabbitmq-server-0"}`]: "0x60",
      [`rabbitmq_alarms_free_disk_space_watermark{${APP},pod="rabbitmq-server-0"}`]: "1x60",
    },
    alsoFires: [{ [`rabbitmq_alarms_memory_used_watermark{${APP},pod="rabbitmq-server-0"}`]: "1x60" }],
    labels: { country },
    summary: "indonesia: RabbitMQ takes no messages, its memory or its disk is full",
    quiet: {
      [`rabbitmq_alarms_memory_used_watermark{${APP},pod="rabbitmq-server-0"}`]: "0x60",
      [`rabbitmq_alarms_free_disk_space_watermark{${APP},pod="rabbitmq-server-0"}`]: "0x60",
    },
  },
  PodsRestarting: {
    fires: { [`kube_pod_container_status_restarts_total{${APP},namespace="shop",pod="a",container="shop"}`]: "0+1x60" },
    at: "40m",
    labels: { country, cluster: "indonesia-app", namespace: "shop", container: "shop" },
    summary: "indonesia: shop/shop in indonesia-app restarts again and again",
    quiet: {
      [`kube_pod_container_status_restarts_total{${APP},namespace="shop",pod="a",container="shop"}`]: "0x5 1x50",
    },
  },
  QueueUnattended: {
    fires: {
      [`rabbitmq_queue_messages_ready{${APP},pod="rabbitmq-server-0"}`]: "40x60",
      [`rabbitmq_queue_consumers{${APP},pod="rabbitmq-server-0"}`]: "0x60",
    },
    labels: { country },
    summary: "indonesia: 40 messages wait, and nobody consumes them",
    quiet: {
      [`rabbitmq_queue_messages_ready{${APP},pod="rabbitmq-server-0"}`]: "40x60",
      [`rabbitmq_queue_consumers{${APP},pod="rabbitmq-server-0"}`]: "1x60",
    },
  },
  QueueStanding: {
    fires: {
      // A worker took them and hangs: none is ready.
      [`rabbitmq_queue_messages_ready{${APP},pod="rabbitmq-server-0"}`]: "0x90",
      [`rabbitmq_queue_messages{${APP},pod="rabbitmq-server-0"}`]: "40x90",
      [`rabbitmq_global_messages_acknowledged_total{${APP},pod="rabbitmq-server-0"}`]: "7x90",
    },
    at: "80m",
    labels: { country },
    summary: "indonesia: 40 messages or more have waited for an hour, and none was worked off",
    // Always some, and they are worked off.
    quiet: {
      [`rabbitmq_queue_messages{${APP},pod="rabbitmq-server-0"}`]: "40x90",
      [`rabbitmq_global_messages_acknowledged_total{${APP},pod="rabbitmq-server-0"}`]: "0+60x90",
    },
  },
};
