/** Names in an app cluster that several releases, or the app itself, rely on. */

/** Namespaces by content. */
export const NAMESPACES = {
  ingress: "ingress",
  keda: "keda",
  externalSecrets: "external-secrets",
  rabbitmqOperator: "rabbitmq-operator",
  /** The app, its broker, its secrets and its scaling. */
  shop: "shop",
  /** The agent that pushes metrics and logs. */
  observability: "observability",
} as const;

/** The app's Deployment, Service and autoscaler. */
export const SHOP = "shop";

/** Class of the app's Ingress, for either controller. */
export const INGRESS_CLASS = "nginx";

/** The broker: its name and its first queue. */
export const RABBITMQ = {
  name: "rabbitmq",
  host: `rabbitmq.${NAMESPACES.shop}.svc.cluster.local`,
  queue: "jobs",
  /** Holds what workers returned too often, until a person decides. */
  returnedQueue: "jobs-returned",
} as const;

/** Kubernetes Secrets that the External Secrets Operator creates, and their keys. */
export const CLUSTER_SECRETS = {
  database: { name: "database", password: "password", ca: "ca.pem" },
  rabbitmqUsers: {
    name: "rabbitmq-users",
    appUsername: "app-username",
    appPassword: "app-password",
    scalerHost: "scaler-host",
    users: "users.json",
    /** The administrator's name and password in the format that the RabbitMQ operator expects. */
    administrator: "default_user.conf",
  },
  elasticsearch: { name: "elasticsearch", username: "username", password: "password", ca: "ca.crt" },
} as const;
