import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { machinePackages } from "../../../config/packages";
import { renderEdgeEnvironment } from "../../../constructs/edge/render-edge-environment";
import { BootMachine } from "../../support/boot-machine";
import { type CloudStandIn, startCloud } from "../../support/cloud-stand-in";
import { requireProgram } from "../../support/edge-machine";
import { machineLogsMetadata, SHIP_LOGS_CALLS } from "../../support/machine-logs";

const FOLDER = join(__dirname, "../../../constructs/edge");
const SCRIPTS = ["boot.sh", "edge-sync.sh"];
const PROGRAMS = {
  systemctl: `echo "systemctl $*" >>"$MACHINE/calls"
case $1 in
show) cat "$MACHINE/stale" 2>/dev/null || echo no ;;
start) [[ $2 != edge-sync.service ]] || [[ ! -e $MACHINE/sync-fails ]] ;;
esac`,
};
const SETTINGS = renderEdgeEnvironment({
  certificateSecret: "projects/shop/secrets/indonesia-edge-certificate",
  hosts: ["shop.test", "www.shop.test"],
  zones: ["asia-southeast2-a", "asia-southeast2-b", "asia-southeast2-c"],
});

let machine: BootMachine;
let cloud: CloudStandIn;

beforeEach(async () => {
  machine = new BootMachine({
    folder: FOLDER,
    kind: "edge",
    beforePackages: "etc/systemd/system/haproxy.service",
    programs: PROGRAMS,
  });
  cloud = await startCloud();
  cloud.metadata.set("instance/attributes/edge-sync", readFileSync(join(FOLDER, "edge-sync.sh"), "utf8"));
  cloud.metadata.set("instance/attributes/edge-environment", SETTINGS);
  for (const [path, text] of machineLogsMetadata("edge")) cloud.metadata.set(`instance/${path}`, text);
  cloud.metadata.set("instance/network-interfaces/0/ip", "10.2.64.7");
  cloud.metadata.set("instance/zone", "projects/204617350918/zones/asia-southeast2-b");
});

afterEach(async () => {
  await cloud.close();
  machine.remove();
});

test("settings are what systemd and bash both read", () => {
  expect(SETTINGS).toMatchInlineSnapshot(`
    "EDGE_CERTIFICATE_SECRET="projects/shop/secrets/indonesia-edge-certificate"
    EDGE_HOSTS="shop.test www.shop.test"
    EDGE_STAND_IN="edge stand-in"
    EDGE_ZONES="asia-southeast2-a asia-southeast2-b asia-southeast2-c"
    EDGE_HEALTH_PORT="8404"
    EDGE_HTTPS_PORT="443"
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
  expect(documented).toEqual([...new Set([0, 1, ...used])].sort((a, b) => a - b));
});

test("first boot: units before packages, then files from metadata, then the first sync and the timer", async () => {
  expect(await boot()).toMatchObject({ code: 0 });
  const options = "--quiet --yes -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold";
  expect(machine.calls()).toEqual([
    "systemctl show --property NeedDaemonReload --value haproxy.service",
    "systemctl daemon-reload",
    `apt-get ${options} update`,
    `apt-get ${options} install --no-install-recommends ${machinePackages.edge.join(" ")}`,
    "systemctl try-restart systemd-journald.service",
    "systemctl enable haproxy.service edge-sync.timer",
    "systemctl start edge-sync.service",
    "systemctl start edge-sync.timer",
    ...SHIP_LOGS_CALLS,
  ]);
  expect(machine.installed("etc/default/edge")).toBe(SETTINGS);
  expect(machine.installed("etc/default/edge-machine")).toBe(
    'EDGE_ADDRESS="10.2.64.7"\nEDGE_ZONE="asia-southeast2-b"\n',
  );
  expect(machine.installed("etc/gai.conf")).toBe("precedence ::ffff:0:0/96 100\n");
  expect(machine.installed("usr/local/sbin/edge-sync")).toBe(readFileSync(join(FOLDER, "edge-sync.sh"), "utf8"));
  expect(machine.mode("usr/local/sbin/edge-sync")).toBe(0o755);
});

test("second boot: nothing is installed and no file changes", async () => {
  await boot();
  const before = machine.listing();
  machine.calls();
  expect(await boot()).toMatchObject({ code: 0 });
  expect(machine.listing()).toEqual(before);
  expect(machine.calls().filter((call) => call.startsWith("apt-get"))).toEqual([]);
});

test("boot with a newer unit than the one that HAProxy was started by: HAProxy is restarted", async () => {
  machine.write("stale", "yes");
  expect(await boot()).toMatchObject({ code: 0 });
  expect(machine.calls()).toContain("systemctl try-restart haproxy.service");
});

test("package servers away for a moment: tried again", async () => {
  machine.write("no-network", "");
  expect(await boot()).toMatchObject({
    code: 0,
    log: expect.stringContaining("attempt 1 of 5 to install haproxy"),
  });
});

test("metadata incomplete: the boot fails and what an earlier boot wrote stays", async () => {
  expect(await boot()).toMatchObject({ code: 0 });
  const before = machine.listing();
  cloud.metadata.delete("instance/attributes/edge-sync");
  expect((await boot()).code).not.toBe(0);
  expect(machine.listing()).toEqual(before);
});

test("first sync fails: the timer is started all the same", async () => {
  machine.write("sync-fails", "");
  expect(await boot()).toMatchObject({
    code: 0,
    log: expect.stringContaining("journalctl -u edge-sync"),
  });
  expect(machine.calls()).toContain("systemctl start edge-sync.timer");
});

/** Not a silent skip: jest names a skipped test. */
const whereSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0 ? test : test.skip;

whereSystemd("systemd accepts the units", async () => {
  await boot();
  // Of the machine's own only what the units name: two programs, and the targets of every boot.
  for (const program of ["usr/sbin/haproxy", "usr/sbin/rsyslogd", "bin/kill"])
    machine.write(`root/${program}`, "", 0o755);
  for (const target of ["sysinit", "basic", "shutdown", "network-online", "time-set", "time-sync"]) {
    machine.write(`root/usr/lib/systemd/system/${target}.target`, "[Unit]");
  }
  const shipping = ["machine-logs.service", "machine-logs-sync.service", "machine-logs-sync.timer"];
  const units = ["haproxy.service", "edge-sync.service", "edge-sync.timer", ...shipping].map(
    (unit) => `etc/systemd/system/${unit}`,
  );
  expect(machine.verifyUnits(units)).toBe("");
});

function boot() {
  return machine.boot({ METADATA_URL: cloud.metadataUrl });
}
