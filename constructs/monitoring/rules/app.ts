import { NAMESPACES, RABBITMQ, SHOP } from "../../../config/app-cluster-names";
import type { AlertGroup } from "../alert";
import { QUEUE_LIMIT } from "./recording";

/** Selects what Kubernetes tells of the shop. */
export const SHOP_NAMESPACE = `namespace="${NAMESPACES.shop}"`;
const SHOP_DEPLOYMENT = `${SHOP_NAMESPACE}, deployment="${SHOP}"`;
/** Name of the stateful set that RabbitMQ's operator makes. */
export const BROKER_SET = `${RABBITMQ.name}-server`;
const BROKER = `${SHOP_NAMESPACE}, statefulset="${BROKER_SET}"`;

/** Ready messages, now or at an offset. Each node reports only the queues it leads, hence the sum. */
export function queueLength(offset = ""): string {
  return `sum by (country) (rabbitmq_queue_messages_ready${offset})`;
}

/** The app in its cluster and its queue: causes. What users feel of them is in the objectives. */
export const APP_ALERTS: AlertGroup = {
  name: "app",
  alerts: [
    {
      name: "AppAtMaximum",
      severity: "warning",
      expr: `kube_horizontalpodautoscaler_status_current_replicas{${SHOP_NAMESPACE}} >= on (country, cluster, namespace, horizontalpodautoscaler) kube_horizontalpodautoscaler_spec_max_replicas{${SHOP_NAMESPACE}}`,
      for: "15m",
      summary: "{{ $labels.country }}: the app has all the {{ $value }} pods that it may have",
      runbook: "app.md#the-app-is-at-its-maximum",
    },
    {
      name: "AppShortOfPods",
      severity: "warning",
      expr: `sum by (country) (kube_deployment_status_replicas_available{${SHOP_DEPLOYMENT}}) < sum by (country) (kube_deployment_spec_replicas{${SHOP_DEPLOYMENT}})`,
      for: "10m",
      summary: "{{ $labels.country }}: the app has {{ $value }} ready pods, fewer than it wants",
      runbook: "app.md#the-app-is-short-of-pods",
    },
    {
      name: "QueueGrowing",
      severity: "warning",
      expr: `${queueLength()} > on (country) ${QUEUE_LIMIT} and ${queueLength()} > ${queueLength(" offset 10m")}`,
      for: "15m",
      summary: "{{ $labels.country }}: {{ $value }} messages wait, more than the app can work off, and they grow",
      runbook: "app.md#the-queue-grows",
    },
    {
      name: "QueueUnattended",
      severity: "critical",
      expr: `${queueLength()} > 0 and on (country) sum by (country) (rabbitmq_queue_consumers) == 0`,
      for: "5m",
      summary: "{{ $labels.country }}: {{ $value }} messages wait, and nobody consumes them",
      runbook: "app.md#the-queue-grows",
    },
    {
      name: "QueueStanding",
      severity: "warning",
      // What a worker took and never answers for waits as well.
      expr: `min_over_time((sum by (country) (rabbitmq_queue_messages))[1h:1m]) > 0 and sum by (country) (rate(rabbitmq_global_messages_acknowledged_total[30m])) == 0`,
      for: "5m",
      summary: "{{ $labels.country }}: {{ $value }} messages or more have waited for an hour, and none was worked off",
      runbook: "app.md#the-queue-grows",
    },
    {
      name: "MessagesSetAside",
      severity: "warning",
      expr: "sum by (country) (increase(rabbitmq_global_messages_dead_lettered_delivery_limit_total[1h])) > 0",
      for: "0s",
      summary: "{{ $labels.country }}: messages that workers returned too often were set aside; nobody works on them",
      runbook: "app.md#messages-were-set-aside",
    },
    {
      name: "ScalerFailing",
      severity: "warning",
      expr: "sum by (country, scaler) (rate(keda_scaler_detail_errors_total[5m])) > 0",
      for: "10m",
      summary: "{{ $labels.country }}: KEDA cannot read {{ $labels.scaler }}; the app does not scale by it",
      runbook: "app.md#the-queue-grows",
    },
    {
      name: "ScalingInactive",
      severity: "warning",
      expr: `max by (country) (kube_horizontalpodautoscaler_status_condition{${SHOP_NAMESPACE}, condition="ScalingActive", status="false"}) == 1`,
      for: "10m",
      summary: "{{ $labels.country }}: the app does not scale: its autoscaler gets no figures",
      runbook: "app.md#the-app-does-not-scale",
    },
    {
      name: "ScalingPaused",
      severity: "warning",
      expr: "max by (country, scaledObject) (keda_scaled_object_paused) == 1",
      for: "1h",
      summary: "{{ $labels.country }}: the scaling of {{ $labels.scaledObject }} has been paused by hand for an hour",
      runbook: "app.md#take-a-countrys-app-out-and-put-it-back",
    },
    {
      name: "BrokerShortOfNodes",
      severity: "warning",
      expr: `kube_statefulset_status_replicas_ready{${BROKER}} < on (country, cluster, namespace, statefulset) kube_statefulset_replicas{${BROKER}}`,
      for: "5m",
      summary: "{{ $labels.country }}: {{ $value }} nodes of RabbitMQ are ready; with one its queues stop",
      runbook: "app.md#rabbitmq-is-short-of-nodes",
    },
    {
      name: "BrokerDown",
      severity: "critical",
      expr: `2 * kube_statefulset_status_replicas_ready{${BROKER}} < on (country, cluster, namespace, statefulset) kube_statefulset_replicas{${BROKER}}`,
      for: "3m",
      summary: "{{ $labels.country }}: RabbitMQ has lost its majority: no message is taken or worked on",
      runbook: "app.md#rabbitmq-is-short-of-nodes",
    },
    {
      name: "BrokerBlocksPublishers",
      severity: "critical",
      expr: "max by (country) (rabbitmq_alarms_memory_used_watermark) == 1 or max by (country) (rabbitmq_alarms_free_disk_space_watermark) == 1",
      for: "1m",
      summary: "{{ $labels.country }}: RabbitMQ takes no messages, its memory or its disk is full",
      runbook: "app.md#rabbitmq-is-short-of-nodes",
    },
    {
      name: "ReleaseStuck",
      severity: "warning",
      // The old pods still serve, so none is missing.
      expr: "kube_deployment_status_replicas_updated < kube_deployment_spec_replicas",
      for: "15m",
      summary:
        "{{ $labels.country }}: only {{ $value }} pods of {{ $labels.deployment }} in {{ $labels.cluster }} are of its last release",
      runbook: "app.md#a-release-is-stuck",
    },
    {
      name: "SecretNotTaken",
      severity: "warning",
      expr: ["externalsecret", "pushsecret"]
        .map(
          (kind) =>
            `max by (country, cluster, name) (${kind}_status_condition{condition="Ready", status="False"}) == 1`,
        )
        .join(" or "),
      for: "15m",
      summary:
        "{{ $labels.country }}: the secret {{ $labels.name }} in {{ $labels.cluster }} cannot be read or handed out any more",
      runbook: "access.md#a-cluster-does-not-get-a-secret",
    },
    {
      name: "PodsRestarting",
      severity: "warning",
      expr: "sum by (country, cluster, namespace, container) (increase(kube_pod_container_status_restarts_total[30m])) > 3",
      for: "5m",
      summary:
        "{{ $labels.country }}: {{ $labels.namespace }}/{{ $labels.container }} in {{ $labels.cluster }} restarts again and again",
      runbook: "app.md#pods-restart",
    },
  ],
};
