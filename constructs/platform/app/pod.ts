import type {
  DeploymentV1SpecTemplateSpec,
  DeploymentV1SpecTemplateSpecContainer,
  DeploymentV1SpecTemplateSpecContainerEnv,
} from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { CLUSTER_SECRETS, RABBITMQ, SHOP } from "../../../config/app-cluster-names";
import { DATABASE_SCHEMA, names } from "../../../config/names";
import { APP_PORT, DATABASE_PORTS, RABBITMQ_PORTS } from "../../../config/ports";
import { NODE_TAINTS_POLICY } from "../../kubernetes/values/helm-values";
import type { AppClusterSettings } from "../app-cluster-settings";
import { APP_RESOURCES } from "./resources";

/** Labels of the app's pods. */
export const APP_LABELS = { "app.kubernetes.io/name": SHOP } as const;

/** Port and health path of the app. */
const PORT = { name: "http", containerPort: APP_PORT, path: "/healthz" } as const;

/** The image does not have to know this user id. */
const USER = 65532;

const DATABASE_FOLDER = "/etc/database";

/** Seconds before a terminating pod is stopped: by then no ingress controller sends it requests. */
const DRAIN_SECONDS = 15;

/** Longest time for a request in seconds: the edge waits no longer. */
const LONGEST_REQUEST_SECONDS = 30;

/** Pod spec of the app. */
export function appPod(settings: AppClusterSettings): DeploymentV1SpecTemplateSpec {
  const { name, ca } = CLUSTER_SECRETS.database;
  return {
    serviceAccountName: names.serviceAccount(settings.country, "app"),
    automountServiceAccountToken: false, // it calls no cluster API
    enableServiceLinks: false,
    terminationGracePeriodSeconds: DRAIN_SECONDS + LONGEST_REQUEST_SECONDS + 15,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: String(USER),
      runAsGroup: String(USER),
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraint: [
      {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "DoNotSchedule",
        nodeTaintsPolicy: NODE_TAINTS_POLICY,
        labelSelector: [{ matchLabels: APP_LABELS }],
        matchLabelKeys: ["pod-template-hash"],
      },
    ],
    // Its own pool, used by nothing else: an app that exhausts its nodes starves neither the broker nor the ingress.
    nodeSelector: { pool: "app" },
    toleration: [{ key: "pool", operator: "Equal", value: "app", effect: "NoSchedule" }],
    container: [appContainer(settings)],
    volume: [
      {
        name: "database",
        secret: { secretName: name, items: [{ key: ca, path: ca }], defaultMode: "0444" },
      },
    ],
  };
}

function appContainer(settings: AppClusterSettings): DeploymentV1SpecTemplateSpecContainer {
  const healthy = { httpGet: { path: PORT.path, port: PORT.name }, periodSeconds: 3 };
  return {
    name: SHOP,
    image: settings.app.image,
    port: [{ name: PORT.name, containerPort: PORT.containerPort }],
    env: appEnvironment(settings),
    volumeMount: [{ name: "database", mountPath: DATABASE_FOLDER, readOnly: true }],
    resources: APP_RESOURCES,
    // A slow start gets a minute; the other probes begin afterwards.
    startupProbe: { ...healthy, initialDelaySeconds: 3, failureThreshold: 20 },
    livenessProbe: { ...healthy, initialDelaySeconds: 3 },
    readinessProbe: { ...healthy, failureThreshold: 2 },
    lifecycle: { preStop: [{ exec: { command: ["sleep", String(DRAIN_SECONDS)] } }] },
    securityContext: {
      runAsNonRoot: true, // the provider writes false for an unset value, and the container's overrides the pod's
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
  };
}

/** Environment of the app. A pod reads it once, at startup; the CA's file is kept up to date. */
function appEnvironment({ country, databases }: AppClusterSettings): DeploymentV1SpecTemplateSpecContainerEnv[] {
  const { database, rabbitmqUsers } = CLUSTER_SECRETS;
  const secret = (name: string, key: string) => ({ secretKeyRef: { name, key } });
  return [
    { name: "COUNTRY", value: country },
    // In the order in which to try them; each is a country's proxy and leads to a node that takes writes.
    { name: "DATABASE_HOSTS", value: databases.map(({ host }) => host).join(",") },
    { name: "DATABASE_PORT", value: String(DATABASE_PORTS.client) },
    { name: "DATABASE_NAME", value: DATABASE_SCHEMA.schema },
    { name: "DATABASE_USER", value: DATABASE_SCHEMA.appUser },
    { name: "DATABASE_PASSWORD", valueFrom: secret(database.name, database.password) },
    { name: "DATABASE_CA_FILE", value: `${DATABASE_FOLDER}/${database.ca}` },
    { name: "QUEUE_HOST", value: RABBITMQ.host },
    { name: "QUEUE_PORT", value: String(RABBITMQ_PORTS.amqp) },
    { name: "QUEUE_NAME", value: RABBITMQ.queue },
    { name: "QUEUE_USERNAME", valueFrom: secret(rabbitmqUsers.name, rabbitmqUsers.appUsername) },
    { name: "QUEUE_PASSWORD", valueFrom: secret(rabbitmqUsers.name, rabbitmqUsers.appPassword) },
  ];
}
