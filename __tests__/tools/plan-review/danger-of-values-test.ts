import { dump, load } from "js-yaml";
import { isRecord } from "../../../tools/plan-review/plan-file";
import { resources, stackOf, synthesize } from "../../support/synth";
import { changed, threeCountries } from "../../support/topologies";
import { type Mutation, mutated } from "./mutate";
import { plansBetween, reviewed, verdictsOf } from "./plans";

/** Dangers that look like what people change every day, and harmless changes that look like dangers. */
const estate = synthesize(threeCountries);
const INDIA = /-india$/;
const METRICS = /countries_india_.*_metrics_release/;

/** Values of a release as somebody edited them. @throws Error when that changes nothing */
function values(stack: string, name: RegExp, edit: (parsed: unknown, text: string) => unknown): Mutation {
  const releases = resources(stackOf(estate, stack), "helm_release");
  const release = releases.find(({ address }) => name.test(address.split(".")[1] ?? ""));
  const [text = ""] = [release?.attributes.values].flat().map(String);
  const parsed = load(text);
  const answer = edit(parsed, text);
  const next = typeof answer === "string" ? answer : dump(parsed, { lineWidth: -1 });
  if (next === text) throw new Error(`${name} stays as it is`);
  return { type: "helm_release", name: new RegExp(`^${release?.address.split(".")[1]}$`), to: { "values.0": next } };
}

/** The first object anywhere within that has a list of that name. */
function holderOf(
  value: unknown,
  list: string,
  isIt: (items: unknown[]) => boolean,
): Record<string, unknown[]> | undefined {
  if (isRecord(value) && Array.isArray(value[list]) && isIt(value[list])) return value as Record<string, unknown[]>;
  const parts = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  return parts.map((part) => holderOf(part, list, isIt)).find((found) => found !== undefined);
}

const withRule = (kind: "alert" | "record", rule: Record<string, unknown>) =>
  values("monitoring", METRICS, (parsed) => {
    holderOf(parsed, "rules", ([first]) => isRecord(first) && kind in first)?.rules?.push(rule);
  });
const withKey = (key: string, value: unknown) =>
  values("monitoring", METRICS, (parsed) => {
    Object.assign(parsed as object, { [key]: value });
  });

const image = "asia-south1-docker.pkg.dev/jamtangan-production/docker-hub/sekolahlinux/golang-http";
const app = (path: string, value: unknown): Mutation => ({
  type: "kubernetes_deployment_v1",
  stack: INDIA,
  to: { [path]: value },
});
const appImage = (value: string) => app("spec.template.spec.container.0.image", value);
const of = (type: string, name: RegExp, to: Record<string, unknown>): Mutation => ({ type, name, to });

const TOLD: Readonly<Record<string, Mutation>> = {
  "an alert policy is switched off": of("google_monitoring_alert_policy", /india/, { enabled: false }),
  "nobody is told by a channel": of("google_monitoring_notification_channel", /./, { enabled: false }),
  "an alert policy tells nobody": of("google_monitoring_alert_policy", /india/, { notification_channels: [] }),
  "the outside asks another host": of("google_monitoring_uptime_check_config", /india/, {
    "monitored_resource.labels.host": "example.com",
  }),
  "keys are rotated every second": of("google_kms_crypto_key", /india/, { rotation_period: "1s" }),
  "edges have machines that nobody makes": {
    ...of("google_compute_region_instance_template", /./, { machine_type: "e2-standard-2000" }),
    stack: INDIA,
  },
  "thirty brokers for three": values("region-india", /shop-resources/, (_parsed, text) =>
    text.replace(/replicas: 3\b/, "replicas: 30"),
  ),
  "two compactors, of which there must be one": values("monitoring", /countries_india_.*_thanos/, (parsed) => {
    const { compactor } = parsed as { compactor: { replicaCount?: number } };
    compactor.replicaCount = 2;
  }),
  "one broker for three": values("region-india", /shop-resources/, (_parsed, text) =>
    text.replace(/replicas: 3\b/, "replicas: 1"),
  ),
  "messages that are set aside go nowhere": values("region-india", /shop-resources/, (_parsed, text) =>
    text.replaceAll("jobs-returned", "nowhere"),
  ),
  "the first route that fits takes every alert": values("monitoring", METRICS, (parsed) => {
    holderOf(parsed, "routes", ({ length }) => length > 1)?.routes?.reverse();
  }),
  "two recordings of one name": withRule("record", { record: "site:targets_expected", expr: "vector(0)" }),
  "a group of rules that opens Grafana": withKey("opened", { groups: [], "auth.anonymous": { enabled: true } }),
  "an alert that holds something else": withKey("opened", { alert: "Down", "auth.anonymous": { enabled: true } }),
  "a dashboard that is none": withKey("grafana.json", { "auth.anonymous": { enabled: true } }),
  "metrics are kept for a day": values("monitoring", /countries_india_.*_thanos/, (_parsed, text) =>
    text.replace(/\d+d/, "1d"),
  ),
  "certificates are not renewed": values("monitoring", /countries_india_.*_certificate-renewal/, (_parsed, text) =>
    text.replace(/^( *)schedule:/m, "$1suspend: true\n$1schedule:"),
  ),
  "whatever image is the latest": appImage(`${image}:latest`),
  "an image without a version": appImage(image),
  "an image of another registry": appImage("registry.example.com/sekolahlinux/golang-http:1.0.1"),
  "pods that may do what the machine may": app("spec.template.spec.container.0.security_context.privileged", true),
  "all pods of a country end at once": app("spec.strategy.type", "Recreate"),
  "a database listens at another address": {
    ...of("google_compute_instance", /^database_/, { "network_interface.0.network_ip": "10.10.65.99" }),
    stack: INDIA,
  },
  "strangers of the IPv6 internet reach edges' checks": of("google_compute_firewall", /edge-from-health-checks-ipv6/, {
    source_ranges: ["fd00::/0"],
  }),
};

test.each(Object.entries(TOLD))("told: %s", (_what, mutation) => {
  const { refused, warned } = verdictsOf(reviewed(plansBetween(estate, mutated(estate, mutation))));
  expect([...refused, ...warned]).not.toEqual([]);
});

test("an image that was named by its digest stays so", () => {
  const exact = (tag: string, digit: string) => mutated(estate, appImage(`${image}:${tag}@sha256:${digit.repeat(64)}`));
  const review = (after: typeof estate) => verdictsOf(reviewed(plansBetween(exact("1.0.0", "a"), after))).warned;
  expect(review(mutated(estate, appImage(`${image}:1.0.1`)))).toEqual(["not-known-harmless"]);
  expect(review(exact("1.0.1", "b"))).toEqual([]);
});

const everywhere = (path: string, value: unknown) =>
  changed(Object.fromEntries(Object.keys(threeCountries.countries).map((key) => [`countries.${key}.${path}`, value])));

const HARMLESS: Readonly<Record<string, Parameters<typeof synthesize>[0]>> = {
  "stronger edge machines in every country": everywhere("edge.machineType", "e2-standard-4"),
  "one more edge machine in every country": everywhere("edge.instances", 4),
  "an image with its digest": everywhere(
    "app.image",
    `docker.io/sekolahlinux/golang-http:1.0.0@sha256:${"a".repeat(64)}`,
  ),
  "twice as many pods at least": everywhere("app.minReplicas", 6),
  "more memory for Elasticsearch": everywhere("monitoring.elasticsearch.memoryGib", 5),
  "larger VPN disks": everywhere("vpn.diskGb", 30),
};

test.each(Object.entries(HARMLESS))("nothing to object to: %s", (_what, topology) => {
  expect(verdictsOf(reviewed(plansBetween(estate, synthesize(topology))))).toEqual({ refused: [], warned: [] });
});

test("a new alert and a new recording of its own name are nothing to object to", () => {
  const alert = { alert: "Late", expr: "up == 3", for: "5m", annotations: { summary: "late", runbook: "edge.md" } };
  for (const mutation of [withRule("alert", alert), withRule("record", { record: "shop:late", expr: "vector(1)" })])
    expect(verdictsOf(reviewed(plansBetween(estate, mutated(estate, mutation)))).warned).toEqual([]);
});
