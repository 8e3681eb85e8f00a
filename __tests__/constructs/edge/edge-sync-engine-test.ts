import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { renderHaproxyConfig } from "../../../constructs/edge/render-haproxy";
import { STAND_IN_IS_UNWELL } from "../../../constructs/edge/render-shop";
import { config, EdgeMachine, HOSTS, requireProgram } from "../../support/edge-machine";
import { threeCountries } from "../../support/topologies";

const FUTURE = ["-not_before", "20990101000000Z", "-not_after", "20991231000000Z"];
const PAST = ["-not_before", "20200101000000Z", "-not_after", "20200201000000Z"];
/** As PEM the middle of a certificate that was cut. */
const DAMAGED = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ0N1\n-----END CERTIFICATE-----\n";

/** Serves config "one" with an issued certificate since its first run. */
let first: EdgeMachine;
let machine: EdgeMachine;

beforeAll(async () => {
  first = await EdgeMachine.create();
  first.putConfig(config("one"));
  first.putCertificate(first.makeCertificate());
  expect(await first.sync()).toMatchObject({ code: 0 });
});

afterAll(() => first?.remove());

beforeEach(async () => {
  machine = await newMachine();
});

afterEach(() => machine?.remove());

/** A machine that has not run yet; config "one" is in its metadata. */
async function newMachine(): Promise<EdgeMachine> {
  const made = await EdgeMachine.create();
  made.putConfig(config("one"));
  return made;
}

/** From here a machine serves as the first one does, its log of changes emptied. */
async function serving(on = machine): Promise<void> {
  on.putCertificate(first.read("home/last-good/site.pem"));
  await on.startAs(first);
  on.changes();
}

/** What waits runs beside other such cases, on a machine of its own: nothing is called before and after each of them. */
async function onOwnMachine(run: (own: EdgeMachine) => Promise<void>): Promise<void> {
  const own = await newMachine();
  try {
    await run(own);
  } finally {
    await own.remove();
  }
}

const served = async (on = machine) => (await on.request()).version;

test("first boot: HAProxy starts with config and certificate, and both are readable by its group alone", async () => {
  machine.putCertificate(machine.makeCertificate());
  const run = await machine.sync();
  expect(run.code).toBe(0);
  expect(machine.changes()).toEqual(["start"]);
  expect(await machine.request()).toMatchObject({ status: 200, version: "one" });
  const mode = (path: string) => (statSync(join(machine.home, path)).mode & 0o777).toString(8);
  expect(["", "current/", "current/haproxy.cfg", "current/site.pem"].map(mode)).toEqual(["750", "750", "640", "640"]);
  const { edge_certificate_expiry_timestamp_seconds: expiry, ...metrics } = machine.metrics();
  expect(Number(expiry) - Date.now() / 1000).toBeGreaterThan(80 * 24 * 3600);
  expect(metrics).toEqual({
    edge_config_refused: 0,
    edge_config_pending: 0,
    'edge_sync_source_unreachable{source="metadata"}': 0,
    'edge_sync_source_unreachable{source="secret"}': 0,
    edge_sync_last_success_timestamp_seconds: expect.any(Number),
    edge_certificate_stand_in: 0,
    [`edge_config_info{sha="${sha256(config("one"))}"}`]: 1,
  });
});

test("nothing changed: nothing is touched", async () => {
  await serving();
  expect(await machine.sync()).toEqual({ code: 0, log: "" });
  expect(machine.changes()).toEqual([]);
});

test("HAProxy gone: it is started again", async () => {
  await serving();
  process.kill(Number(machine.read("haproxy.pid")), "SIGKILL");
  while ((await machine.sync()).log === "");
  expect(machine.changes()).toEqual(["start"]);
  expect(await served()).toBe("one");
});

test("changed config: taken by a reload under which no request fails, three releases are kept", async () => {
  await serving();
  for (const version of ["two", "three", "four"]) {
    machine.putConfig(config(version));
    const [run, answers] = await whileAsking(machine, 10, machine.sync());
    expect(run).toMatchObject({
      code: 0,
      log: expect.stringMatching(/^new config .*\nrelease [0-9a-f]{64} serves\n$/),
    });
    expect(answers.filter((answer) => answer !== "200")).toEqual([]);
    expect(answers.length).toBeGreaterThan(10);
    expect(await served()).toBe(version);
  }
  expect(machine.changes()).toEqual(["reload", "reload", "reload"]);
  expect(machine.releases()).toHaveLength(3);
});

test("broken config: the last good one stays, HAProxy's words are in the log, and it is not checked again", async () => {
  await serving();
  machine.putConfig(`${config("two")}    such is no keyword\n`);
  const run = await machine.sync();
  expect(run.code).toBe(5);
  expect(run.log).toMatch(/is refused, .*correct it.*unknown keyword 'such'/s);
  expect(machine.metrics()).toMatchObject({ edge_config_refused: 1 });

  machine.record("haproxy");
  const next = await machine.sync();
  expect(next.code).toBe(5);
  expect(next.log).toMatch(/stays refused: change it/);
  expect(machine.read("processes.log")).toBe("");
  expect(machine.metrics()).toMatchObject({ edge_config_refused: 1 });
  expect(machine.changes()).toEqual([]);
  expect(await served()).toBe("one");

  machine.putConfig(config("three"));
  expect(await machine.sync()).toMatchObject({ code: 0 });
  expect(machine.metrics()).toMatchObject({ edge_config_refused: 0 });
  expect(await served()).toBe("three");
});

test.concurrent.each([
  ["is broken", "nonsense"],
  ["serves 421 to everybody", config("bad", { more: "http-request deny deny_status 421" })],
])("first config %s: users get a page that says so, the group is told that it is not well", (_, bad) =>
  onOwnMachine(async (own) => {
    own.putCertificate(own.makeCertificate());
    own.putConfig(bad);
    expect((await own.sync({ VERIFY_SECONDS: "6" })).code).not.toBe(0);
    own.changes();
    expect(await own.sync()).toMatchObject({ code: 5 });
    expect(own.changes()).toEqual([]);
    expect(await own.request()).toMatchObject({ status: 503, names: "DNS:shop.test, DNS:www.shop.test" });
    expect(await own.health("/livez")).toBe(503);
    expect(own.metrics()).toMatchObject({ edge_config_refused: 1 });
    own.putConfig(config("one"));
    expect(await own.sync()).toMatchObject({ code: 0 });
    expect(await served(own)).toBe("one");
  }),
);

test.concurrent.each([
  ["leaves no server that answers", config("two", { health: "/silent" })],
  ["is not ready", config("two", { unready: "/readyz" })],
  ["leads to no database", config("two", { unready: "/readyz/database" })],
  ["serves 421 to everybody", config("two", { more: "http-request deny deny_status 421" })],
  [
    "serves 421 to one of the hosts",
    config("two", { more: "http-request deny deny_status 421 if { req.hdr(host) www.shop.test }" }),
  ],
  ["does not bind the shop's port", config("two").replaceAll("EDGE_HTTPS_PORT", "FREE_PORT")],
  ["no longer serves users over IPv6", config("two").replace(",[::1]:${EDGE_HTTPS_PORT}", "")],
  // HAProxy tries for two seconds to bind what it cannot bind.
  ["cannot be bound", config("two", { more: 'bind "127.0.0.1:${APP_PORT}"' })],
])("config that %s: taken back, and not tried again", (_, bad) =>
  onOwnMachine(async (own) => {
    await serving(own);
    const [good] = own.releases();
    own.putConfig(bad);
    // Longer than HAProxy takes to see that its servers are silent.
    const [run, answers] = await whileAsking(own, 100, own.sync({ SETTLE_SECONDS: "2", VERIFY_SECONDS: "6" }));
    expect(run.code).toBe(5);
    expect(run.log).toContain(`within 6 s, or users were not answered as before (200 200 200 200); back to ${good}`);
    expect(answers).toContain("200");
    expect(own.changes()).toEqual(["reload", "reload"]);
    expect(own.metrics()).toMatchObject({ edge_config_refused: 1 });
    expect(own.releases()).toEqual([good]);
    expect(await served(own)).toBe("one");

    expect(await own.sync()).toMatchObject({ code: 5 });
    expect(own.changes()).toEqual([]);
  }),
);

test("run that was killed after its swap: the next one goes back to what was verified, then tries again", async () => {
  await serving();
  const half = join(machine.home, "releases", "half");
  mkdirSync(half);
  writeFileSync(join(half, "haproxy.cfg"), "nonsense");
  rmSync(join(machine.home, "current"));
  symlinkSync("releases/half", join(machine.home, "current"));
  expect(await machine.sync()).toMatchObject({ code: 0, log: expect.stringContaining("ended half way") });
  expect(readlinkSync(join(machine.home, "current"))).toBe(readlinkSync(join(machine.home, "last-good")));
  expect(await served()).toBe("one");
});

test("certificate not issued yet: a stand-in is served, made once, until the issued one is there", async () => {
  machine.putConfig(config("one", { more: `monitor-uri /healthz/edge\n    ${STAND_IN_IS_UNWELL}` }));
  expect(await machine.sync()).toMatchObject({ code: 0, log: expect.stringContaining("stand-in is served") });
  expect(await machine.request("/healthz/edge")).toMatchObject({ status: 503 });
  expect([await machine.health("/livez"), await machine.health("/readyz")]).toEqual([200, 503]);
  const standIn = await machine.request();
  expect(standIn.names).toBe("DNS:shop.test, DNS:www.shop.test");
  expect(machine.metrics()).toMatchObject({ edge_certificate_stand_in: 1 });
  expect(machine.metrics()).not.toHaveProperty("edge_certificate_expiry_timestamp_seconds");
  expect(await machine.sync()).toEqual({ code: 0, log: "" });
  expect((await machine.request()).fingerprint).toBe(standIn.fingerprint);

  machine.putCertificate(machine.makeCertificate());
  expect(await machine.sync({ EDGE_ZONE: "zone-c" })).toMatchObject({ code: 0 }); // users wait for it
  expect(await machine.request("/healthz/edge")).toMatchObject({ status: 200 });
  expect(await machine.health("/readyz")).toBe(200);
  expect((await machine.request()).fingerprint).not.toBe(standIn.fingerprint);
  expect(machine.metrics()).toMatchObject({
    edge_certificate_stand_in: 0,
    edge_certificate_expiry_timestamp_seconds: expect.any(Number),
  });
  expect(machine.changes()).toEqual(["start", "reload"]);
});

test("certificate renewed: served even while the config is refused, and the other way round", async () => {
  await serving();
  const before = await machine.request();
  machine.putConfig("nonsense");
  expect(await machine.sync()).toMatchObject({ code: 5 });
  machine.putCertificate(machine.makeCertificate());
  expect(await machine.sync()).toMatchObject({ code: 5 });
  const renewed = await machine.request();
  expect(renewed).toMatchObject({ version: "one" });
  expect(renewed.fingerprint).not.toBe(before.fingerprint);

  machine.putConfig(config("two"));
  machine.putCertificate("nonsense");
  expect(await machine.sync()).toMatchObject({ code: 6 });
  expect(await machine.request()).toMatchObject({ version: "two", fingerprint: renewed.fingerprint });
  expect(machine.metrics()).toMatchObject({ edge_config_refused: 0 });
});

test("a config that forbids the certificate which is served is to blame itself", async () => {
  await serving();
  const more = (line: string) => config("two").replace("hard-stop-after", `${line}\n    hard-stop-after`);
  machine.putConfig(more("ssl-default-bind-ciphers NONE"));
  expect(await machine.sync()).toMatchObject({ code: 5, log: expect.stringMatching(/^config \w+ is refused/m) });
  expect(await served()).toBe("one");
});

test.each([
  ["no PEM", () => "nonsense", "holds no certificate"],
  ["no key", () => machine.makeCertificate().split("-----BEGIN PRIVATE")[0] ?? "", "holds no private key"],
  ["another's key", () => mixed(machine.makeCertificate(), machine.makeCertificate()), "does not belong to"],
  ["another host", () => machine.makeCertificate(["other.test"]), "is not made out to shop.test"],
  ["one host of two", () => machine.makeCertificate(["shop.test"]), "is not made out to www.shop.test"],
  ["a day that is to come", () => machine.makeCertificate(HOSTS, FUTURE), "is not valid before Jan  1"],
  ["a day that is over", () => machine.makeCertificate(HOSTS, PAST), "has expired"],
  ["a weak key", () => machine.makeCertificate(HOSTS, ["-newkey", "rsa:1024"]), "is not loaded by HAProxy"],
  ["a damaged chain", () => withChain(machine.makeCertificate(), DAMAGED), "is not loaded by HAProxy"],
])("certificate with %s: refused, the last good one stays", async (_, pem, fault) => {
  await serving();
  const before = await machine.request();
  machine.putCertificate(pem());
  expect(await machine.sync()).toMatchObject({ code: 6, log: expect.stringContaining(fault) });
  expect(machine.changes()).toEqual([]);
  expect(await machine.request()).toEqual(before);
  expect(machine.metrics()).toMatchObject({ edge_config_refused: 0 });
});

test("certificate that no CA vouches for, in place of one that a CA does: refused", async () => {
  const trusted = machine.makeCertificate();
  writeFileSync(join(machine.directory, "ca.pem"), trusted);
  const system = { SSL_CERT_FILE: join(machine.directory, "ca.pem") };
  machine.putCertificate(trusted);
  expect(await machine.sync(system)).toMatchObject({ code: 0 });
  const before = await machine.request();
  machine.putCertificate(machine.makeCertificate());
  expect(await machine.sync(system)).toMatchObject({ code: 6, log: expect.stringContaining("trusted by no CA") });
  expect(await machine.request()).toEqual(before);
});

test("new machine, the latest certificate damaged: the version before it is served", async () => {
  const good = machine.makeCertificate();
  for (const pem of [good, withChain(machine.makeCertificate(), DAMAGED), "nonsense"]) machine.putCertificate(pem);
  expect(await machine.sync()).toMatchObject({ code: 6, log: expect.stringContaining("version 1 is served") });
  expect(await machine.request()).toMatchObject({ status: 200, version: "one" });
  expect(machine.read("home/last-good/site.pem")).toBe(good);
  expect(await machine.health("/readyz")).toBe(200);
});

test("new machine, no certificate but a damaged one: it starts with a stand-in", async () => {
  machine.putCertificate(withChain(machine.makeCertificate(), DAMAGED));
  expect(await machine.sync()).toMatchObject({ code: 6 });
  expect(await machine.request()).toMatchObject({ status: 200, version: "one" });
  expect(await machine.health("/livez")).toBe(200);
  expect(machine.metrics()).toMatchObject({ edge_certificate_stand_in: 1 });
});

test("new machine, a damaged certificate in an answer that does not say which version it is: a stand-in too", async () => {
  machine.putCertificate(withChain(machine.makeCertificate(), DAMAGED));
  const nameless = `[[ ! -e $EDGE_HOME/work/secret.json ]] || sed -i 's/"name":"[^"]*",//' "$EDGE_HOME/work/secret.json"`;
  machine.program("curl", `#!/usr/bin/env bash\n${requireProgram("curl")} "$@"\ncode=$?\n${nameless}\nexit $code\n`);
  expect(await machine.sync()).toMatchObject({ code: 6, log: expect.stringContaining("in version latest of") });
  expect(await machine.request()).toMatchObject({ status: 200, version: "one" });
  expect(machine.metrics()).toMatchObject({ edge_certificate_stand_in: 1 });
});

test("the disk is full: said so, HAProxy is kept running, and goes on by itself when there is room", async () => {
  await serving();
  machine.putConfig(config("two"));
  process.kill(Number(machine.read("haproxy.pid")), "SIGKILL");
  expect(await machine.syncOnDisk(128 * 1024)).toMatchObject({
    code: 8,
    log: expect.stringMatching(/the disk is full: .*Make room/),
  });
  expect(machine.changes()).toEqual(["start"]);
  expect(await served()).toBe("one");
  // The one that was started there sees the small disk for ever.
  process.kill(Number(machine.read("haproxy.pid")), "SIGKILL");
  while ((await served().catch(() => "none")) !== "two") await machine.sync();
  expect(machine.metrics()).toMatchObject({ edge_config_refused: 0, edge_config_pending: 0 });
});

test("metadata server away: config and certificate stay", async () => {
  await serving();
  const { edge_sync_last_success_timestamp_seconds: success } = machine.metrics();
  const away = { METADATA_URL: `http://127.0.0.1:${machine.ports.free}` };
  expect(await machine.sync(away)).toMatchObject({ code: 3, log: expect.stringContaining("last good config stays") });
  expect(machine.changes()).toEqual([]);
  expect(await served()).toBe("one");
  expect(machine.metrics()).toMatchObject({
    'edge_sync_source_unreachable{source="metadata"}': 1,
    'edge_sync_source_unreachable{source="secret"}': 1,
    edge_sync_last_success_timestamp_seconds: success,
  });
});

test("metadata server away at first boot: reported, and users get the page that says so", async () => {
  expect(await machine.sync({ METADATA_URL: `http://127.0.0.1:${machine.ports.free}` })).toMatchObject({ code: 3 });
  expect(await machine.request()).toMatchObject({ status: 503 });
  expect(await machine.health("/livez")).toBe(503);
  expect(machine.metrics()).toMatchObject({ 'edge_sync_source_unreachable{source="metadata"}': 1 });
  expect(await machine.sync()).toMatchObject({ code: 0 });
  expect(await served()).toBe("one");
});

test("Secret Manager away: the certificate stays, and a changed config is taken all the same", async () => {
  await serving();
  const { fingerprint } = await machine.request();
  machine.putConfig(config("two"));
  const away = { SECRETS_URL: `http://127.0.0.1:${machine.ports.free}` };
  expect(await machine.sync(away)).toMatchObject({ code: 4, log: expect.stringContaining("HTTP status 000") });
  expect(await machine.request()).toMatchObject({ version: "two", fingerprint });
  expect(machine.metrics()).toMatchObject({
    'edge_sync_source_unreachable{source="metadata"}': 0,
    'edge_sync_source_unreachable{source="secret"}': 1,
  });
});

test("Secret Manager away at first boot: a stand-in is served", async () => {
  const away = { SECRETS_URL: `http://127.0.0.1:${machine.ports.free}` };
  expect(await machine.sync(away)).toMatchObject({ code: 4 });
  expect(await machine.request()).toMatchObject({ status: 200, names: "DNS:shop.test, DNS:www.shop.test" });
});

test.each([
  ["config", () => machine.putConfig(config("two"))],
  ["certificate", () => machine.putCertificate(machine.makeCertificate())],
])("zones take a changed %s one after another", async (part, change) => {
  await serving();
  const before = await machine.request();
  change();
  for (const log of [/zone-c takes it in 180 s/, /^$/]) {
    expect(await machine.sync({ EDGE_ZONE: "zone-c" })).toMatchObject({ code: 0, log: expect.stringMatching(log) });
    expect(machine.metrics()).toMatchObject({ edge_config_pending: part === "config" ? 1 : 0 });
    expect(machine.changes()).toEqual([]);
  }
  expect(await machine.request()).toEqual(before);
  const file = join(machine.home, `first-seen-${part}`);
  const [sha, seen] = readFileSync(file, "utf8").split(" ");
  writeFileSync(file, `${sha} ${Number(seen) - 180}\n`);
  expect(await machine.sync({ EDGE_ZONE: "zone-c" })).toMatchObject({ code: 0 });
  expect(machine.metrics()).toMatchObject({ edge_config_pending: 0 });
  expect(await machine.request()).not.toEqual(before);
});

test("neither key nor token appears in a log, an argument or the environment of a process", async () => {
  const pem = machine.makeCertificate();
  machine.putCertificate(pem);
  machine.record("base64", "cat", "cmp", "cp", "curl", "date", "haproxy", "jq", "mv", "openssl", "sed");
  const boot = await machine.sync();
  machine.putCertificate(mixed(machine.makeCertificate(), pem));
  const refused = await machine.sync();
  expect([boot.code, refused.code]).toEqual([0, 6]);
  const seen = [boot.log, refused.log, machine.read("processes.log"), machine.read("edge.prom")].join();
  expect(seen).toContain("--config -"); // the recorder was there when the token was used
  for (const secret of [machine.cloud.token, ...pem.split("\n").slice(1, -2), Buffer.from(pem).toString("base64")]) {
    if (!secret.startsWith("-----")) expect(seen).not.toContain(secret);
  }
});

test("a setting is missing: said by name, with code 2", async () => {
  expect(await machine.sync({ EDGE_HOSTS: "" })).toMatchObject({
    code: 2,
    log: expect.stringMatching(/^EDGE_HOSTS is not set: start it with 'systemctl start edge-sync'/),
  });
});

test("the config of every country passes the check that edge-sync makes", async () => {
  await serving();
  for (const country of Object.keys(threeCountries.countries)) {
    const file = join(machine.home, "current", "haproxy.cfg");
    const ingresses = Object.keys(threeCountries.countries).map((name, index) => ({
      country: name,
      address: `10.0.0.${index}`,
    }));
    const databases = [{ name: "database-1", address: "10.0.0.9" }];
    const settings = { country, hosts: ["shop.test"], ingresses, databases };
    writeFileSync(file, renderHaproxyConfig({ ...settings, requestsPer10Seconds: 600, connectionsPerDatabase: 160 }));
    const env = machine.environment();
    expect(execFileSync("haproxy", ["-c", "-V", "-f", file], { env, encoding: "utf8" })).toContain("valid");
  }
});

/** Asks the shop over and over until the run has ended; what it got, each answer as a status or an error's code. */
async function whileAsking<T>(on: EdgeMachine, pauseMs: number, run: Promise<T>): Promise<[T, string[]]> {
  const answers: string[] = [];
  let ended = false;
  const asking = (async () => {
    for (; !ended; await sleep(pauseMs)) {
      const status = on.request().then(({ status }) => String(status));
      answers.push(await status.catch((error) => String(error.code)));
    }
  })();
  const result = await run;
  ended = true;
  await asking;
  return [result, answers];
}

/** One file's certificate and key with more of the chain. */
function withChain(pem: string, chain: string): string {
  return pem.replace("-----BEGIN PRIVATE", `${chain}-----BEGIN PRIVATE`);
}

/** One file's certificate with another's key. */
function mixed(certificate: string, key: string): string {
  return `${certificate.split("-----BEGIN PRIVATE")[0]}-----BEGIN PRIVATE${key.split("-----BEGIN PRIVATE")[1]}`;
}

function sha256(text: string): string {
  return execFileSync("sha256sum", { input: text, encoding: "utf8" }).slice(0, 64);
}
