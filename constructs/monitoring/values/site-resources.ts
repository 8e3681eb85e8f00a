import { names } from "../../../config/names";
import { SITE_PORTS } from "../../../config/ports";
import type { HelmValues } from "../../kubernetes/values/helm-values";
import {
  INTERNAL_LOAD_BALANCER_ANNOTATIONS,
  internalLoadBalancer,
} from "../../kubernetes/values/internal-load-balancer";
import { externalSecret, followed, secretStore } from "../../kubernetes/values/secret-store";
import { receiverEntries } from "../alert-receivers";
import { renderDashboards } from "../dashboard-rows";
import { kibanaLink } from "../render-dashboard";
import { SITE_SECRETS, siteHost } from "../site-names";
import type { SiteSettings } from "../site-settings";
import { dataSourceId, GRAFANA_LABELS } from "./grafana";
import { generatedPassword, passwordGenerator } from "./passwords";
import { METRICS } from "./prometheus";
import { thanosPods } from "./thanos";

const STORE = "secret-manager";

/** Local chart, before Prometheus and Thanos: their secrets, dashboards, and load balancers. */
export function renderSiteResourcesValues(settings: SiteSettings): HelmValues {
  return {
    objects: {
      store: secretStore(STORE, names.serviceAccount(settings.site, "secrets"), settings.secrets),
      "object-store": objectStore(settings.buckets.metrics),
      "grafana-password": passwordGenerator("grafana"),
      "grafana-admin": grafanaAdmin(),
      ...alertReceivers(settings),
      ...Object.fromEntries(
        settings.sites.map(({ site }) => [`elasticsearch-${site}`, elasticsearchDataSource(settings, site)]),
      ),
      ...loadBalancers(settings),
      ...dashboards(settings),
    },
  };
}

/** Contains no credentials: the pods' identities access the bucket. */
function objectStore(bucket: string): HelmValues {
  const { name, key } = SITE_SECRETS.objectStore;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    // JSON is YAML.
    stringData: { [key]: JSON.stringify({ type: "GCS", config: { bucket } }) },
  };
}

/** Generated once. Grafana only reads it at its first start: afterwards change it within Grafana. */
function grafanaAdmin(): HelmValues {
  const { name, user, password } = SITE_SECRETS.grafana;
  return externalSecret(name, {
    refreshPolicy: "CreatedOnce",
    dataFrom: [generatedPassword("grafana")],
    target: { template: { data: { [user]: "admin", [password]: "{{ .password }}" } } },
  });
}

function alertReceivers({ alerts }: SiteSettings): Record<string, HelmValues> {
  const { name, key } = SITE_SECRETS.alert;
  return Object.fromEntries(
    receiverEntries(alerts).map(([receiver, { secret }]) => [
      name(receiver),
      externalSecret(name(receiver), { ...followed(STORE), data: [{ secretKey: key, remoteRef: { key: secret } }] }),
    ]),
  );
}

/**
 * A site's Elasticsearch as a data source, in a Secret that Grafana's sidecar reloads on change: new sites and
 * passwords need no restart.
 */
function elasticsearchDataSource(settings: SiteSettings, site: string): HelmValues {
  const source = {
    name: `Elasticsearch ${site}`,
    uid: dataSourceId("elasticsearch", site),
    type: "elasticsearch",
    access: "proxy",
    url: `https://${siteHost(settings, site, "elasticsearch")}:${SITE_PORTS.elasticsearch}`,
    basicAuth: true,
    basicAuthUser: "{{ .username }}",
    jsonData: {
      index: "logs-*",
      timeField: "@timestamp",
      logMessageField: "message",
      logLevelField: "level",
      dataLinks: [{ field: "request_id", url: requestLink(settings, site), urlDisplayLabel: "In Kibana" }],
      tlsAuthWithCACert: true,
    },
    secureJsonData: { basicAuthPassword: "{{ .password }}", tlsCACert: CA },
  };
  const text = JSON.stringify({ apiVersion: 1, datasources: [source] }, undefined, 2);
  return externalSecret(`grafana-elasticsearch-${site}`, {
    ...followed(STORE),
    dataFrom: [{ extract: { key: names.elasticsearchUser(site, "reader") } }],
    target: {
      template: {
        metadata: { labels: { [GRAFANA_LABELS.dataSource]: "1" } },
        // Turns lines of PEM into a quoted JSON string.
        data: { [`elasticsearch-${site}.yaml`]: text.replace(`"${CA}"`, '{{ index . "ca.crt" | toJson }}') },
      },
    },
  });
}

const CA = "the CA";

/** Grafana takes a single dollar in its provisioning files for a variable of its environment. */
function requestLink(settings: SiteSettings, site: string): string {
  return kibanaLink(site, settings, 'request_id:"${__value.raw}"').replaceAll("$", "$$$$");
}

/** The charts' Services don't support fixed addresses. */
function loadBalancers({ addresses, sourceRanges }: SiteSettings): Record<string, HelmValues> {
  const { agents, sites, people } = sourceRanges;
  const replica = (index: number) => ({ "statefulset.kubernetes.io/pod-name": `prometheus-${METRICS}-${index}` });
  return {
    prometheus: loadBalancer("prometheus", addresses.prometheus, [...sites, ...people], thanosPods("query")),
    ...Object.fromEntries(
      addresses.replicas.map((address, index) => {
        const name = `prometheus-${index + 1}`;
        return [name, loadBalancer(name, address, [...agents, ...sites], replica(index))];
      }),
    ),
  };
}

function loadBalancer(
  name: string,
  address: string,
  sourceRanges: readonly string[],
  selector: HelmValues,
): HelmValues {
  const port = SITE_PORTS.prometheus;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, annotations: INTERNAL_LOAD_BALANCER_ANNOTATIONS },
    spec: {
      ...internalLoadBalancer({ address, sourceRanges }),
      selector,
      ports: [{ name: "http", port, targetPort: port }],
    },
  };
}

function dashboards(settings: SiteSettings): Record<string, HelmValues> {
  return Object.fromEntries(
    Object.entries(renderDashboards(settings)).map(([name, dashboard]) => [
      `dashboard-${name}`,
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `dashboard-${name}`, labels: { [GRAFANA_LABELS.dashboard]: "1" } },
        data: { [`${name}.json`]: JSON.stringify(dashboard) },
      },
    ]),
  );
}
