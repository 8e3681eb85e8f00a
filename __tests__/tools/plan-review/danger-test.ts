import { isRecord } from "../../../tools/plan-review/plan-file";
import { resources, stackOf, synthesize } from "../../support/synth";
import { threeCountries } from "../../support/topologies";
import { type Mutation, mutated } from "./mutate";
import { plansBetween, reviewed } from "./plans";

const estate = synthesize(threeCountries);

const INDIA = /-india$/;
const TWO = /-(india|singapore)$/;
const database = { type: "google_compute_instance", name: /^database_/ };
const app = { type: "kubernetes_deployment_v1" };
const row = (name: string) => ({ type: "google_compute_firewall", name: new RegExp(`^firewall_${name}_`) });
const apex = { type: "google_dns_record_set", name: /^public-zone_apex/ };
const backups = { type: "google_storage_bucket", name: /^database_backups/ };
const snapshots = { type: "google_compute_resource_policy", name: /^database_/ };
const ingress = { type: "helm_release", name: /^platform_ingress_/ };

/** A row that lets in one more range. */
const widened = (name: string, range: string): Mutation => {
  const rows = resources(stackOf(estate, "network"), "google_compute_firewall");
  const found = rows.find(({ address }) => row(name).name.test(address.split(".")[1] ?? ""));
  return { ...row(name), to: { source_ranges: [found?.attributes.source_ranges, range].flat() } };
};

/** Edges with another text in India's configuration. @throws Error when that is not in it */
const edgeWith = (from: RegExp, to: string, stack = INDIA): Mutation => {
  const type = "google_compute_region_instance_template";
  const [template] = resources(stackOf(estate, "region-india"), type);
  const metadata = template?.attributes.metadata;
  const config = isRecord(metadata) ? String(metadata["haproxy-cfg"]) : "";
  if (!from.test(config)) throw new Error(`the edge's configuration has no ${from}`);
  return { type, stack, to: { "metadata.haproxy-cfg": config.replace(from, to) } };
};

/** Monitoring with another text in its values. @throws Error when that is not in them */
const monitoringWith = (from: RegExp, to: string): Mutation => {
  const type = "helm_release";
  const releases = resources(stackOf(estate, "monitoring"), type);
  const release = releases.find(({ address }) => /countries_india_.*_metrics_release_/.test(address));
  const [values = ""] = [release?.attributes.values].flat().map(String);
  if (!from.test(values)) throw new Error(`the values have no ${from}`);
  return { type, name: /countries_india_.*_metrics_release_/, to: { "values.0": values.replace(from, to) } };
};

/** What must be refused, whoever asks for it; each as somebody might write it. */
const REFUSED: Readonly<Record<string, readonly Mutation[]>> = {
  "nobody logs what is denied": [{ ...row("deny-the-rest"), to: { log_config: undefined } }],
  "a database node is destroyed": [{ ...database, stack: INDIA }],
  "two database nodes lose their tags": [{ ...database, stack: TWO, to: { tags: undefined } }],
  "database nodes lose their identities": [{ type: "google_service_account", name: /^database_/, stack: TWO }],
  "database nodes may not read their secrets": [
    { type: "google_secret_manager_secret_iam_member", name: /^database_/, stack: TWO },
  ],
  "disks lose their keys": [{ type: "google_kms_crypto_key_iam_member", name: /_disks-agent_/ }],
  "peers are kept out": [row("database-from-peers")],
  "peers reach one port only": [{ ...row("database-from-peers"), to: { "allow.0.ports": ["3306"] } }],
  "what denies the rest comes first": [{ ...row("deny-the-rest"), to: { priority: 100 } }],
  "the edges are closed": [row("edge-from-everywhere")],
  "the edges are closed for a while": [{ ...row("edge-from-everywhere"), to: { disabled: true } }],
  "the edges are closed over IPv6": [row("edge-from-everywhere-ipv6")],
  "health checks do not reach the edges": [row("edge-from-health-checks")],
  "machines may reach the whole internet over IPv6": [row("deny-the-rest-outbound-ipv6")],
  "the ingress of every country is closed": [row("\\w+-ingress-from-edges")],
  "the apex is destroyed": [apex],
  "the apex names one country": [{ ...apex, to: { "routing_policy.geo": [] } }],
  "DNS does not ask whether edges are well": [{ ...apex, to: { "routing_policy.health_check": "" } }],
  "the apex stays in caches for a day": [{ ...apex, to: { ttl: 86_400 } }],
  "DNS's health check is destroyed": [{ type: "google_compute_health_check", name: /^public-zone/ }],
  "NAT of two countries is destroyed": [{ type: "google_compute_router_nat", name: /_(india|singapore)_/ }],
  "subnets of the databases are destroyed": [{ type: "google_compute_subnetwork", name: /subnet-data/ }],
  "subnets get other secondary ranges": [
    {
      type: "google_compute_subnetwork",
      name: /subnet-nodes/,
      to: { "secondary_ip_range.0.ip_cidr_range": "10.99.0.0/16" },
    },
  ],
  "edges have no machines": [
    { type: "google_compute_region_instance_group_manager", stack: TWO, to: { target_size: 0 } },
  ],
  "edges turn away more of their users": [edgeWith(/(sc_gpc0_rate\(1\) gt) \d+/, "$1 500", TWO)],
  "edges are not asked whether they are well": [
    { type: "google_compute_region_backend_service", stack: TWO, to: { health_checks: [] } },
  ],
  "edges may not read their certificates": [
    { type: "google_secret_manager_secret_iam_member", name: /^edge_/, stack: TWO },
  ],
  "the app is destroyed in two countries": [{ ...app, stack: TWO }],
  "the app's Ingress is destroyed in two countries": [{ type: "kubernetes_ingress_v1", stack: TWO }],
  "the app's Service leads nowhere in two countries": [
    { type: "kubernetes_service_v1", stack: TWO, to: { "spec.selector": { app: "nobody" } } },
  ],
  "one country loses its NAT and another its app": [
    { type: "google_compute_router_nat", name: /_india_/ },
    { ...app, stack: /-singapore$/ },
  ],
  "ingress of two countries gets another major version": [{ ...ingress, stack: TWO, to: { version: "5.0.0" } }],
  "nodes of two countries are made anew": [
    { type: "google_container_node_pool", stack: TWO, to: { "node_config.machine_type": "e2-small" } },
  ],
  "network policies of two countries are destroyed": [
    { type: "kubernetes_network_policy_v1", stack: TWO, name: /shop_default-deny/ },
  ],
  "nobody reaches the VPN of two countries": [{ type: "google_compute_instance", name: /^vpn_/, stack: TWO }],
  "no snapshots are taken any more": [
    { type: "google_compute_disk_resource_policy_attachment", name: /^database_/, stack: INDIA },
  ],
  "snapshots are kept for a day": [
    { ...snapshots, stack: INDIA, to: { "snapshot_schedule_policy.retention_policy.max_retention_days": 1 } },
  ],
  "backups are deleted after a day": [{ ...backups, to: { "lifecycle_rule.0.condition.age": 1 } }],
  "deleted backups cannot be brought back": [
    { ...backups, to: { "soft_delete_policy.retention_duration_seconds": 0 } },
  ],
  "backups of clusters are kept for a day": [
    { type: "google_gke_backup_backup_plan", to: { "retention_policy.backup_retain_days": 1 } },
  ],
  "secrets expire": [{ type: "google_secret_manager_secret", name: /^database_/, to: { ttl: "86400s" } }],
  "archives may be public": [
    { type: "google_storage_bucket", name: /_india_archive_/, to: { public_access_prevention: "inherited" } },
  ],
  "everybody reads the backups": [
    { type: "google_storage_bucket_iam_member", name: /^database_/, to: { member: "allUsers" } },
  ],
  "everybody with an account reads a secret": [
    { type: "google_secret_manager_secret_iam_member", name: /^edge_/, to: { member: "allAuthenticatedUsers" } },
  ],
  "a machine owns the project": [
    { type: "google_project_iam_member", name: /^edge_identity_logging/, stack: INDIA, to: { role: "roles/owner" } },
  ],
  "a control plane is public": [
    {
      type: "google_container_cluster",
      stack: INDIA,
      to: { "private_cluster_config.enable_private_endpoint": false },
    },
  ],
  "the internet asks a control plane": [
    {
      type: "google_container_cluster",
      stack: INDIA,
      to: { "master_authorized_networks_config.cidr_blocks": [{ cidr_block: "0.0.0.0/0" }] },
    },
  ],
  "all that is private reaches the databases": [widened("database-from-vpn", "10.0.0.0/8")],
  "Google's tunnels reach the databases": [widened("database-from-vpn", "35.235.240.0/20")],
  "apps reach what only the monitoring does": [widened("database-from-monitoring", "10.0.0.0/17")],
  "users of one country are led to a written address": [
    {
      ...apex,
      to: { "routing_policy.geo.3": { location: "us-east1", rrdatas: ["203.0.113.9"] } },
    },
  ],
  "users of one country are led to a written name": [
    { ...apex, to: { "routing_policy.geo.3": { location: "us-east1", rrdatas: ["shop.example.com."] } } },
  ],
  "ingress of every country gets a later version": [{ ...ingress, to: { version: "4.16.0" } }],
  "ingress of two countries gets other values": [{ ...ingress, stack: TWO, to: { "values.0": "controller: {}" } }],
  "a network of strangers reaches the databases": [
    { ...row("database-from-vpn"), to: { source_ranges: ["10.2.66.0/24", "203.0.113.0/24"] } },
  ],
};

/** What one country bears, and a reviewer must know. */
const WARNED: Readonly<Record<string, readonly Mutation[]>> = {
  "a database is let in like an edge": [{ ...database, stack: INDIA, to: { tags: ["database", "edge"] } }],
  "a database node boots with another script": [
    { ...database, stack: INDIA, to: { "metadata.startup-script": "#!/bin/sh\nmkfs.ext4 /dev/sdb\n" } },
  ],
  "a database node's scripts include something else": [
    { ...database, stack: INDIA, to: { "metadata.galera-lib": "rm -rf /var/lib/mysql\n" } },
  ],
  "an edge boots with another script": [
    {
      type: "google_compute_region_instance_template",
      stack: INDIA,
      to: { "metadata.startup-script": "#!/bin/sh\npoweroff\n" },
    },
  ],
  "an edge turns its users away": [edgeWith(/(sc_gpc0_rate\(1\) gt) \d+/, "$1 6")],
  "an edge limits nobody": [edgeWith(/(sc_gpc0_rate\(1\) gt) \d+/, "$1 60000")],
  "an edge has half its connections to the databases": [edgeWith(/(rise \d maxconn) \d+/, "$1 50")],
  "an edge does not ask whether its app is well": [edgeWith(/option httpchk/g, "option redispatch")],
  "an edge's limit is raised, and something else with it": [
    edgeWith(/(sc_gpc0_rate\(1\) gt) \d+( })/, "$1 700$2\n  http-request deny"),
  ],
  "a database node gets another configuration": [
    { ...database, stack: INDIA, to: { "metadata.mariadb-cnf": "[mysqld]\nwsrep_on = OFF\n" } },
  ],
  "alerts go to somebody else": [
    { type: "google_monitoring_notification_channel", to: { "labels.email_address": "mallory@example.com" } },
  ],
  "a quota limits what it did not": [
    { type: "kubernetes_resource_quota_v1", stack: INDIA, to: { "spec.hard.persistentvolumeclaims": "0" } },
  ],
  "a pool has a thousand times the nodes": [
    { type: "google_container_node_pool", stack: INDIA, to: { "autoscaling.total_min_node_count": 3000 } },
  ],
  "an edge has weaker machines": [
    { type: "google_compute_region_instance_template", stack: INDIA, to: { machine_type: "e2-micro" } },
  ],
  "an edge has machines of another processor": [
    { type: "google_compute_region_instance_template", stack: INDIA, to: { machine_type: "t2a-standard-4" } },
  ],
  "the ingress of a country lets in the whole of the private ranges": [
    {
      type: "kubernetes_network_policy_v1",
      stack: INDIA,
      name: /ingress_controller/,
      to: { "spec.ingress.0.from.3": { ip_block: { cidr: "10.0.0.0/8" } } },
    },
  ],
  "the VPN hosts of two countries boot with another script": [
    {
      type: "google_compute_instance",
      name: /^vpn_/,
      stack: TWO,
      to: { "metadata.startup-script": "#!/bin/sh\npoweroff\n" },
    },
  ],
  "a country's NAT is destroyed": [{ type: "google_compute_router_nat", name: /_india_/ }],
  "a country's app is destroyed": [{ ...app, stack: INDIA }],
  "a country's app is not asked whether it is ready": [
    { ...app, to: { "spec.template.spec.container.0.readiness_probe": undefined } },
  ],
  "the app is not there": [{ ...app, to: { "spec.replicas": "0" } }],
  "a country's records are destroyed": [{ type: "google_dns_record_set", name: /countries_india/ }],
  "KEDA lets the app shrink to nothing": [
    { type: "helm_release", name: /shop-scaling/, to: { "values.0": "objects: {}" } },
  ],
  "half of all answers may be errors": [monitoringWith(/vector\(0\.001\)/, "vector(0.5)")],
  "no machine is expected": [monitoringWith(/(site:targets_expected\n\s+expr: vector)\(3\)/, "$1(0)")],
  "a country is not watched": [monitoringWith(/(site:country_watched\n\s+expr: vector)\(1\)/, "$1(0)")],
  "an alert fires later": [monitoringWith(/for: 1m\n/, "for: 10h\n")],
  "a chart's switch that is off is left out": [
    monitoringWith(/ *serviceMonitorSelectorNilUsesHelmValues: false\n/, ""),
  ],
  "a network policy lets everybody in": [
    { type: "kubernetes_network_policy_v1", stack: INDIA, name: /shop_default-deny/, to: { "spec.ingress": [{}] } },
  ],
  "a pod of the monitoring takes nine times the memory": [monitoringWith(/memory: 6Gi/g, "memory: 54Gi")],
  "an alert is gone": [{ type: "helm_release", name: /_metrics_release/, to: { "values.0": "{}" } }],
  "a country's network policies are destroyed": [{ type: "kubernetes_network_policy_v1", stack: INDIA }],
  "keys are not rotated": [{ type: "google_kms_crypto_key", name: /_india_/, to: { rotation_period: undefined } }],
  "an edge is updated without a pause": [
    {
      type: "google_compute_region_instance_group_manager",
      stack: INDIA,
      to: { "update_policy.max_unavailable_fixed": 3 },
    },
  ],
  "a cluster's channel is another one": [
    { type: "google_container_cluster", stack: INDIA, to: { "release_channel.channel": "RAPID" } },
  ],
  "a machine's login is opened": [{ ...database, stack: INDIA, to: { "metadata.enable-oslogin": "FALSE" } }],
};

const verdictOf = (mutations: readonly Mutation[]) => {
  const { refused, warned } = reviewed(plansBetween(estate, mutations.reduce(mutated, estate)));
  return refused.length > 0 ? "refused" : warned.length > 0 ? "warned" : "silent";
};

test.each(Object.entries(REFUSED))("refused: %s", (_what, mutations) => {
  expect(verdictOf(mutations)).toBe("refused");
});

test.each(Object.entries(WARNED))("warned of: %s", (_what, mutations) => {
  expect(verdictOf(mutations)).toBe("warned");
});
