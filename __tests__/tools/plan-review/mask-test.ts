import { MASK, maskText, maskValue } from "../../../tools/plan-review/mask";
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
  ["a short name", "DB_PASS=sesame", "sesame"],
  ["a connection string", "Server=db;Uid=shop;Pwd=sesame;Port=3306", "sesame"],
  ["a client's option", "mariadb -h db -uroot -psesame! shop", "sesame"],
  ["basic authorization", "Authorization: Basic c2VzYW1lOnNlc2FtZQ==", "c2VzYW1l"],
  ["another client's option", "mysql -psesame shop", "sesame"],
  ["a token of Terraform Cloud", `0123456789abcd.atlasv1.${"sesame".repeat(11)}`, "sesame"],
  ["an address that takes messages", "url=https://hooks.slack.com/services/T000/B000/sesame", "sesame"],
  ["the number of a private key", "private_key_id: sesame", "sesame"],
  ["a value that begins like a variable", "DB_PASSWORD: $sesame", "sesame"],
  ["a value that begins like a path", "ADMIN_PASSWORD: /sesame", "sesame"],
  ["a value that begins like a placeholder", "TOKEN: <sesame", "sesame"],
  ["a framework's key", "SECRET_KEY_BASE=sesame", "sesame"],
  ["a name within a sentence", "the erlang cookie sesame12", "sesame12"],
  ["a password within a sentence", "The Password sesame12", "sesame12"],
  ["a passphrase within a sentence", "its passphrase sesame12", "sesame12"],
  ["a secret within a sentence", "the secret sesame12", "sesame12"],
  ["a second name on a line", "{ name: shop, password: sesame }", "sesame"],
  ["a bare key", "key=Zm9vYmFy12", "Zm9vYmFy12"],
  ["a bare key in YAML", "tls:\n  key: hunter2\n", "hunter2"],
  ["a bare key in JSON", '{"key": "q8Xc-2ZpL", "a": 1}', "q8Xc-2ZpL"],
  ["a bare key of words", "key: open sesame", "sesame"],
  ["a bare key as a block", "key: |\n  sesame\n", "sesame"],
  ["a file of a key", "tls.key: c2VzYW1lMQ", "c2VzYW1lMQ"],
  ["a name that ends like a key", "jwtKey: sesame-4711x", "4711x"],
  ["a key's data", "raw_key_data = 'sesame4711'", "sesame4711"],
  ["a tunnel's key", "PresharedKey = FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE=", "FpCyhws9"],
  ["settings", "wsrep_sst_auth_password=sesame\nport=1", "sesame"],
])("masked: %s", (_, text, secret) => {
  expect(text).toContain(secret);
  expect(maskText(text)).not.toContain(secret);
  expect(maskText(text)).toContain(MASK);
});

/** As each service documents its tokens, and as scanners for them know them; the random part is invented. */
test.each([
  ...["ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "glsa_", "hvs.", "hvb.", "npm_", "pypi-", "dckr_pat_"],
  ...["sk-proj-", "sk-ant-api03-", "hf_", "lin_api_", "figd_", "gsk_", "shpat_", "SG.", "dapi", "sk_live_", "rk_live_"],
  ...["xoxb-1234567890-", "xapp-1-", "AIza", "ya29.", "vcp_", "ntn_", "ops_ey"],
])("masked: a token that begins with %s", (prefix) => {
  const token = `${prefix}4Fq9ZkT2mXc7LpWv0RsB8nYd3HgJ6aEu`;
  expect(maskText(`run --with ${token} now`)).toBe(`run --with ${MASK} now`);
});

test.each(["sk-", "hf_", "SG."])("masked: the shortest token that begins with %s, and nothing else", (prefix) => {
  expect(maskText(`${prefix}4Fq9ZkT2mXc7`)).toBe(MASK);
});

test.each([
  ["DB_PASSWORD: $DB_PASSWORD"],
  ["password: /run/secrets/database"],
  ["token: <your token>"],
  ["ASIA-SOUTHEAST2 and disk-encryption-kms-key-of-india"],
  ["existingSecret: rabbitmq-auth"],
  ["existingPasswordSecret: rabbitmq-auth"],
  ["secretName: tls"],
  ['EDGE_CERTIFICATE_SECRET="projects/shop/secrets/singapore-edge-certificate"'],
  ["password=$(cat /run/secret)"],
  ["tokenless: yes"],
  ['key = "region"'],
  ["key: topology.kubernetes.io/zone"],
  ["- { key: app.kubernetes.io/name, operator: In, values: [ingress-nginx] }"],
  ["key: erlang-cookie # of the brokers"],
  ['"key": "accessModes", "operator": "Exists"'],
  ["key=asia-southeast2"],
  ["topologyKey: kubernetes.io/hostname"],
  ["key: database/pool-password"],
  ["publicKey = FpCyhws9cxwWoV4xELtfJvjJN+zQVRPISllRWgeopVE="],
  ["KMS_KEY: projects/shop/locations/asia/keyRings/a/cryptoKeys/b"],
  ["monkey: Zm9vYmFy12"],
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

test("what stays the same is masked all the same, if it is secret on one side", () => {
  const long = `sesame ${"x".repeat(100)}`;
  const changed = (before: object, after: object, marks?: unknown) => {
    const change = { before: { ...before, value: long }, after: { ...after, value: long }, after_sensitive: marks };
    return reviewed([planOf("network", [changeOf("google_x.y", ["update"], change)])]).changes[0];
  };
  const marked = changed({ size: 1 }, { size: 2 }, { value: true });
  expect([marked?.before.value, marked?.after.value]).toEqual([long, MASK]);
  const named = changed({ name: "db.host" }, { name: "db.password" });
  expect([named?.before.value, named?.after.value]).toEqual([long, MASK]);
});

test("a value called key is masked by its looks, wherever it stands", () => {
  expect(
    maskValue({ key: "SECRET61", list: [{ key: "zone", operator: "In" }, { key: 47114711 }], pool: { key: 3 } }, {}),
  ).toEqual({ key: MASK, list: [{ key: "zone", operator: "In" }, { key: MASK }], pool: { key: 3 } });
});

test("a number is a secret too when it is called one", () => {
  expect(maskValue({ passwd: 12345678, size: 20, password_wo_version: 2 }, {})).toEqual({
    passwd: MASK,
    size: 20,
    password_wo_version: 2,
  });
});
