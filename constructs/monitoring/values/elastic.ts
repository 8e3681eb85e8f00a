import { ELASTICSEARCH_USERS, names } from "../../../config/names";
import { SITE_PORTS } from "../../../config/ports";
import { type HelmValues, resources, spreadOverZones } from "../../kubernetes/values/helm-values";
import {
  INTERNAL_LOAD_BALANCER_ANNOTATIONS,
  internalLoadBalancer,
} from "../../kubernetes/values/internal-load-balancer";
import { siteHost } from "../site-names";
import type { SiteSettings } from "../site-settings";

/** Version of Elasticsearch and Kibana, the same as the chart's default. */
export const ELASTIC_VERSION = "9.5.0";

/** Names of the Elasticsearch cluster and of what its operator creates for it. */
export const ELASTICSEARCH = {
  name: "elasticsearch",
  host: "elasticsearch-es-http.elastic.svc",
  ca: { secret: "elasticsearch-es-http-certs-public", key: "ca.crt" },
  superuser: { secret: "elasticsearch-es-elastic-user", name: "elastic" },
  rolesSecret: "elasticsearch-roles",
} as const;

/** Kubernetes Secret with a user for other clusters. */
export function userSecret(user: string): string {
  return `elasticsearch-${user}`;
}

const NODES = 3;
const NODE_SET = "data";

/** Labels that the operator gives Kibana's pods. */
const KIBANA_PODS: HelmValues = { "kibana.k8s.elastic.co/name": "kibana" };

/** Kibana's disruption budget: the operator only creates one for Elasticsearch. */
export function kibanaDisruptionBudget(): HelmValues {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "kibana" },
    spec: { maxUnavailable: 1, selector: { matchLabels: KIBANA_PODS } },
  };
}

/** Chart eck-stack: three Elasticsearch nodes, one per zone, and two Kibanas. */
export function renderElasticValues(settings: SiteSettings): HelmValues {
  return {
    "eck-elasticsearch": elasticsearch(settings),
    "eck-kibana": kibana(settings),
  };
}

function elasticsearch(settings: SiteSettings): HelmValues {
  const { addresses, sourceRanges, site } = settings;
  return {
    fullnameOverride: ELASTICSEARCH.name,
    version: ELASTIC_VERSION,
    // By default the disks would be deleted along with the Elasticsearch object.
    volumeClaimDeletePolicy: "DeleteOnScaledownOnly",
    auth: {
      fileRealm: ELASTICSEARCH_USERS.map((user) => ({ secretName: userSecret(user) })),
      roles: [{ secretName: ELASTICSEARCH.rolesSecret }],
    },
    http: {
      tls: certificateFor(siteHost(settings, site, "elasticsearch"), addresses.elasticsearch),
      service: loadBalancer(addresses.elasticsearch, [
        ...sourceRanges.agents,
        ...sourceRanges.machines,
        ...sourceRanges.sites,
      ]),
    },
    nodeSets: [nodeSet(settings)],
  };
}

function nodeSet({ site, sizes }: SiteSettings): HelmValues {
  return {
    name: NODE_SET,
    count: NODES,
    // Spreads a shard's copies over zones; nodes are spread by the constraint below, which replaces the operator's own.
    zoneAwareness: {},
    config: {
      // Otherwise each Kubernetes node needs a kernel setting that only a privileged container can change.
      "node.store.allow_mmap": false,
    },
    podTemplate: {
      spec: {
        serviceAccountName: names.serviceAccount(site, "elastic"),
        automountServiceAccountToken: true, // workload identity writes the snapshots
        topologySpreadConstraints: spreadOverZones(
          {
            "elasticsearch.k8s.elastic.co/cluster-name": ELASTICSEARCH.name,
            "elasticsearch.k8s.elastic.co/statefulset-name": `${ELASTICSEARCH.name}-es-${NODE_SET}`,
          },
          { byRevision: false },
        ),
        containers: [{ name: "elasticsearch", resources: resources("1", `${sizes.elasticsearchMemoryGi}Gi`) }],
      },
    },
    volumeClaimTemplates: [
      {
        metadata: { name: "elasticsearch-data" }, // the name that the operator looks for
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: sizes.storageClass,
          resources: { requests: { storage: `${sizes.elasticsearchDiskGb}Gi` } },
        },
      },
    ],
  };
}

function kibana(settings: SiteSettings): HelmValues {
  const { addresses, sourceRanges, site } = settings;
  const host = siteHost(settings, site, "kibana");
  return {
    fullnameOverride: "kibana",
    version: ELASTIC_VERSION,
    count: 2,
    elasticsearchRef: { name: ELASTICSEARCH.name },
    config: {
      "server.publicBaseUrl": `https://${host}:${SITE_PORTS.kibana}`,
      "telemetry.optIn": false,
    },
    http: {
      tls: certificateFor(host, addresses.kibana),
      service: loadBalancer(addresses.kibana, sourceRanges.people),
    },
    podTemplate: {
      spec: {
        topologySpreadConstraints: spreadOverZones(KIBANA_PODS),
        containers: [{ name: "kibana", resources: resources("250m", "1Gi", "2Gi") }],
      },
    },
  };
}

/** Signed by the operator's own CA, which adds the names within the cluster. */
function certificateFor(host: string, address: string): HelmValues {
  return { selfSignedCertificate: { subjectAltNames: [{ dns: host }, { ip: address }] } };
}

function loadBalancer(address: string, sourceRanges: readonly string[]): HelmValues {
  return {
    metadata: { annotations: INTERNAL_LOAD_BALANCER_ANNOTATIONS },
    spec: internalLoadBalancer({ address, sourceRanges }),
  };
}
