import type { Topology } from "../../../config/topology";
import { synthesize } from "../../support/synth";
import { changed, fourCountries, threeCountries } from "../../support/topologies";
import { type Mutation, mutated } from "./mutate";
import { plansBetween, reviewed, verdictsOf } from "./plans";

const before = synthesize(threeCountries);

const everywhere = (path: string, value: unknown): Topology =>
  changed(Object.fromEntries(Object.keys(threeCountries.countries).map((key) => [`countries.${key}.${path}`, value])));
const chart = (release: RegExp, version: string): Mutation => ({
  type: "helm_release",
  name: release,
  to: { version },
});

/** What people change all the time: a review that objects to it is not read any more. */
const DAILY: Readonly<Record<string, Topology | Mutation>> = {
  "another image of the app": everywhere("app.image", "docker.io/sekolahlinux/golang-http:1.0.1"),
  "a higher rate limit in one country": changed({ "countries.india.edge.requestsPer10Seconds": 700 }),
  "a higher rate limit in every country": everywhere("edge.requestsPer10Seconds", 700),
  "a longer outage that databases bear": everywhere("database.outageMinutes", 240),
  "more memory for Prometheus": everywhere("monitoring.prometheus.memoryGib", 7),
  "larger pools": everywhere("cluster.pools.app.maxNodes", 20),
  "pools that begin larger": everywhere("cluster.pools.system.minNodes", 4),
  "one more edge machine": changed({ "countries.india.edge.instances": 4 }),
  "stronger edge machines in one country": changed({ "countries.india.edge.machineType": "e2-standard-4" }),
  "larger database disks": everywhere("database.diskGb", 300),
  "backups kept for longer": everywhere("database.backupRetentionDays", 60),
  "logs kept for longer": everywhere("archive.logRetentionDays", 500),
  "archives that become cold later": everywhere("archive.nearlineAfterDays", 60),
  "a later chart of KEDA": chart(/^platform_keda_/, "2.20.3"),
  "a later chart of Prometheus": chart(/_metrics_release_/, "88.6.0"),
  "a later chart of the operator of RabbitMQ": chart(/^platform_rabbitmq-operator_/, "0.6.6"),
};

/** What is told although it harms nobody: the review cannot know that. */
const TOLD: Readonly<
  Record<string, readonly [Topology | Mutation, refused: readonly string[], warned: readonly string[]]>
> = {
  "a new country": [fourCountries, [], ["machine-config", "made-from-nothing", "not-known-harmless"]],
  "one more certificate authority": [
    changed({ "dns.certificateAuthorities": ["letsencrypt.org", "pki.goog", "sectigo.com"] }),
    [],
    ["not-known-harmless"],
  ],
  "fewer replicas of the app": [everywhere("app.maxReplicas", 57), [], ["not-known-harmless"]],
  "another machine for a VPN": [
    changed({ "countries.india.vpn.machineType": "e2-medium" }),
    [],
    ["not-known-harmless"],
  ],
};

const reviewOf = (change: Topology | Mutation) =>
  verdictsOf(reviewed(plansBetween(before, "type" in change ? mutated(before, change) : synthesize(change))));

test.each(Object.entries(DAILY))("nothing to object to: %s", (_what, change) => {
  expect(reviewOf(change)).toEqual({ refused: [], warned: [] });
});

test.each(Object.entries(TOLD))("told all the same: %s", (_what, [change, refused, warned]) => {
  expect(reviewOf(change)).toEqual({ refused, warned });
});

test("what an alert says is nothing to object to, when it fires is", () => {
  const rule = (rest: object) => {
    const alert = { alert: "Down", expr: "up == 0", for: "5m", annotations: { summary: "down", runbook: "edge.md" } };
    const text = JSON.stringify({ rules: { groups: [{ name: "edge", rules: [{ ...alert, ...rest }] }] } });
    return mutated(before, { type: "helm_release", name: /_metrics_release_/, to: { "values.0": text } });
  };
  const review = (rest: object) => verdictsOf(reviewed(plansBetween(rule({}), rule(rest)))).warned;
  expect(review({ annotations: { summary: "it is down", runbook: "edge.md#down" } })).toEqual([]);
  for (const other of [{ annotations: { summary: "" } }, { expr: "up == 2" }, { for: "5h" }])
    expect(review(other)).toEqual(["not-known-harmless"]);
});

test("a new alert and a new range are nothing to object to, a lost one is", () => {
  const values = (text: string) =>
    mutated(before, { type: "helm_release", name: /_metrics_release_/, to: { "values.0": text } });
  const rules = (...alerts: string[]) =>
    `groups:\n  - rules:\n${alerts.map((alert) => `      - alert: ${alert}\n`).join("")}`;
  const review = (from: string, to: string) => verdictsOf(reviewed(plansBetween(values(from), values(to)))).warned;
  expect(review(rules("Down"), rules("Slow", "Down"))).toEqual([]);
  expect(review(rules("Slow", "Down"), rules("Down"))).toEqual(["not-known-harmless"]);
  for (const opened of ["grafana:\n  auth.anonymous:\n    enabled: true\n", "route:\n  receiver: nobody\n"]) {
    expect(review(rules("Down"), rules("Down") + opened)).toEqual(["not-known-harmless"]);
  }
});
