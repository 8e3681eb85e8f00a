import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machinePackages } from "../../../config/packages";
import { BootMachine } from "../../support/boot-machine";
import { type CloudStandIn, startCloud } from "../../support/cloud-stand-in";
import { requireProgram } from "../../support/edge-machine";
import { machineLogsMetadata, SHIP_LOGS_CALLS } from "../../support/machine-logs";

const FOLDER = join(__dirname, "../../../constructs/vpn");
const SCRIPT = join(FOLDER, "boot.sh");
const TEXT = readFileSync(SCRIPT, "utf8");
const PROGRAMS = {
  // Keys are files; everything else is asked of the stand-in for the cloud.
  curl: `url=\${*: -1}
[[ $url == https://* ]] || exec /usr/bin/curl "$@"
echo "curl $url" >>"$MACHINE/calls"
while [[ $1 != --output ]]; do shift; done
cat "$MACHINE/keys/\${url##*/}" >"$2"`,
  systemctl: `echo "systemctl $*" >>"$MACHINE/calls"
[[ $* != *"--now var-lib-vpn.mount"* ]] || mkdir -p "$MACHINE_ROOT/var/lib/vpn"`,
  chown: 'echo "chown $1 $2" >>"$MACHINE/calls"',
};

/** Real keys of nobody, with their fingerprints; made once, because GnuPG takes its time. */
let keys: { readonly home: string; readonly mongodb: Key; readonly pritunl: Key };
let machine: BootMachine;
let cloud: CloudStandIn;

interface Key {
  readonly fingerprint: string;
  readonly armored: string;
}

beforeAll(() => {
  const home = mkdtempSync(join(tmpdir(), "gpg-"));
  keys = { home, mongodb: makeKey(home, "mongodb"), pritunl: makeKey(home, "pritunl") };
});

afterAll(() => {
  spawnSync("gpgconf", ["--homedir", keys.home, "--kill", "all"]);
  rmSync(keys.home, { recursive: true });
});

beforeEach(async () => {
  machine = newMachine();
  cloud = await startCloud();
  cloud.metadata.set("instance/network-interfaces/0/ip", "10.2.66.10");
  for (const [path, text] of machineLogsMetadata("vpn")) cloud.metadata.set(`instance/${path}`, text);
});

afterEach(async () => {
  await cloud.close();
  machine.remove();
});

test("is clean bash", () => {
  execFileSync("bash", ["-n", SCRIPT]);
  const options = ["--shell=bash", "--external-sources", `--source-path=${FOLDER}`, SCRIPT];
  expect(spawnSync(requireProgram("shellcheck"), options, { encoding: "utf8" }).stdout).toBe("");
});

test("pins the keys that the publishers' public repositories hold", () => {
  expect(TEXT.match(/^\w+_KEY=.*$/gm)).toEqual([
    "MONGODB_KEY=${MONGODB_KEY:-4B0752C1BCA238C0B4EE14DC41DE058A4E7DCA05}",
    "PRITUNL_KEY=${PRITUNL_KEY:-7568D9BB55FF9E5287D586017AE645C0CF8E292A}",
  ]);
});

test("first boot: units, config and checked keys before packages, a filesystem on the blank disk, then everything starts", async () => {
  expect(await boot()).toMatchObject({ code: 0, log: expect.stringContaining("is blank") });
  const options = "--quiet --yes -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold";
  expect(machine.calls()).toEqual([
    "systemctl daemon-reload",
    "curl https://pgp.mongodb.com/server-8.0.asc",
    "curl https://raw.githubusercontent.com/pritunl/pgp/master/pritunl_repo_pub.asc",
    `apt-get ${options} update`,
    `apt-get ${options} install --no-install-recommends ${machinePackages.vpn.join(" ")}`,
    "systemctl daemon-reload",
    "systemctl enable --now var-lib-vpn.mount",
    "chown --recursive mongodb:mongodb",
    "systemctl enable vpn-guard.service mongod.service pritunl.service",
    "systemctl restart vpn-guard.service mongod.service pritunl.service",
    ...SHIP_LOGS_CALLS,
  ]);
  expect(execFileSync("blkid", ["-o", "value", "-s", "LABEL", machine.disk], { encoding: "utf8" })).toBe("vpn\n");
  expect(machine.installed("etc/apt/keyrings/pritunl.asc")).toBe(keys.pritunl.armored);
});

test("console at the internal address, database at the loopback alone, host id on the data disk", async () => {
  await boot();
  expect(JSON.parse(machine.installed("etc/pritunl.conf"))).toMatchObject({
    bind_addr: "10.2.66.10",
    mongodb_uri: "mongodb://127.0.0.1:27017/pritunl",
    uuid_path: "/var/lib/vpn/pritunl/pritunl.uuid",
  });
  expect(machine.mode("etc/pritunl.conf")).toBe(0o600);
  expect(machine.installed("etc/vpn/mongod.conf")).toMatch(
    /dbPath: \/var\/lib\/vpn\/mongodb(.|\n)*bindIp: 127\.0\.0\.1/,
  );
});

test("second boot: nothing is fetched, installed, formatted or restarted, and no file changes", async () => {
  await boot();
  const before = [...machine.listing(), machine.diskHash()];
  machine.calls();
  expect(await boot()).toEqual({ code: 0, log: "" });
  expect([...machine.listing(), machine.diskHash()]).toEqual(before);
  expect(machine.calls().filter((call) => /^(apt-get|curl|systemctl restart)/.test(call))).toEqual([]);
});

test("a new machine with the old one's disk: same files, and the disk is left as it is", async () => {
  await boot();
  const before = withoutDisk(machine.listing());
  const recreated = newMachine();
  execFileSync("cp", [machine.disk, recreated.disk]);
  const disk = recreated.diskHash();
  machine.remove();
  machine = recreated;
  expect(await boot()).toEqual({ code: 0, log: "" });
  expect(machine.diskHash()).toBe(disk);
  expect(withoutDisk(machine.listing())).toEqual(before);
});

test.each([
  ["another key", () => keys.mongodb.armored],
  ["a second key beside the right one", () => keys.pritunl.armored + keys.mongodb.armored],
  ["no key", () => "<html>moved</html>"],
])("key file that holds %s: refused by its fingerprint, nothing is installed", async (_, content) => {
  machine.write("keys/pritunl_repo_pub.asc", content());
  expect(await boot()).toMatchObject({
    code: 1,
    log: expect.stringContaining(`instead of ${keys.pritunl.fingerprint}`),
  });
  expect(machine.calls().filter((call) => call.startsWith("apt-get"))).toEqual([]);
});

test("disk with another filesystem: left as it is, and nothing is started", async () => {
  execFileSync("mkswap", [machine.disk], { stdio: "ignore" });
  const before = machine.diskHash();
  expect(await boot()).toMatchObject({ code: 1, log: expect.stringContaining("Attach the right disk") });
  expect(machine.diskHash()).toBe(before);
  expect(machine.calls().filter((call) => call.includes("pritunl.service"))).toEqual([]);
});

test("package servers away for a moment: tried again", async () => {
  machine.write("no-network", "");
  expect(await boot()).toMatchObject({
    code: 0,
    log: expect.stringMatching(/attempt 1 of 5 to install mongodb.* failed: look at the way to the internet/),
  });
});

/** Not a silent skip: jest names a skipped test. */
const whereSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0 ? test : test.skip;

whereSystemd("systemd accepts the units", async () => {
  await boot();
  for (const program of ["usr/bin/mongod", "usr/bin/pritunl", "usr/sbin/nft"]) {
    machine.write(`root/${program}`, "", 0o755);
  }
  for (const target of ["sysinit", "basic", "shutdown", "network-online", "local-fs", "umount", "multi-user"]) {
    machine.write(`root/usr/lib/systemd/system/${target}.target`, "[Unit]");
  }
  // What the packages bring.
  machine.write(
    "root/usr/lib/systemd/system/mongod.service",
    "[Service]\nExecStart=/usr/bin/mongod --config /etc/mongod.conf\n",
  );
  machine.write("root/usr/lib/systemd/system/pritunl.service", "[Service]\nExecStart=/usr/bin/pritunl start\n");
  const units = ["etc/systemd/system/var-lib-vpn.mount", "etc/systemd/system/vpn-guard.service"];
  const packaged = ["usr/lib/systemd/system/mongod.service", "usr/lib/systemd/system/pritunl.service"];
  expect(machine.verifyUnits([...units, ...packaged])).toBe("");
});

function newMachine(): BootMachine {
  const fresh = new BootMachine({
    folder: FOLDER,
    kind: "vpn",
    beforePackages: "etc/pritunl.conf",
    programs: PROGRAMS,
  });
  fresh.write("keys/server-8.0.asc", keys.mongodb.armored);
  fresh.write("keys/pritunl_repo_pub.asc", keys.pritunl.armored);
  return fresh;
}

function boot() {
  return machine.boot({
    METADATA_URL: cloud.metadataUrl,
    MONGODB_KEY: keys.mongodb.fingerprint,
    PRITUNL_KEY: keys.pritunl.fingerprint,
  });
}

function makeKey(home: string, name: string): Key {
  const gpg = (...args: string[]) =>
    execFileSync(requireProgram("gpg"), ["--homedir", home, "--batch", "--quiet", "--passphrase", "", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  gpg("--quick-generate-key", name, "ed25519", "sign", "never");
  const [, fingerprint = ""] = /^fpr:+([0-9A-F]{40}):/m.exec(gpg("--with-colons", "--list-keys", name)) ?? [];
  return { fingerprint, armored: gpg("--armor", "--export", name) };
}

/** Path, mode and hash of each file but the mount unit, which names this test's disk. */
function withoutDisk(listing: readonly string[]): string[] {
  return listing
    .map((line) => line.replace(/^.*?\/root\//, "").replace(/ [\d.]+ (?=\w+$)/, " "))
    .filter((line) => !line.includes("var-lib-vpn.mount"));
}
