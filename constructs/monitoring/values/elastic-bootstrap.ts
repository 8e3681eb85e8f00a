import { type HelmValues, resources } from "../../kubernetes/values/helm-values";
import { BOOTSTRAP_FOLDERS, renderElasticBootstrap, renderSnapshotCheck } from "../render-elastic-bootstrap";
import { SNAPSHOT_CHECK } from "../rules/site";
import type { SiteSettings } from "../site-settings";
import { ELASTICSEARCH } from "./elastic";

/** Retries of these pods: Elasticsearch needs minutes to start, and 20 attempts take more than an hour. */
const ATTEMPTS = 20;

/**
 * Local chart, after eck-stack: a Job that configures Elasticsearch and a CronJob that checks the last snapshot. Jobs
 * are immutable, so its name contains a hash of the script.
 */
export function renderElasticBootstrapValues({
  buckets,
  curlImage,
}: Pick<SiteSettings, "buckets" | "curlImage">): HelmValues {
  const bootstrap = renderElasticBootstrap(buckets.snapshots);
  return {
    objects: {
      bootstrap: {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: `elasticsearch-bootstrap-${fingerprint(bootstrap + curlImage)}` },
        spec: { backoffLimit: ATTEMPTS, template: pod("elasticsearch-bootstrap", curlImage, bootstrap) },
      },
      "snapshot-check": {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: SNAPSHOT_CHECK },
        spec: {
          schedule: "10 * * * *",
          concurrencyPolicy: "Forbid",
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 1,
          jobTemplate: { spec: { backoffLimit: 1, template: pod(SNAPSHOT_CHECK, curlImage, renderSnapshotCheck()) } },
        },
      },
    },
  };
}

function pod(name: string, image: string, script: string): HelmValues {
  const { ca, superuser } = ELASTICSEARCH;
  return {
    metadata: { labels: { "app.kubernetes.io/name": name } },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "curl",
          image,
          command: ["/bin/sh", "-euc", script],
          resources: resources("10m", "32Mi", "64Mi"),
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: [
            { name: "ca", mountPath: BOOTSTRAP_FOLDERS.ca, readOnly: true },
            { name: "password", mountPath: BOOTSTRAP_FOLDERS.password, readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: "ca", secret: { secretName: ca.secret } },
        { name: "password", secret: { secretName: superuser.secret } },
      ],
    },
  };
}

/** 32-bit FNV-1a in hexadecimal: enough to distinguish versions of a script. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}
