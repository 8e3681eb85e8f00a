import { MASK, maskText } from "../../../tools/plan-review/mask";
import { renderReview } from "../../../tools/plan-review/report";
import { changeOf, fixture, planOf, reviewed } from "./plans";

const SECRETS = [
  "hunter2-before",
  "hunter2-after",
  "swordfish-before",
  "swordfish-after",
  "correct-horse",
  "battery-staple",
];

test("a real plan holds its secrets in plain text, and the review none of them", () => {
  const plan = JSON.stringify(fixture("releases/region-india"));
  expect(SECRETS.filter((secret) => plan.includes(secret))).toEqual(SECRETS);
  const found = reviewed(["releases/region-india"]);
  const told = renderReview(found) + JSON.stringify(found);
  expect(SECRETS.filter((secret) => told.includes(secret))).toEqual([]);
  expect(told).toContain("+replicaCount: 5");
});

test.each([
  ["a key in PEM", "x\n-----BEGIN RSA PRIVATE KEY-----\nMIIabc\ndef=\n-----END RSA PRIVATE KEY-----\ny", "MIIabc"],
  ["a key in PEM that is cut off", "-----BEGIN PRIVATE KEY-----\nMIIabc\ndef", "MIIabc"],
  ["a key in PEM within JSON", '{"k":"-----BEGIN PRIVATE KEY-----\\nMIIabc\\n-----END PRIVATE KEY-----"}', "MIIabc"],
  ["PEM in base64", "cert LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t", "LS0tLS1CRUdJTiBQ"],
  ["a token by its looks", "remote https://ghp_0123456789abcdefghij@example", "0123456789abcdef"],
  ["a JSON web token", "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "eyJzdWIi"],
  ["a password in a URL", "amqp://user:letmein@host:5672/", "letmein"],
  ["a bearer", "Authorization: Bearer abcdef0123456789", "abcdef0123456789"],
  ["YAML", "auth:\n  password: open sesame now\n", "sesame"],
  ["quoted YAML", '  db-password: "open sesame"\n', "sesame"],
  ["a YAML block", "auth:\n  password: |\n    open\n    sesame\nother: 1\n", "sesame"],
  ["JSON", '{"clientSecret": "sesame", "a": 1}', "sesame"],
  ["JSON in a string", '"{\\"api_key\\": \\"sesame\\"}"', "sesame"],
  ["settings", "wsrep_sst_auth_password=sesame\nport=1", "sesame"],
])("masked: %s", (_, text, secret) => {
  expect(text).toContain(secret);
  expect(maskText(text)).not.toContain(secret);
  expect(maskText(text)).toContain(MASK);
});

test.each([
  ["existingSecret: rabbitmq-auth"],
  ["existingPasswordSecret: rabbitmq-auth"],
  ["secretName: tls"],
  ['EDGE_CERTIFICATE_SECRET="projects/shop/secrets/singapore-edge-certificate"'],
  ["password=$(cat /run/secret)"],
  ["tokenless: yes"],
  ["server india 10.10.47.10:80"],
])("kept: %s", (text) => {
  expect(maskText(text)).toBe(text);
});

test("what Terraform marks, and what a name tells, is masked wherever it stands", () => {
  const plan = planOf("network", [
    changeOf("google_x.y", ["update"], {
      before: { size: "sesame-1", list: [{ key: "sesame-2" }], metadata: { "db-password": "sesame-3" } },
      after: { size: "sesame-4", list: [{ key: "sesame-5" }], metadata: { "db-password": "sesame-6" } },
      before_sensitive: { size: true, list: [{ key: true }] },
      after_sensitive: { size: true, list: true },
    }),
  ]);
  const found = reviewed([plan]);
  expect(JSON.stringify(found) + renderReview(found)).not.toContain("sesame");
  expect(found.changes[0]?.changed).toEqual(["list", "metadata", "size"]);
});
