import { type End, judge } from "../../../rehearsal/clusters/flows/judge";
import type { NetworkPolicy, Pod, PolicyPeer, PolicyRule } from "../../../rehearsal/clusters/flows/kubernetes";

const web: Pod = { namespace: "a", labels: { app: "web" }, ports: { http: 8080 } };
const agent: Pod = { namespace: "a", labels: { app: "agent" }, ports: {} };
const far: Pod = { namespace: "b", labels: { app: "web" }, ports: { http: 8080 } };
const onHost: Pod = { ...far, isOnHost: true };
const namespaces = { a: { name: "a" }, b: { name: "b" } };

const taking = (...ingress: PolicyRule[]): NetworkPolicy => ({
  metadata: { namespace: "a", name: "web" },
  spec: { podSelector: { matchLabels: { app: "web" } }, policyTypes: ["Ingress"], ingress },
});

/** Who gets to the pod at port 8080 by a rule. */
function passing(rule: PolicyRule, ...from: readonly End[]): boolean[] {
  const policing = { policies: [taking(rule)], namespaces };
  return from.map((one) => judge({ from: one, to: web, port: 8080, protocol: "TCP" }, policing) === "passes");
}

test("without a policy everything passes, with one what a rule names", () => {
  const connection = { from: far, to: web, port: 8080, protocol: "TCP" } as const;
  expect(judge(connection, { policies: [], namespaces })).toBe("passes");
  expect(judge(connection, { policies: [taking()], namespaces })).toBe("may not be taken");
  expect(judge(connection, { policies: [taking({})], namespaces })).toBe("passes");
  const nothingLeaves: NetworkPolicy = {
    metadata: { namespace: "b", name: "deny" },
    spec: { podSelector: {}, policyTypes: ["Egress"] },
  };
  expect(judge(connection, { policies: [nothingLeaves], namespaces })).toBe("may not be sent");
});

test("a range matches addresses outside but for its exceptions, and neither pods nor nodes", () => {
  const rule = { from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] };
  expect(passing(rule, { address: "8.8.8.8" }, { address: "10.1.2.3" }, far, onHost, "node")).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("a selector of pods alone means the policy's own namespace", () => {
  expect(passing({ from: [{ podSelector: { matchLabels: { app: "agent" } } }] }, agent, far)).toEqual([true, false]);
  const inB: PolicyPeer = {
    namespaceSelector: { matchExpressions: [{ key: "name", operator: "In", values: ["b"] }] },
  };
  expect(passing({ from: [inB] }, agent, far, onHost)).toEqual([false, true, false]);
});

test.each([
  ["a number as text", { port: "8080" }, true],
  ["a name of the taker's", { port: "http" }, true],
  ["a name that it has not", { port: "metrics" }, false],
  ["a range of ports", { port: 8000, endPort: 8100 }, true],
  ["another protocol", { port: 8080, protocol: "UDP" }, false],
  ["a protocol alone", { protocol: "TCP" }, true],
])("a port that is %s", (_what, port, passes) => {
  expect(passing({ ports: [port] }, far)).toEqual([passes]);
});
