import { CLUSTER_SECRETS, RABBITMQ } from "../../../config/app-cluster-names";
import { RABBITMQ_PORTS } from "../../../config/ports";
import { type HelmValues, resources, spreadOverZones } from "../../kubernetes/values/helm-values";
import {
  INTERNAL_LOAD_BALANCER_ANNOTATIONS,
  type InternalLoadBalancerSettings,
  internalLoadBalancer,
} from "../../kubernetes/values/internal-load-balancer";

export interface RabbitmqSettings {
  /** Image with the management plugin, with its tag: the operator's webhook, which would set a default, is off. */
  readonly image: string;
  readonly storageClass: string;
  /** Size of a node's disk in GB. It can grow but never shrink. */
  readonly diskGb: number;
  /** Address of the console and metrics outside the cluster. */
  readonly internal: InternalLoadBalancerSettings;
}

/** One per zone: quorum queues survive with two. */
const REPLICAS = 3;

/**
 * How often a worker may return a message before it is set aside; RabbitMQ's own limit since 4.0, said here because what
 * happens then must be ours to say: without a place to set it aside, the broker drops it.
 */
const DELIVERY_LIMIT = 20;

/** Labels that the operator gives the broker's pods. */
const PODS: HelmValues = { "app.kubernetes.io/name": RABBITMQ.name, "app.kubernetes.io/component": "rabbitmq" };

const DEFINITIONS = { users: "10-users.json", shop: "20-shop.json", folder: "/etc/rabbitmq/definitions" } as const;

/** The broker and its objects, except for its users' passwords. */
export function rabbitmqObjects(settings: RabbitmqSettings): Record<string, HelmValues> {
  return {
    "rabbitmq-definitions": {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "rabbitmq-definitions" },
      data: { [DEFINITIONS.shop]: JSON.stringify(definitions(), undefined, 2) },
    },
    rabbitmq: {
      apiVersion: "rabbitmq.com/v1beta1",
      kind: "RabbitmqCluster",
      metadata: { name: RABBITMQ.name },
      spec: cluster(settings),
    },
    "rabbitmq-disruption-budget": {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: RABBITMQ.name },
      spec: { maxUnavailable: 1, selector: { matchLabels: PODS } },
    },
    "rabbitmq-metrics": {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: { name: RABBITMQ.name },
      spec: { selector: { matchLabels: PODS }, podMetricsEndpoints: [{ port: "prometheus", interval: "30s" }] },
    },
    "rabbitmq-internal": internalService(settings),
  };
}

function cluster({ image, storageClass, diskGb }: RabbitmqSettings): HelmValues {
  return {
    replicas: REPLICAS,
    image,
    resources: resources("500m", "2Gi"),
    persistence: { storageClassName: storageClass, storage: `${diskGb}Gi` },
    // A node stops once its queues have a majority without it. The operator would wait a week for that, GKE waits an
    // hour.
    terminationGracePeriodSeconds: 3600,
    autoEnableAllFeatureFlags: true, // an upgrade is refused while one is disabled
    secretBackend: { externalSecret: { name: CLUSTER_SECRETS.rabbitmqUsers.name } },
    rabbitmq: { additionalConfig: CONFIG, additionalPlugins: PLUGINS },
    override: {
      statefulSet: {
        spec: {
          template: {
            spec: {
              topologySpreadConstraints: spreadOverZones(PODS, { byRevision: false }),
              containers: [{ name: "rabbitmq", volumeMounts: mounts() }],
              volumes: [
                { name: "users", secret: { secretName: CLUSTER_SECRETS.rabbitmqUsers.name } },
                { name: "definitions", configMap: { name: "rabbitmq-definitions" } },
              ],
            },
          },
        },
      },
    },
  };
}

/** Beside the operator's own. The shovel brings messages back that were set aside. */
const PLUGINS = ["rabbitmq_shovel"];

/** Definitions are loaded at each start, in the order of their names. */
const CONFIG = [
  `load_definitions = ${DEFINITIONS.folder}`,
  "default_queue_type = quorum",
  "queue_leader_locator = balanced",
  // A queue declared before all nodes were up, or that lost one, gets its third member.
  "quorum_queue.continuous_membership_reconciliation.enabled = true",
  `quorum_queue.continuous_membership_reconciliation.target_group_size = ${REPLICAS}`,
  "log.console.formatter = json",
  "",
].join("\n");

/** File by file: in a mounted folder RabbitMQ fails on Kubernetes's hidden folders, and does not start. */
function mounts(): readonly HelmValues[] {
  return [
    {
      name: "users",
      mountPath: `${DEFINITIONS.folder}/${DEFINITIONS.users}`,
      subPath: CLUSTER_SECRETS.rabbitmqUsers.users,
      readOnly: true,
    },
    {
      name: "definitions",
      mountPath: `${DEFINITIONS.folder}/${DEFINITIONS.shop}`,
      subPath: DEFINITIONS.shop,
      readOnly: true,
    },
  ];
}

/**
 * With definitions RabbitMQ creates neither its default virtual host nor its default user. The queue waits for all
 * nodes.
 */
function definitions(): HelmValues {
  const { queue, returnedQueue } = RABBITMQ;
  const all = (user: string, configure: string, write: string, read: string) => ({
    user,
    vhost: "/",
    configure,
    write,
    read,
  });
  return {
    vhosts: [{ name: "/" }],
    permissions: [
      // Publishing to a queue by its name uses the default exchange.
      all("app", `^${queue}$`, `^(amq\\.default|${queue})$`, `^${queue}$`),
      all("scaler", "^$", "^$", "^$"),
      all("admin", ".*", ".*", ".*"),
    ],
    queues: [
      quorumQueue(queue, {
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": returnedQueue,
        // Kept until the other queue has confirmed it. That needs a queue that refuses instead of dropping its oldest.
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      }),
      quorumQueue(returnedQueue, { "x-delivery-limit": -1 }),
    ],
  };
}

function quorumQueue(name: string, settings: HelmValues): HelmValues {
  const queueArguments = { "x-queue-type": "quorum", ...settings };
  return { name, vhost: "/", durable: true, auto_delete: false, arguments: queueArguments };
}

function internalService({ internal }: RabbitmqSettings): HelmValues {
  const { management, metrics } = RABBITMQ_PORTS;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "rabbitmq-internal", annotations: INTERNAL_LOAD_BALANCER_ANNOTATIONS },
    spec: {
      ...internalLoadBalancer(internal),
      selector: PODS,
      ports: [
        { name: "management", port: management, targetPort: management },
        { name: "metrics", port: metrics, targetPort: metrics },
      ],
    },
  };
}
