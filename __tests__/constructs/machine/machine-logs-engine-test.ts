import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SITE_PORTS } from "../../../config/ports";
import type { MachineLogsSettings } from "../../../constructs/machine/machine-logs-settings";
import { renderMachineLogsEnvironment, renderRsyslogConfig } from "../../../constructs/machine/render-machine-logs";
import { type CloudStandIn, startCloud } from "../../support/cloud-stand-in";
import { requireProgram } from "../../support/edge-machine";
import { BucketStandIn, ElasticsearchStandIn } from "../../support/log-destinations";

// The real journald and the real rsyslogd, with the config of an edge, where a machine has them.

const SCRIPT = join(__dirname, "../../../constructs/machine/machine-logs.sh");
const SECRET = "indonesia-elasticsearch-edge";
const SETTINGS: MachineLogsSettings = {
  country: "indonesia",
  kind: "edge",
  elasticsearchHost: "localhost",
  project: "shop",
  userSecret: SECRET,
  archiveBucket: "logs",
};
const HOME = "/var/lib/machine-logs";
const ARCHIVE = join(HOME, "archive");
const STATS = join(HOME, "stats.json");
const METRICS = "/var/lib/prometheus/node-exporter/machine-logs.prom";
const CONFIG = "/etc/machine-logs/rsyslog.conf";

let cloud: CloudStandIn;
let bucket: BucketStandIn;
let elasticsearch: ElasticsearchStandIn;
let journal: ChildProcess;
let agent: ChildProcess | undefined;
let said = 0;

beforeAll(async () => {
  requireProgram("rsyslogd");
  // As on a machine; the root's own folder is not to be written to.
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", "/usr/local/sbin"]);
  writeFileSync("/usr/local/sbin/machine-logs", readFileSync(SCRIPT), { mode: 0o755 });
  for (const folder of ["/etc/machine-logs", "/run/systemd/journal", "/run/log/journal"]) {
    mkdirSync(folder, { recursive: true });
  }
  writeFileSync("/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  // Only what it waits for at a stop, and between two counts, is shorter.
  const config = renderRsyslogConfig(SETTINGS).replace('timeoutShutdown="15000"', 'timeoutShutdown="2000"');
  writeFileSync(CONFIG, config.replace('interval="10"', 'interval="1"'));
  journal = spawn("/usr/lib/systemd/systemd-journald", { stdio: "ignore" });
  await until(() => existsSync("/run/systemd/journal/stdout"));
});

afterAll(async () => {
  await end(journal);
  execFileSync("umount", ["--lazy", "/usr/local/sbin"]);
});

beforeEach(async () => {
  rmSync(HOME, { recursive: true, force: true });
  mkdirSync(HOME, { recursive: true, mode: 0o700 });
  cloud = await startCloud();
  bucket = new BucketStandIn();
  elasticsearch = new ElasticsearchStandIn("s3cr3t", SITE_PORTS.elasticsearch);
  const stand = `METADATA_URL="${cloud.metadataUrl}"\nSECRETS_URL="${cloud.secretsUrl}"\nSTORAGE_URL="${await bucket.open()}"\nMAX_PAUSE_SECONDS="1"\n`;
  writeFileSync("/etc/default/machine-logs", renderMachineLogsEnvironment(SETTINGS) + stand);
});

afterEach(async () => {
  await stop();
  await elasticsearch.close();
  await bucket.close();
  await cloud.close();
});

test.each(["edge", "database", "vpn"] as const)("rsyslogd accepts the config of kind %s", (kind) => {
  const file = `/etc/machine-logs/${kind}.conf`;
  writeFileSync(file, renderRsyslogConfig({ ...SETTINGS, kind }));
  const { status, stderr } = spawnSync("rsyslogd", ["-N1", "-f", file], { encoding: "utf8" });
  expect([
    status,
    stderr
      .split("\n")
      .filter((line) => !/validation run/.test(line))
      .join("\n"),
  ]).toEqual([0, ""]);
});

test("machine-logs is clean bash, and tells every exit code that it uses", () => {
  expect(spawnSync(requireProgram("shellcheck"), [SCRIPT], { encoding: "utf8" }).stdout).toBe("");
  const help = execFileSync("bash", [SCRIPT, "--help"], { encoding: "utf8" });
  const told = [...help.matchAll(/^ {2}(\d+) {2}/gm)].map(([, code]) => Number(code));
  expect(told).toEqual([0, 1, 2, 4]);
  expect(spawnSync("bash", [SCRIPT, "nonsense"]).status).toBe(2);
});

test("a site that is away, refuses, is full and comes back has every line once, in each of the agent's lives", async () => {
  start();
  const early = await say(300);
  expect((await sync()).code).toBe(4); // no user yet: lines wait
  putUser(elasticsearch.certificate);
  expect(await sync()).toMatchObject({ code: 0 });
  elasticsearch.refusals.push(503, 401, 429, 500);
  elasticsearch.full = 7;
  await elasticsearch.open();
  const late = await say(300);
  await until(() => elasticsearch.lines.size > 0);
  await kill();
  const meanwhile = await say(50); // nobody reads the journal now
  start();
  await until(() => missing(elasticsearch.messages(), [...early, ...late, ...meanwhile]) === 0);
  // A line that was read and whose place was not written yet is read twice, by the one life and by the next.
  const arrived = elasticsearch.messages().filter((message) => message.startsWith("line "));
  expect(arrived.length - new Set(arrived).size).toBeLessThanOrEqual(1);
  expect([...elasticsearch.lines.values()].find(({ message }) => message === early[0])).toMatchObject({
    country: "indonesia",
    program: "haproxy",
    "data_stream.type": "logs",
    "data_stream.dataset": "edge",
    "data_stream.namespace": "machines",
    "@timestamp": expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)$/),
  });
  expect(missing(archived(), [...early, ...late, ...meanwhile])).toBe(0);
});

test("what clients send arrives as text, whatever its bytes", async () => {
  putUser(elasticsearch.certificate);
  await sync();
  await elasticsearch.open();
  start();
  await write(
    Buffer.concat([Buffer.from('odd "\\ {"a": 1} ${HOME} %s '), Buffer.from([0xff, 0xfe, 0x09]), Buffer.from("\n")]),
  );
  await until(() => elasticsearch.messages().some((message) => message.startsWith("odd ")));
  const found = elasticsearch.messages().find((message) => message.startsWith("odd "));
  expect(found).toMatch(/^odd "\\ \{"a": 1\} \$\{HOME\} %s /);
});

test("clients' addresses leave shortened, to the archive as well", async () => {
  putUser(elasticsearch.certificate);
  await sync();
  await elasticsearch.open();
  start();
  await write(Buffer.from("client=203.0.113.77:1234 other=[2001:db8:1:2:3:4:5:6] served\n"));
  await until(() => elasticsearch.messages().some((message) => message.startsWith("client=")));
  const [found] = elasticsearch.messages().filter((message) => message.startsWith("client="));
  expect(found).toMatch(/^client=203\.0\.113\.0:1234 other=\[2001:db8:1:[0:]+\] served/);
  expect(archived().join("\n")).not.toMatch(/203\.0\.113\.77|2:3:4:5:6/);
});

test("a stranger with the site's address and another certificate gets nothing", async () => {
  putUser(new ElasticsearchStandIn("another", 0).certificate);
  await sync();
  await elasticsearch.open();
  start();
  await say(5);
  await until(() =>
    /certificate|SSL/i.test(existsSync(join(HOME, "words")) ? readFileSync(join(HOME, "words"), "utf8") : ""),
  );
  expect(elasticsearch.lines.size).toBe(0);
});

test("a machine that is taken away while its site is away leaves its lines in the archive", async () => {
  start();
  const lines = await say(200);
  expect(machineLogs("catch-up")).toMatchObject({ status: 0 });
  await stop();
  expect(await run("archive")).toMatchObject({ code: 0 });
  expect(missing(bucket.messages(), lines)).toBe(0);
  expect(readdirSync(ARCHIVE)).toEqual([]);
  expect([...bucket.objects.keys()][0]).toMatch(
    /^namespace=machines\/date=\d{4}-\d\d-\d\d\/hour=\d\d\/[^/]+-0[0-3]-\d+\.ndjson\.gz$/,
  );
});

test("quarters that are over are archived, and stay on the disk while the bucket is away", async () => {
  putUser(elasticsearch.certificate);
  start();
  await say(1);
  await until(() => existsSync(ARCHIVE) && readdirSync(ARCHIVE).length === 1);
  const over = join(ARCHIVE, "2026-11-26_20_01.ndjson");
  writeFileSync(over, '{"message":"an hour ago"}\n');
  utimesSync(over, 1_795_724_000, 1_795_724_000);
  bucket.isAway = true;
  expect(await sync()).toMatchObject({ code: 4, log: expect.stringContaining("HTTP status 503") });
  expect(metric("machine_logs_oldest_file_timestamp_seconds")).toBe(1_795_724_000);
  bucket.isAway = false;
  expect(await sync()).toMatchObject({ code: 0 });
  expect(bucket.messages()).toEqual(["an hour ago"]);
  expect(readdirSync(ARCHIVE)).toHaveLength(1); // that of now
  // An answer that was lost: the same object again.
  writeFileSync(over, '{"message":"an hour ago"}\n');
  utimesSync(over, 1_795_724_000, 1_795_724_000);
  expect(await sync()).toMatchObject({ code: 0 });
  expect(bucket.objects.size).toBe(1);
});

test("while a site is away, the lines that wait for it are told", async () => {
  start();
  const lines = await say(40);
  await until(async () => {
    await until(() => existsSync(STATS) && statSync(STATS).size > 0);
    await sync();
    return metric("machine_logs_waiting_lines") >= lines.length;
  });
});

test("neither token nor password stands where other processes see it", async () => {
  putUser(elasticsearch.certificate);
  await elasticsearch.open();
  start();
  await say(3);
  expect((await sync()).log).not.toContain("s3cr3t");
  await until(() => elasticsearch.requests > 0);
  expect(readFileSync(CONFIG, "utf8") + readFileSync("/etc/default/machine-logs", "utf8")).not.toContain("s3cr3t");
  expect(execFileSync("stat", ["--format", "%a", join(HOME, "user.json")], { encoding: "utf8" }).trim()).toBe("600");
});

function putUser(certificate: string): void {
  const user = { username: "agent", password: "s3cr3t", "ca.crt": certificate };
  cloud.secrets.set(`projects/shop/secrets/${SECRET}`, [JSON.stringify(user)]);
}

function start(): void {
  agent = spawn("/usr/sbin/rsyslogd", ["-n", "-f", CONFIG, "-i", "/run/machine-logs.pid"], {
    stdio: "ignore",
    env: {},
  });
}

async function stop(): Promise<void> {
  await end(agent);
  agent = undefined;
}

/** As a machine that loses its power, but for the disk. */
async function kill(): Promise<void> {
  await end(agent, "SIGKILL");
  agent = undefined;
  rmSync("/run/machine-logs.pid", { force: true });
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

/** Says so many lines as HAProxy does, by the journal. */
async function say(count: number): Promise<string[]> {
  const lines = Array.from({ length: count }, () => `line ${said++} of the edge`);
  await write(Buffer.from(`${lines.join("\n")}\n`));
  return lines;
}

async function write(text: Buffer): Promise<void> {
  const program = spawn("systemd-cat", ["--identifier=haproxy"], { stdio: ["pipe", "ignore", "inherit"] });
  const ended = once(program, "exit");
  program.stdin.end(text);
  expect(await ended).toEqual([0, null]);
}

function run(command: string): Promise<{ code: number | null; log: string }> {
  const child = spawn("/usr/local/sbin/machine-logs", [command], { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (data) => (log += data));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, log })));
}

function sync() {
  return run("sync");
}

function machineLogs(command: string) {
  return spawnSync("/usr/local/sbin/machine-logs", [command], { encoding: "utf8" });
}

function archived(): string[] {
  const texts = readdirSync(ARCHIVE).map((file) => readFileSync(join(ARCHIVE, file), "utf8"));
  return texts.flatMap((text) => text.trimEnd().split("\n")).map((line) => JSON.parse(line).message);
}

function missing(found: readonly string[], wanted: readonly string[]): number {
  const all = new Set(found);
  return wanted.filter((line) => !all.has(line)).length;
}

function metric(name: string): number {
  return Number(new RegExp(`^${name} (.+)$`, "m").exec(readFileSync(METRICS, "utf8"))?.[1]);
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(100);
}
