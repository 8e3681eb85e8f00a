import { BY_COUNTRY, type Dashboard } from "../render-dashboard";
import { queueLength, SHOP_NAMESPACE } from "../rules/app";
import { QUEUE_LIMIT } from "../rules/recording";

/** The queue, and the pods that work it off. */
export const SCALING: Dashboard = {
  title: "RabbitMQ and scaling",
  panels: [
    { title: "Messages that wait", expr: queueLength(), legend: BY_COUNTRY },
    {
      title: "Messages that all pods can work off",
      expr: QUEUE_LIMIT,
      legend: BY_COUNTRY,
      shows: "now",
      red: { below: 1 },
    },
    {
      title: "Messages that came in, a second",
      expr: "sum by (country) (rate(rabbitmq_global_messages_received_total[5m]))",
      legend: BY_COUNTRY,
      unit: "ops",
    },
    { title: "Consumers", expr: "sum by (country) (rabbitmq_queue_consumers)", legend: BY_COUNTRY },
    {
      title: "Pods of the app",
      expr: `kube_horizontalpodautoscaler_status_current_replicas{${SHOP_NAMESPACE}}`,
      legend: BY_COUNTRY,
    },
    {
      title: "Share of the pods that it may have",
      expr: `kube_horizontalpodautoscaler_status_current_replicas{${SHOP_NAMESPACE}} / on (country, horizontalpodautoscaler) kube_horizontalpodautoscaler_spec_max_replicas{${SHOP_NAMESPACE}}`,
      legend: BY_COUNTRY,
      unit: "percentunit",
      red: { above: 1 },
    },
  ],
};
