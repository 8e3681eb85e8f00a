import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { connect, type PeerCertificate } from "node:tls";
import { DATABASE_PORTS } from "../../../config/ports";
import { DatabaseCluster, type DatabaseNode, SECRETS } from "../../support/database-machine";
import { requireProgram } from "../../support/edge-machine";

/** Writes down the arguments and the environment of a program before it becomes that program. */
const RECORDER = (program: string) => `#!/usr/bin/env bash
{ printf '%s ' "$0" "$@"; echo; env; } >>"$MACHINE/processes"
exec ${program} "$@"
`;

// The designated node alone: it is a cluster of one.
let cluster: DatabaseCluster;
let node: DatabaseNode;

beforeAll(async () => {
  cluster = await DatabaseCluster.create();
  [node] = cluster.nodes;
  for (const name of ["curl", "jq", "openssl", "mariadb", "base64"]) {
    writeFileSync(join(node.root, "machine/bin", name), RECORDER(requireProgram(name)), { mode: 0o755 });
  }
  writeFileSync(join(node.root, "machine/processes"), "", { mode: 0o666 });
  execFileSync("chmod", ["0666", join(node.root, "machine/processes")]);
});

afterAll(() => cluster.remove());

const sync = () => node.run("/usr/local/sbin/galera-credentials sync");
const file = (name: string) => join(node.root, "etc/database/tls", name);

test("another node waits for the designated one to make the CA", async () => {
  const { code, log } = await cluster.nodes[1].run("/usr/local/sbin/galera-credentials files");
  expect(code).toBe(75);
  expect(log).toContain("the designated node makes it when it initializes the cluster");
  expect(cluster.cloud.secrets.get(SECRETS.ca)).toEqual([]);
});

test("initialization: CA and password are made once and only the server's group reads the key", async () => {
  await cluster.start([node]);
  await until(() => existsSync(join(node.root, "var/lib/database/initialized")) && cluster.password() !== "");
  await until(async () => (await node.asApp("SELECT 1").catch(() => "")) === "1");
  const counts = Object.values(SECRETS).map((secret) => cluster.cloud.secrets.get(secret)?.length);
  expect(counts).toEqual([1, 1, 1, 1]);
  expect(cluster.password()).toMatch(/^[-_A-Za-z0-9]{44}$/);
  const [published = ""] = cluster.cloud.secrets.get(SECRETS.caCertificate) ?? [];
  expect(published).not.toContain("PRIVATE");
  const modes = ["node.key", "node.pem", "ca.pem"].map((name) => (statSync(file(name)).mode & 0o777).toString(8));
  expect(modes).toEqual(["640", "640", "640"]);
  expect(readFileSync(file("ca.pem"), "utf8")).toBe(published);
  const text = execFileSync("openssl", ["x509", "-in", file("node.pem"), "-noout", "-text"], { encoding: "utf8" });
  expect(text).toContain(`DNS:${node.name}, DNS:localhost, DNS:database-1.indonesia.internal.shop.test`);
  expect(text).toContain(`IP Address:${node.address}`);
  // For machines whose clock is hours behind.
  for (const name of ["node.pem", "ca.pem"]) {
    const { validFrom } = new X509Certificate(readFileSync(file(name)));
    expect(Date.parse(validFrom)).toBeLessThan(Date.now() - 20 * 3_600_000);
  }
});

test("nothing changed: nothing is touched, and no statement is run that replicates", async () => {
  const before = (await node.status()).wsrep_last_committed;
  const modified = statSync(file("node.pem")).mtimeMs;
  expect(await sync()).toEqual({ code: 0, log: "" });
  expect(statSync(file("node.pem")).mtimeMs).toBe(modified);
  expect((await node.status()).wsrep_last_committed).toBe(before);
});

test("password rotated by one new version: both work until the old version is disabled", async () => {
  const versions = cluster.cloud.secrets.get(SECRETS.appPassword) ?? [];
  const old = cluster.password();
  versions.push("n".repeat(40));
  expect(await sync()).toMatchObject({ code: 0 });
  expect(await node.asApp("SELECT 1", { password: "n".repeat(40) })).toBe("1");
  expect(await node.asApp("SELECT 1", { password: old })).toBe("1");
  versions[0] = undefined;
  expect(await sync()).toMatchObject({ code: 0 });
  await expect(node.asApp("SELECT 1", { password: old })).rejects.toThrow("Access denied");
  expect(await node.asApp("SELECT 1")).toBe("1");
  versions[0] = old; // so that the search for leaks below knows it
});

test("password that is too short is refused, the account stays", async () => {
  const versions = cluster.cloud.secrets.get(SECRETS.appPassword) ?? [];
  const before = cluster.password();
  versions.push("short");
  expect(await sync()).toMatchObject({ code: 3 });
  expect(await node.asApp("SELECT 1", { password: before })).toBe("1");
  versions.pop();
});

test("certificate near its end: another is issued, and served without a restart", async () => {
  const { fingerprint256: before } = await served();
  const start = (await node.status()).wsrep_gcomm_uuid;
  const soon = ["x509", "-in", file("node.pem"), "-signkey", file("node.key"), "-days", "10", "-out", file("soon.pem")];
  execFileSync("openssl", soon, { stdio: "ignore" });
  execFileSync("mv", [file("soon.pem"), file("node.pem")]);
  expect(await sync()).toMatchObject({ code: 0, log: expect.stringContaining("the server uses the new certificate") });
  const { fingerprint256, valid_to } = await served();
  expect(fingerprint256).not.toBe(before);
  expect(Date.parse(valid_to) - Date.now()).toBeGreaterThan(85 * 24 * 3_600_000);
  expect((await node.status()).wsrep_gcomm_uuid).toBe(start);
});

test("replication speaks TLS alone, and with nobody who has no certificate of the CA", async () => {
  const greet = (cert?: string, key?: string) =>
    new Promise<string>((resolve) => {
      const ca = readFileSync(file("ca.pem"), "utf8");
      const options = { host: node.address, port: DATABASE_PORTS.replication, servername: node.name, ca };
      const socket = connect({ ...options, ...(cert && { cert }), ...(key && { key }) });
      // Galera speaks first, once it has accepted.
      socket.on("data", () => {
        resolve("greeted");
        socket.destroy();
      });
      socket.on("error", ({ message }) => resolve(message));
      socket.on("close", () => resolve("closed"));
      socket.setTimeout(60_000, () => socket.destroy());
    });
  expect(await greet(readFileSync(file("node.pem"), "utf8"), readFileSync(file("node.key"), "utf8"))).toBe("greeted");
  expect(await greet()).not.toBe("greeted");
  const stranger = makeCa();
  expect(await greet(pem("CERTIFICATE")(stranger), pem("PRIVATE KEY")(stranger))).not.toBe("greeted");
});

test("CA rotated by the runbook's commands: an app is served as long as it has read what the step before published", async () => {
  const versions = cluster.cloud.secrets.get(SECRETS.ca) ?? [];
  const published = () => cluster.cloud.secrets.get(SECRETS.caCertificate)?.at(-1) ?? "";
  const certificate = pem("CERTIFICATE");
  const { prepare, steps } = rotation(versions.at(-1) ?? "");
  const old = certificate(published());
  prepare();
  expect(steps).toHaveLength(3);
  const take = async (step = 0) => {
    versions.push(steps[step]?.());
    expect(await sync()).toMatchObject({ code: 0 });
  };
  // What an app knows that reads the file once, when it is started.
  const startedBefore = published();
  await take(0); // all trust both, the old one signs
  await served(old);
  const startedAfterFirst = published();
  const next = certificate(startedAfterFirst.replace(old, ""));
  // For machines whose clock is hours behind.
  expect(Date.parse(new X509Certificate(next).validFrom)).toBeLessThan(Date.now() - 20 * 3_600_000);
  await expect(served(next)).rejects.toThrow(/certificate/);
  await take(1); // the new one signs
  await expect(served(startedBefore)).rejects.toThrow(/certificate/);
  await served(startedAfterFirst);
  await take(2); // the old one is trusted no longer
  await served(startedAfterFirst);
  await served(next);
  expect(readFileSync(file("ca.pem"), "utf8")).toBe(next);
  expect(published()).toBe(next);
});

test("CA that can't be used is refused, the last files stay", async () => {
  const versions = cluster.cloud.secrets.get(SECRETS.ca) ?? [];
  const before = readFileSync(file("node.pem"), "utf8");
  versions.push(pem("CERTIFICATE")(versions[0] ?? "") + pem("PRIVATE KEY")(makeCa()));
  expect((await sync()).log).toContain("holds no key of its first certificate");
  expect(readFileSync(file("node.pem"), "utf8")).toBe(before);
  versions.pop();
});

test("Secret Manager away: the server starts with what is there, and the metric says so", async () => {
  cluster.cloud.secretsAway = true;
  await node.kill();
  await cluster.start([node]);
  expect(node.decision()).toBe("rejoin");
  expect((await sync()).code).toBe(75);
  expect(node.metrics("galera-credentials")).toMatchObject({ database_credentials_unreachable: 1 });
  cluster.cloud.secretsAway = false;
  expect(await sync()).toMatchObject({ code: 0 });
  expect(node.metrics("galera-credentials")).toMatchObject({ database_credentials_unreachable: 0 });
});

test("no password, no key of a CA and no token in an argument, an environment, a log or a file", () => {
  const passwords = cluster.cloud.secrets.get(SECRETS.appPassword) ?? [];
  const keys = (cluster.cloud.secrets.get(SECRETS.ca) ?? []).map(
    (text = "") => /PRIVATE KEY-----\n(.+)\n/.exec(text)?.[1],
  );
  const seen = readFileSync(join(node.root, "machine/processes"), "utf8") + node.journal();
  expect(seen).toContain("/curl ");
  expect(seen).toContain("/mariadb ");
  const secrets = [...passwords, ...keys, cluster.cloud.token].map((secret) => secret ?? "");
  expect(secrets.length).toBeGreaterThan(4);
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(30);
    expect(seen.includes(secret)).toBe(false);
    const files = ["-rlF", "--exclude-dir=machine", "-e", secret, node.root];
    expect(grep(files)).toEqual([]);
  }
});

/** The runbook's commands, in a folder of their own: what they begin with, and each step, which returns the new version. */
function rotation(latest: string): { prepare: () => void; steps: (() => string)[] } {
  const runbook = readFileSync(join(__dirname, "../../../docs/runbooks/database.md"), "utf8");
  const [, commands = ""] =
    /^```sh\n(gcloud secrets versions access latest --secret database-ca .*?)^```/ms.exec(runbook) ?? [];
  const folder = mkdtempSync(join(cluster.directory, "rotation-"));
  writeFileSync(join(folder, "latest"), latest);
  const gcloud = "case $3 in access) cat latest ;; add) cat >added ;; esac";
  writeFileSync(join(folder, "gcloud"), `#!/usr/bin/env bash\n${gcloud}\n`, { mode: 0o755 });
  const run = (text: string) =>
    execFileSync("bash", ["-euo", "pipefail", "-c", text], {
      cwd: folder,
      env: { PATH: `${folder}:${process.env.PATH}` },
      stdio: ["ignore", "ignore", "pipe"],
    });
  const [first = "", ...rest] = commands.split(/^(?=cat )/m);
  const step = (text: string) => () => {
    run(text);
    return readFileSync(join(folder, "added"), "utf8");
  };
  return { prepare: () => run(first), steps: rest.map(step) };
}

function makeCa(): string {
  const [key, crt] = [join(cluster.directory, "next.key"), join(cluster.directory, "next.crt")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key];
  const extensions = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"];
  const content = ["-days", "3650", "-subj", "/CN=next", ...extensions];
  execFileSync("openssl", ["req", "-x509", ...curve, ...content, "-out", crt], { stdio: "ignore" });
  return readFileSync(crt, "utf8") + readFileSync(key, "utf8");
}

/** Cuts the first block of a kind out of a text. */
function pem(kind: string): (text: string) => string {
  return (text) => new RegExp(`-----BEGIN ${kind}-----[^]+?-----END ${kind}-----\\n`).exec(text)?.[0] ?? "";
}

/** The certificate that the server shows to clients, as MariaDB's own client has it verified. */
async function served(ca?: string) {
  const socket = createConnection({ host: node.address, port: DATABASE_PORTS.client });
  // The greeting of the server, then the client's request for TLS: flags, largest packet, character set.
  await new Promise((resolve) => socket.once("data", resolve));
  const request = Buffer.alloc(36);
  request.writeUIntLE(32, 0, 3);
  request.writeUInt8(1, 3);
  request.writeUInt32LE(0x000aa200 | 0x00000800, 4);
  request.writeUInt32LE(2 ** 24, 8);
  request.writeUInt8(45, 12);
  socket.write(request);
  return new Promise<PeerCertificate>((resolve, reject) => {
    const options = { socket, servername: node.name, rejectUnauthorized: ca !== undefined, ...(ca && { ca }) };
    const secure = connect(options, () => {
      resolve(secure.getPeerCertificate());
      secure.destroy();
    });
    secure.on("error", reject);
  });
}

/** The files that hold a secret. */
function grep(args: readonly string[]): string[] {
  try {
    return execFileSync("grep", args, { encoding: "utf8" }).trim().split("\n");
  } catch {
    return [];
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 600_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`this did not come true within 10 minutes:\n${node.journal(40)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
