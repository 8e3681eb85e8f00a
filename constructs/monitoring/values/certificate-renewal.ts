import { names } from "../../../config/names";
import { EDGE_PORTS } from "../../../config/ports";
import { type HelmValues, resources } from "../../kubernetes/values/helm-values";
import { FIND_DUE } from "../renewal/find-due";
import type { RenewalSettings } from "../renewal/renewal-settings";
import { STORE } from "../renewal/store";

export const CERTIFICATE_RENEWAL = "certificate-renewal";

const WORK = "/work";
const CLIENT = `${WORK}/lego`;
const CERTIFICATE = "edge";

/** What the CA's servers may need until they see a record that Cloud DNS says is published. */
const PROPAGATION = "60s";

/** The last one, the one before it, and one more for whoever looks what was changed. */
const KEPT_VERSIONS = 3;

/**
 * Local chart: a CronJob that finds the countries whose certificate is due, orders one for all of them, and stores it.
 * It keeps nothing: an account and a key are made with each order.
 */
export function renderCertificateRenewalValues(settings: RenewalSettings): HelmValues {
  return {
    objects: {
      renewal: {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: CERTIFICATE_RENEWAL },
        spec: {
          schedule: `17 ${settings.hour} * * *`,
          timeZone: "Etc/UTC",
          concurrencyPolicy: "Forbid",
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: { spec: { backoffLimit: 1, activeDeadlineSeconds: 1800, template: pod(settings) } },
        },
      },
    },
  };
}

function pod(settings: RenewalSettings): HelmValues {
  const { curlImage, legoImage } = settings;
  return {
    metadata: { labels: { "app.kubernetes.io/name": CERTIFICATE_RENEWAL } },
    spec: {
      restartPolicy: "Never",
      serviceAccountName: names.serviceAccount(settings.site, "renewer"),
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
      initContainers: [
        container("find-due", curlImage, FIND_DUE, findDueEnvironment(settings)),
        container("order", legoImage, `[ ! -s ${WORK}/due ] || exec /lego run`, orderEnvironment(settings)),
      ],
      containers: [container("store", curlImage, STORE, storeEnvironment(settings))],
      // Keys are never written to a disk.
      volumes: [{ name: "work", emptyDir: { medium: "Memory", sizeLimit: "16Mi" } }],
    },
  };
}

function findDueEnvironment({ hosts, edges }: RenewalSettings): Record<string, string> {
  const lines = edges.map(({ country, host, secret }) => `${country} ${host}:${EDGE_PORTS.https} ${secret}`);
  return { HOST: hosts[0] ?? "", EDGES: lines.join("\n"), WORK };
}

function orderEnvironment({ hosts, directory, contact, project, zone }: RenewalSettings): Record<string, string> {
  return {
    LEGO_ACCEPT_TOS: "true",
    LEGO_SERVER: directory,
    LEGO_EMAIL: contact,
    LEGO_DOMAINS: hosts.join(","),
    LEGO_CERT_NAME: CERTIFICATE,
    LEGO_PATH: CLIENT,
    LEGO_LOG_FORMAT: "text",
    LEGO_DNS: "gcloud",
    // Name servers themselves cannot be asked: pods reach their own resolver alone.
    LEGO_DNS_PROPAGATION_WAIT: PROPAGATION,
    GCE_PROJECT: project,
    // By name: the right to list zones would be one on the project.
    GCE_ZONE_ID: zone,
  };
}

function storeEnvironment({ project }: RenewalSettings): Record<string, string> {
  return {
    CERTIFICATE: `${CLIENT}/certificates/${CERTIFICATE}.crt`,
    KEPT_VERSIONS: String(KEPT_VERSIONS),
    PROJECT: project,
    SECRETS_URL: "https://secretmanager.googleapis.com/v1",
    TOKEN_URL: "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token",
    WORK,
  };
}

function container(name: string, image: string, text: string, environment: Record<string, string>): HelmValues {
  return {
    name,
    image,
    command: ["/bin/sh", "-euc", text],
    env: Object.entries(environment).map(([name, value]) => ({ name, value })),
    resources: resources("10m", "64Mi", "128Mi"),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [{ name: "work", mountPath: WORK }],
  };
}
