import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderEdgeSettings } from "../../../constructs/edge/edge-settings";
import { type CloudStandIn, startCloud } from "../../support/cloud-stand-in";
import { requireProgram } from "../../support/edge-machine";

const FOLDER = join(__dirname, "../../../constructs/edge");
const SCRIPTS = ["boot.sh", "edge-sync.sh"];

/** Stand-ins for what would change the machine that runs the test. A package is a file in `packages`. */
const PROGRAMS = {
  "apt-get": `echo "apt-get $*" >>"$MACHINE/calls"
if [[ -e $MACHINE/no-network ]]; then rm "$MACHINE/no-network"; exit 100; fi
if [[ " $* " == *" install "* ]]; then
  # What an installed package asks systemd to start is in place before it.
  [[ -e $MACHINE_ROOT/etc/systemd/system/haproxy.service ]] || exit 1
  for package in \${*##*--no-install-recommends}; do echo installed >"$MACHINE/packages/$package"; done
fi`,
  dpkg: ":",
  "dpkg-query": 'cat "$MACHINE/packages/${@: -1}"',
  systemctl: `echo "systemctl $*" >>"$MACHINE/calls"
case $1 in
show) cat "$MACHINE/stale" 2>/dev/null || echo no ;;
start) [[ $2 != edge-sync.service ]] || [[ ! -e $MACHINE/sync-fails ]] ;;
esac`,
} as const;

const SETTINGS = renderEdgeSettings({
  certificateSecret: "projects/shop/secrets/indonesia-edge-certificate",
  hosts: ["shop.test", "www.shop.test"],
  zones: ["asia-southeast2-a", "asia-southeast2-b", "asia-southeast2-c"],
});

let machine: string;
let root: string;
let cloud: CloudStandIn;

beforeEach(async () => {
  machine = mkdtempSync(join(tmpdir(), "boot-"));
  root = join(machine, "root");
  for (const folder of ["bin", "packages", "root"]) mkdirSync(join(machine, folder));
  for (const [name, text] of Object.entries(PROGRAMS)) {
    writeFileSync(join(machine, "bin", name), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
  }
  cloud = await startCloud();
  cloud.metadata.set("instance/attributes/edge-sync", readFileSync(join(FOLDER, "edge-sync.sh"), "utf8"));
  cloud.metadata.set("instance/attributes/edge-settings", SETTINGS);
  cloud.metadata.set("instance/network-interfaces/0/ip", "10.2.64.7");
  cloud.metadata.set("instance/zone", "projects/204617350918/zones/asia-southeast2-b");
});

afterEach(async () => {
  await cloud.close();
  rmSync(machine, { recursive: true });
});

test("settings are what systemd and bash both read", () => {
  expect(SETTINGS).toMatchInlineSnapshot(`
    "EDGE_CERTIFICATE_SECRET="projects/shop/secrets/indonesia-edge-certificate"
    EDGE_HOSTS="shop.test www.shop.test"
    EDGE_STAND_IN="edge stand-in"
    EDGE_ZONES="asia-southeast2-a asia-southeast2-b asia-southeast2-c"
    "
  `);
});

test.each(SCRIPTS)("%s is clean bash", (script) => {
  const file = join(FOLDER, script);
  execFileSync("bash", ["-n", file]);
  const options = ["--shell=bash", "--external-sources", `--source-path=${FOLDER}`, file];
  expect(spawnSync(requireProgram("shellcheck"), options, { encoding: "utf8" }).stdout).toBe("");
});

test("edge-sync --help documents every exit code that it uses", () => {
  const file = join(FOLDER, "edge-sync.sh");
  const help = execFileSync("bash", [file, "--help"], { encoding: "utf8" });
  const documented = [...help.matchAll(/^ {2}(\d+) {2}/gm)].map(([, code]) => Number(code));
  const used = [...readFileSync(file, "utf8").matchAll(/\b(?:stop|problem) (\d+) "/g)].map(([, code]) => Number(code));
  expect(documented).toEqual([0, 1, ...new Set(used.sort((a, b) => a - b))]);
});

test("first boot: units before packages, then files from metadata, then the first sync and the timer", async () => {
  expect(await boot()).toMatchObject({ code: 0 });
  const options = "--quiet --yes -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold";
  expect(calls()).toEqual([
    "systemctl show --property NeedDaemonReload --value haproxy.service",
    "systemctl daemon-reload",
    `apt-get ${options} update`,
    `apt-get ${options} install --no-install-recommends haproxy prometheus-node-exporter ca-certificates curl openssl jq`,
    "systemctl enable haproxy.service edge-sync.timer",
    "systemctl start edge-sync.service",
    "systemctl start edge-sync.timer",
  ]);
  expect(installed("etc/default/edge")).toBe(SETTINGS);
  expect(installed("etc/default/edge-machine")).toBe('EDGE_ADDRESS="10.2.64.7"\nEDGE_ZONE="asia-southeast2-b"\n');
  expect(installed("usr/local/sbin/edge-sync")).toBe(readFileSync(join(FOLDER, "edge-sync.sh"), "utf8"));
  expect(statSync(join(root, "usr/local/sbin/edge-sync")).mode & 0o777).toBe(0o755);
});

test("second boot: nothing is installed and no file changes", async () => {
  await boot();
  const before = listing();
  calls();
  expect(await boot()).toMatchObject({ code: 0 });
  expect(listing()).toEqual(before);
  expect(calls().filter((call) => call.startsWith("apt-get"))).toEqual([]);
});

test("boot with a newer unit than the one that HAProxy was started by: HAProxy is restarted", async () => {
  writeFileSync(join(machine, "stale"), "yes");
  expect(await boot()).toMatchObject({ code: 0 });
  expect(calls()).toContain("systemctl try-restart haproxy.service");
});

test("package servers away for a moment: tried again", async () => {
  writeFileSync(join(machine, "no-network"), "");
  expect(await boot()).toMatchObject({
    code: 0,
    log: expect.stringContaining("attempt 1 of 5 to install haproxy"),
  });
});

test("metadata incomplete: the boot fails and what an earlier boot wrote stays", async () => {
  await boot();
  const before = listing();
  cloud.metadata.delete("instance/attributes/edge-sync");
  expect((await boot()).code).not.toBe(0);
  expect(listing()).toEqual(before);
});

test("first sync fails: the timer is started all the same", async () => {
  writeFileSync(join(machine, "sync-fails"), "");
  expect(await boot()).toMatchObject({
    code: 0,
    log: expect.stringContaining("journalctl -u edge-sync"),
  });
  expect(calls().at(-1)).toBe("systemctl start edge-sync.timer");
});

/** Not a silent skip: jest names a skipped test. */
const whereSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0 ? test : test.skip;

whereSystemd("systemd accepts the units", async () => {
  await boot();
  const put = (path: string, text: string, mode: number) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  // Of the machine's own only what the units name: two programs, and the targets of every boot.
  for (const program of ["usr/sbin/haproxy", "bin/kill"]) put(program, "", 0o755);
  for (const target of ["sysinit", "basic", "shutdown", "network-online", "time-set", "time-sync"]) {
    put(`usr/lib/systemd/system/${target}.target`, "[Unit]", 0o644);
  }
  const units = ["haproxy.service", "edge-sync.service", "edge-sync.timer"].map((unit) => `etc/systemd/system/${unit}`);
  const { stderr } = spawnSync("systemd-analyze", ["verify", `--root=${root}`, ...units], { encoding: "utf8" });
  expect(stderr).toBe("");
});

function boot(): Promise<{ code: number | null; log: string }> {
  const environment = {
    MACHINE_ROOT: root,
    METADATA_URL: cloud.metadataUrl,
    RETRY_SECONDS: "0",
    MACHINE: machine,
  };
  const env = { ...environment, PATH: `${machine}/bin:${process.env.PATH}` };
  const child = spawn("bash", [join(FOLDER, "boot.sh")], {
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (data) => {
    log += data;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, log })));
}

/** What was asked of apt and systemd since the last call. */
function calls(): string[] {
  const lines = readFileSync(join(machine, "calls"), "utf8").trim().split("\n");
  writeFileSync(join(machine, "calls"), "");
  return lines;
}

function installed(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Every file below the root with mode, time of change and hash. */
function listing(): string[] {
  const files = readdirSync(root, {
    recursive: true,
    withFileTypes: true,
  }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => {
      const { mode, mtimeMs } = statSync(path);
      return `${path} ${mode.toString(8)} ${mtimeMs} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
    })
    .sort();
}
