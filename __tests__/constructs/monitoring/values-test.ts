import { CORE_SCHEMA, load, YAML11_SCHEMA } from "js-yaml";
import type { HelmValues } from "../../../constructs/kubernetes/values/helm-values";
import { toYaml } from "../../../constructs/kubernetes/yaml";
import { renderAlertmanagerConfig } from "../../../constructs/monitoring/render-alertmanager";
import { renderScrapeConfigs } from "../../../constructs/monitoring/render-scrape-jobs";
import { indonesia, releasesOf, stagingSite } from "./sites";

const releases = releasesOf(indonesia);
const texts = [indonesia, stagingSite].flatMap((site) =>
  Object.entries(releasesOf(site)).map(([name, values]) => [`${site.site} ${name}`, toYaml(values), values] as const),
);

describe.each(texts)("%s", (_name, text, values) => {
  test("is the same in YAML 1.1, which Helm reads, and 1.2", () => {
    expect(load(text, { schema: YAML11_SCHEMA })).toEqual(values);
    expect(load(text, { schema: CORE_SCHEMA })).toEqual(values);
  });

  test("has nothing that Terraform would fill in", () => {
    // Grafana's own, in the link of a request's id.
    expect(text.replaceAll("$${__value.raw}", "")).not.toMatch(/[$%]\{|TfToken/);
  });

  test("holds no secret: only names of secrets, files, and places that the cluster fills in", () => {
    const passwords = [...text.matchAll(/pass(?:word)?"?[ \t]*:[ \t]*(\S.*)$/gim)].map(([, value = ""]) => value);
    for (const value of passwords) expect(value).toMatch(/^"?\{\{ \.[a-z]+ \}\}",?$|"?\$\(cat \/|^\/etc\/|^$/);
    expect(text).not.toMatch(/BEGIN [A-Z ]*KEY|https?:\/\/[^/\s]+:[^/\s]+@|hooks\.slack/);
  });

  test("names no image latest, and every container has requests and a memory limit", () => {
    expect(text).not.toMatch(/\blatest\b(?!_)/);
    for (const container of containersIn(values)) {
      expect(container).toMatchObject({
        resources: {
          requests: { cpu: expect.any(String), memory: expect.any(String) },
          limits: expect.any(Object),
        },
      });
    }
  });
});

test("what Helm takes for a template in these values is none", () => {
  // The chart runs these through `tpl`.
  const { prometheus, grafana } = releases.metrics as Record<string, Record<string, HelmValues>>;
  const templated = [
    prometheus?.prometheusSpec?.additionalScrapeConfigs,
    prometheus?.prometheusSpec?.scrapeClasses,
    prometheus?.prometheusSpec?.externalLabels,
    grafana?.["grafana.ini"],
    grafana?.additionalDataSources,
  ];
  for (const value of templated) {
    expect(value).toBeDefined();
    expect(JSON.stringify(value)).not.toContain("{{");
  }
});

test("the two that agents push to are two addresses, each of one pod", () => {
  const { objects } = releases["site-resources"] as {
    objects: Record<string, { spec: HelmValues }>;
  };
  expect(["prometheus-1", "prometheus-2"].map((name) => objects[name]?.spec)).toMatchInlineSnapshot(`
    [
      {
        "externalTrafficPolicy": "Local",
        "loadBalancerIP": "10.2.51.14",
        "loadBalancerSourceRanges": [
          "10.2.32.0/20",
          "10.0.0.0/16",
          "10.2.48.0/22",
          "10.1.0.0/17",
          "10.6.48.0/22",
          "10.5.0.0/17",
          "10.10.48.0/22",
          "10.9.0.0/17",
        ],
        "ports": [
          {
            "name": "http",
            "port": 9090,
            "targetPort": 9090,
          },
        ],
        "selector": {
          "statefulset.kubernetes.io/pod-name": "prometheus-metrics-0",
        },
        "type": "LoadBalancer",
      },
      {
        "externalTrafficPolicy": "Local",
        "loadBalancerIP": "10.2.51.15",
        "loadBalancerSourceRanges": [
          "10.2.32.0/20",
          "10.0.0.0/16",
          "10.2.48.0/22",
          "10.1.0.0/17",
          "10.6.48.0/22",
          "10.5.0.0/17",
          "10.10.48.0/22",
          "10.9.0.0/17",
        ],
        "ports": [
          {
            "name": "http",
            "port": 9090,
            "targetPort": 9090,
          },
        ],
        "selector": {
          "statefulset.kubernetes.io/pod-name": "prometheus-metrics-1",
        },
        "type": "LoadBalancer",
      },
    ]
  `);
});

test("a site scrapes the machines of its countries, every database and the other sites", () => {
  expect(toYaml({ scrape_configs: renderScrapeConfigs(indonesia) })).toMatchInlineSnapshot(`
    "scrape_configs:
      - job_name: haproxy
        gce_sd_configs:
          - project: jamtangan-production
            zone: asia-southeast2-a
            filter: name eq "indonesia-edge-.*"
            port: 8405
            refresh_interval: 30s
          - project: jamtangan-production
            zone: asia-southeast2-b
            filter: name eq "indonesia-edge-.*"
            port: 8405
            refresh_interval: 30s
          - project: jamtangan-production
            zone: asia-southeast2-c
            filter: name eq "indonesia-edge-.*"
            port: 8405
            refresh_interval: 30s
        relabel_configs:
          - source_labels:
              - __meta_gce_tags
            regex: .*,edge,.*
            action: keep
          - source_labels:
              - __meta_gce_instance_status
            regex: RUNNING
            action: keep
          - source_labels:
              - __meta_gce_instance_name
            target_label: instance
          - source_labels:
              - __meta_gce_zone
            regex: .*/([^/]+)
            target_label: zone
          - source_labels:
              - __meta_gce_instance_name
            regex: indonesia-edge-[^-]+
            target_label: country
            replacement: indonesia
        scrape_interval: 15s
        scrape_timeout: 10s
      - job_name: edge-host
        gce_sd_configs:
          - project: jamtangan-production
            zone: asia-southeast2-a
            filter: name eq "indonesia-edge-.*"
            port: 9100
            refresh_interval: 30s
          - project: jamtangan-production
            zone: asia-southeast2-b
            filter: name eq "indonesia-edge-.*"
            port: 9100
            refresh_interval: 30s
          - project: jamtangan-production
            zone: asia-southeast2-c
            filter: name eq "indonesia-edge-.*"
            port: 9100
            refresh_interval: 30s
        relabel_configs:
          - source_labels:
              - __meta_gce_tags
            regex: .*,edge,.*
            action: keep
          - source_labels:
              - __meta_gce_instance_status
            regex: RUNNING
            action: keep
          - source_labels:
              - __meta_gce_instance_name
            target_label: instance
          - source_labels:
              - __meta_gce_zone
            regex: .*/([^/]+)
            target_label: zone
          - source_labels:
              - __meta_gce_instance_name
            regex: indonesia-edge-[^-]+
            target_label: country
            replacement: indonesia
      - job_name: mysqld
        static_configs:
          - targets:
              - 10.2.65.10:9104
            labels:
              country: indonesia
              zone: asia-southeast2-a
              instance: indonesia-database-1
          - targets:
              - 10.6.65.10:9104
            labels:
              country: singapore
              zone: asia-southeast1-a
              instance: singapore-database-1
          - targets:
              - 10.10.65.10:9104
            labels:
              country: india
              zone: asia-south1-a
              instance: india-database-1
      - job_name: database-host
        static_configs:
          - targets:
              - 10.2.65.10:9100
            labels:
              country: indonesia
              zone: asia-southeast2-a
              instance: indonesia-database-1
          - targets:
              - 10.6.65.10:9100
            labels:
              country: singapore
              zone: asia-southeast1-a
              instance: singapore-database-1
          - targets:
              - 10.10.65.10:9100
            labels:
              country: india
              zone: asia-south1-a
              instance: india-database-1
      - job_name: vpn-host
        static_configs:
          - targets:
              - 10.2.66.10:9100
            labels:
              country: indonesia
              instance: indonesia-vpn
      - job_name: monitoring-sites
        metrics_path: /federate
        params:
          match[]:
            - alerts:taken:rate5m{job!="monitoring-sites"}
            - app:down:count{job!="monitoring-sites"}
        honor_timestamps: false
        static_configs:
          - targets:
              - 10.6.51.14:9090
            labels:
              country: singapore
              instance: singapore-prometheus-1
          - targets:
              - 10.6.51.15:9090
            labels:
              country: singapore
              instance: singapore-prometheus-2
          - targets:
              - 10.10.51.14:9090
            labels:
              country: india
              instance: india-prometheus-1
          - targets:
              - 10.10.51.15:9090
            labels:
              country: india
              instance: india-prometheus-2
    "
  `);
  const jobs = renderScrapeConfigs(stagingSite).map(({ job_name }) => job_name);
  expect(jobs).toEqual(["haproxy", "edge-host", "mysqld", "database-host", "vpn-host"]);
});

test.each([
  { kind: "webhook", secret: "alert-webhook" },
  { kind: "slack", secret: "alert-slack" },
  {
    kind: "email",
    secret: "alert-mail",
    to: "oncall@jamtangan.com",
    from: "alerts@jamtangan.com",
    server: "smtp.jamtangan.com:587",
    username: "alerts",
  },
] as const)("Alertmanager notifies by $kind", (critical) => {
  const { receivers } = renderAlertmanagerConfig({ critical });
  expect(toYaml({ receivers: receivers ?? null })).toMatchSnapshot();
});

// The chart's own routes stay where none are given, and lead to a receiver that is not there.
test.each([
  ["no receiver", {}],
  ["one receiver", { critical: { kind: "webhook", secret: "pager" } }],
  ["all receivers", indonesia.alerts],
] as const)("Alertmanager's routes are given and lead to receivers that are there: %s", (_name, alerts) => {
  const { route, receivers } = renderAlertmanagerConfig(alerts) as unknown as {
    route: { routes: { receiver: string }[] };
    receivers: { name: string }[];
  };
  expect(route.routes).toBeDefined();
  const names = receivers.map(({ name }) => name);
  for (const { receiver } of route.routes) expect(names).toContain(receiver);
});

test("Alertmanager's route", () => {
  const { receivers: _, ...config } = renderAlertmanagerConfig(indonesia.alerts);
  expect(toYaml(config)).toMatchInlineSnapshot(`
    "global:
      resolve_timeout: 5m
    route:
      receiver: nobody
      group_by:
        - alertname
        - country
      group_wait: 30s
      group_interval: 5m
      repeat_interval: 24h
      routes:
        - matchers:
            - alertname = "Watchdog"
          receiver: dead-mans-switch
          group_wait: 0s
          group_interval: 1m
          repeat_interval: 5m
        - matchers:
            - severity = "critical"
          receiver: critical
          repeat_interval: 4h
          continue: true
        - matchers:
            - severity =~ "critical|warning"
          receiver: warning
    inhibit_rules:
      - source_matchers:
          - alertname =~ "CountryLost"
        target_matchers:
          - alertname != "CountryLost"
        equal:
          - country
      - source_matchers:
          - alertname =~ "CountryLost"
        target_matchers:
          - alertname =~ "FallbackUnreachable"
      - source_matchers:
          - alertname =~ "SiteAlone"
        target_matchers:
          - alertname =~ "CountryLost|Database.*|NoDatabaseServes|.*TargetsMissing|MonitoringSiteSilent|BackupStale|ErrorBudgetGone.*|AnswersSlow|AnswersVerySlow|TrafficGone|.*UsersRefused|IngressErrors"
      - source_matchers:
          - alertname =~ "EdgeDown"
        target_matchers:
          - alertname =~ "TargetsMissing|Target(Blind|Down)|ServiceDown|NoCountryServes|NoDatabaseServes|ErrorBudgetGone.*|AnswersSlow|AnswersVerySlow|TrafficGone|.*UsersRefused|IngressErrors"
        equal:
          - country
      - source_matchers:
          - alertname =~ "NoAppIsUp"
        target_matchers:
          - alertname =~ "NoCountryServes|FailoverActive|FallbackUnreachable|AppShortOfPods|ErrorBudgetGone.*|AnswersSlow|AnswersVerySlow|TrafficGone|.*UsersRefused|IngressErrors"
      - source_matchers:
          - alertname =~ "NoCountryServes"
        target_matchers:
          - alertname =~ "FailoverActive|FallbackUnreachable|AppShortOfPods|ErrorBudgetGone.*|AnswersSlow|AnswersVerySlow|TrafficGone|.*UsersRefused|IngressErrors"
        equal:
          - country
      - source_matchers:
          - alertname =~ "NoDatabaseServes"
        target_matchers:
          - alertname =~ "ErrorBudgetGone.*|AnswersSlow|AnswersVerySlow|TrafficGone|.*UsersRefused|IngressErrors"
        equal:
          - country
      - source_matchers:
          - alertname =~ "FailoverActive"
        target_matchers:
          - alertname =~ "AgentSilent|AppShortOfPods|WorkloadShort|IngressErrors|FailoverFlaps"
        equal:
          - country
      - source_matchers:
          - alertname =~ "EdgeFull"
        target_matchers:
          - alertname =~ "AnswersSlow|AnswersVerySlow|MemoryShort"
        equal:
          - country
      - source_matchers:
          - alertname =~ "DatabaseDown"
        target_matchers:
          - alertname =~ "NoDatabaseServes|Database(HostDown|ClusterShort|NotWritable|CatchesUp|WaitsToStart|Stuck|Restarted)|FallbackUnreachable|ErrorBudgetGone.*|AnswersSlow|AnswersVerySlow|TrafficGone|.*UsersRefused|IngressErrors"
      - source_matchers:
          - alertname =~ "DatabaseHostDown"
        target_matchers:
          - alertname =~ "DatabaseNotWritable|DatabaseCatchesUp|SharedTargetsMissing"
        equal:
          - country
      - source_matchers:
          - alertname =~ "DatabaseHostDown|DatabaseNotWritable"
        target_matchers:
          - alertname =~ "DatabaseClusterShort|FallbackUnreachable"
      - source_matchers:
          - alertname =~ "DatabaseStuck|DatabaseWaitsToStart"
        target_matchers:
          - alertname =~ "DatabaseNotWritable"
        equal:
          - country
      - source_matchers:
          - alertname =~ "MonitoringSiteSilent"
        target_matchers:
          - alertname =~ "SharedTargetsMissing|AlertmanagerUnreachable"
        equal:
          - country
      - source_matchers:
          - alertname =~ "AgentSilent"
        target_matchers:
          - alertname =~ "RawLogArchiveStale|SignalMissing|JobVanished|TargetDown|Pushes.*"
        equal:
          - country
      - source_matchers:
          - alertname =~ "ErrorBudgetGoneInTwoDays"
        target_matchers:
          - alertname =~ "ErrorBudgetGoneIn(FiveDays|TenDays|AMonth)"
        equal:
          - country
      - source_matchers:
          - alertname =~ "ErrorBudgetGoneInFiveDays"
        target_matchers:
          - alertname =~ "ErrorBudgetGoneIn(TenDays|AMonth)"
        equal:
          - country
      - source_matchers:
          - alertname =~ "ErrorBudgetGoneInTenDays"
        target_matchers:
          - alertname =~ "ErrorBudgetGoneInAMonth"
        equal:
          - country
      - source_matchers:
          - alertname =~ "AnswersVerySlow"
        target_matchers:
          - alertname =~ "AnswersSlow"
        equal:
          - country
      - source_matchers:
          - alertname =~ "UsersRefused"
        target_matchers:
          - alertname =~ "SomeUsersRefused"
        equal:
          - country
      - source_matchers:
          - alertname =~ "BrokerBlocksPublishers"
        target_matchers:
          - alertname =~ "DiskFill.*"
          - persistentvolumeclaim =~ "persistence-rabbitmq-server-.+"
        equal:
          - country
      - source_matchers:
          - alertname =~ "BrokerDown"
        target_matchers:
          - alertname =~ "BrokerShortOfNodes|QueueUnattended|SignalMissing"
        equal:
          - country
      - source_matchers:
          - alertname =~ "CertificateExpiresNow"
        target_matchers:
          - alertname =~ "CertificateExpiring|CertificateWentBack"
        equal:
          - country
      - source_matchers:
          - alertname =~ "DiskReadOnly"
        target_matchers:
          - alertname =~ "Database(NotWritable|CatchesUp)|TextfileStale|ServiceDown"
        equal:
          - country
      - source_matchers:
          - alertname =~ "DiskFillsSoon"
        target_matchers:
          - alertname =~ "DiskFilling|InodesShort"
        equal:
          - country
    "
  `);
});

test.each(["external-secrets", "elastic-operator", "elastic", "thanos", "elastic-resources"])(
  "values of %s",
  (name) => {
    expect(toYaml(releases[name] ?? {})).toMatchSnapshot();
  },
);

test("values of metrics, without rules and scrapes", () => {
  const {
    additionalPrometheusRulesMap: _rules,
    alertmanager,
    prometheus,
    ...values
  } = releases.metrics as {
    readonly [key: string]: HelmValues;
    readonly prometheus: { readonly prometheusSpec: HelmValues };
    readonly alertmanager: { readonly alertmanagerSpec: HelmValues };
  };
  const { additionalScrapeConfigs: _jobs, ...prometheusSpec } = prometheus.prometheusSpec;
  expect(
    toYaml({
      ...values,
      prometheus: { ...prometheus, prometheusSpec },
      alertmanager: alertmanager.alertmanagerSpec,
    }),
  ).toMatchSnapshot();
});

test("resources of a site, without dashboards", () => {
  const { objects } = releases["site-resources"] as { objects: HelmValues };
  const names = Object.keys(objects);
  expect(names).toMatchInlineSnapshot(`
    [
      "store",
      "object-store",
      "grafana-password",
      "grafana-admin",
      "alert-critical",
      "alert-warning",
      "alert-dead-mans-switch",
      "elasticsearch-indonesia",
      "elasticsearch-singapore",
      "elasticsearch-india",
      "prometheus",
      "prometheus-1",
      "prometheus-2",
      "dashboard-user-flow",
      "dashboard-failover",
      "dashboard-galera",
      "dashboard-scaling",
      "dashboard-archives",
    ]
  `);
  expect(
    toYaml({
      store: objects.store ?? null,
      source: objects["elasticsearch-india"] ?? null,
    }),
  ).toMatchInlineSnapshot(`
    "store:
      apiVersion: external-secrets.io/v1
      kind: SecretStore
      metadata:
        name: secret-manager
      spec:
        provider:
          gcpsm:
            projectID: jamtangan-production
            auth:
              workloadIdentity:
                clusterProjectID: jamtangan-production
                clusterLocation: asia-southeast2
                clusterName: indonesia-monitoring
                serviceAccountRef:
                  name: indonesia-secrets
    source:
      apiVersion: external-secrets.io/v1
      kind: ExternalSecret
      metadata:
        name: grafana-elasticsearch-india
      spec:
        refreshPolicy: Periodic
        refreshInterval: 1m
        secretStoreRef:
          kind: SecretStore
          name: secret-manager
        dataFrom:
          - extract:
              key: india-elasticsearch-reader
        target:
          template:
            metadata:
              labels:
                grafana_datasource: "1"
            data:
              elasticsearch-india.yaml: |-
                {
                  "apiVersion": 1,
                  "datasources": [
                    {
                      "name": "Elasticsearch india",
                      "uid": "elasticsearch-india",
                      "type": "elasticsearch",
                      "access": "proxy",
                      "url": "https://elasticsearch.india.internal.jamtangan.com:9200",
                      "basicAuth": true,
                      "basicAuthUser": "{{ .username }}",
                      "jsonData": {
                        "index": "logs-*",
                        "timeField": "@timestamp",
                        "logMessageField": "message",
                        "logLevelField": "level",
                        "dataLinks": [
                          {
                            "field": "request_id",
                            "url": "https://kibana.india.internal.jamtangan.com:5601/app/discover#/?_g=(time:(from:'[[__from:date]]',to:'[[__to:date]]'))&_a=(query:(language:kuery,query:'request_id:\\"$\${__value.raw}\\"'))",
                            "urlDisplayLabel": "In Kibana"
                          }
                        ],
                        "tlsAuthWithCACert": true
                      },
                      "secureJsonData": {
                        "basicAuthPassword": "{{ .password }}",
                        "tlsCACert": {{ index . "ca.crt" | toJson }}
                      }
                    }
                  ]
                }
    "
  `);
});

/** Every object in the values that has resources of its own, or should: it names an image. */
function containersIn(value: unknown): object[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value).flatMap(containersIn);
  return "image" in value && typeof value.image === "string" ? [value, ...below] : below;
}
