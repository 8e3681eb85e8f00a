import { names } from "../../../config/names";
import { type HelmValues, resources, spreadOverZones } from "../../kubernetes/values/helm-values";
import { REPLICA_LABEL, SITE_SECRETS } from "../site-names";
import type { SiteSettings } from "../site-settings";
import { SIDECARS } from "./prometheus";

export const THANOS = "thanos";

/** How long the archive keeps raw samples, 5-minute averages, and hourly averages. */
const KEPT = { resolutionRaw: "90d", resolution5m: "365d", resolution1h: "1095d" } as const;

/**
 * Chart thanos: Query merges both Prometheus and the archive without duplicates; the store gateway reads the archive;
 * one compactor maintains it. Two compactors on one bucket would destroy it.
 */
export function renderThanosValues({ site, sizes }: Pick<SiteSettings, "site" | "sizes">): HelmValues {
  return {
    fullnameOverride: THANOS,
    "kube-prometheus-stack": { enabled: false },
    rustfs: { enabled: false },
    bucket: { enabled: false },
    receive: { enabled: false },
    ruler: { enabled: false },
    queryFrontend: { enabled: false },
    global: {
      // The chart only creates its own Secret together with a web interface for buckets.
      objstore: {
        createSecret: false,
        secretName: SITE_SECRETS.objectStore.name,
        secretKey: SITE_SECRETS.objectStore.key,
      },
      serviceAccount: { create: false, name: names.serviceAccount(site, "thanos") },
      storageClass: sizes.storageClass,
      serviceMonitor: { enabled: true },
      thanosRules: { enabled: false },
      podSecurityContext: {
        runAsUser: 1001,
        runAsGroup: 1001,
        fsGroup: 1001,
        seccompProfile: { type: "RuntimeDefault" },
      },
    },
    query: {
      replicaCount: 2,
      replicaLabels: [REPLICA_LABEL],
      endpoints: { static: [SIDECARS] },
      extraArgs: ["--log.level=info", "--query.auto-downsampling"],
      resources: resources("250m", "512Mi", "2Gi"),
      topologySpreadConstraints: spread("query", true),
      pdb: { enabled: true, maxUnavailable: 1 },
    },
    storegateway: {
      replicaCount: 2,
      persistence: { size: "20Gi" },
      resources: resources("100m", "1Gi", "2Gi"),
      topologySpreadConstraints: spread("storegateway", false),
      pdb: { enabled: true, maxUnavailable: 1 },
    },
    compactor: {
      replicaCount: 1,
      persistence: { size: "100Gi" },
      retention: KEPT,
      extraArgs: [
        "--log.level=info",
        // Both Prometheus upload the same series, and late samples create overlapping blocks: the compactor merges
        // these.
        `--deduplication.replica-label=${REPLICA_LABEL}`,
        "--deduplication.func=penalty",
      ],
      resources: resources("250m", "1Gi", "4Gi"),
    },
  };
}

/** Labels of a component's pods. */
export function thanosPods(component: string): HelmValues {
  return {
    "app.kubernetes.io/name": THANOS,
    "app.kubernetes.io/instance": THANOS,
    "app.kubernetes.io/component": component,
  };
}

function spread(component: string, byRevision: boolean): readonly HelmValues[] {
  return spreadOverZones(thanosPods(component), { byRevision });
}
