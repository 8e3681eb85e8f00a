import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { machinePackages } from "../../../config/packages";
import { DATABASE_PATHS } from "../../../constructs/database/render-mariadb";
import { type DatabaseCloud, startDatabaseCloud } from "../../../drill/data/cloud";
import { BootMachine } from "../../support/boot-machine";
import { requireProgram } from "../../support/edge-machine";
import { machineLogsMetadata, SHIP_LOGS_CALLS } from "../../support/machine-logs";

const FOLDER = join(__dirname, "../../../constructs/database");
const SCRIPTS = [
  "boot",
  "galera-lib",
  "galera-start",
  "galera-credentials",
  "galera-health",
  "galera-backup",
  "galera-alter",
];
const PROGRAMS = {
  getent: "[[ -e $MACHINE/user ]]",
  useradd: 'echo "useradd ${*: -1}" >>"$MACHINE/calls"; touch "$MACHINE/user"',
  install: 'mkdir -p "${@: -1}"',
};
const UNITS = [
  "mariadb.service",
  "var-lib-database.mount",
  "galera-watch.service",
  "galera-credentials.service",
  "galera-credentials.timer",
  "galera-backup.service",
  "galera-backup.timer",
  "galera-backup-newest.service",
  "galera-backup-newest.timer",
  "galera-check.service",
  "galera-check.timer",
  "galera-logs.service",
  "galera-logs.timer",
];

let machine: BootMachine;
let cloud: DatabaseCloud;

beforeEach(async () => {
  machine = new BootMachine({
    folder: FOLDER,
    kind: "database",
    beforePackages: "etc/systemd/system/mariadb.service",
    programs: PROGRAMS,
  });
  cloud = await startDatabaseCloud();
  for (const script of SCRIPTS.slice(1)) {
    cloud.metadata.set(`instance/attributes/${script}`, readFileSync(join(FOLDER, `${script}.sh`), "utf8"));
  }
  cloud.metadata.set("instance/attributes/database-environment", 'DATABASE_NODE="indonesia-1"\n');
  cloud.metadata.set("instance/attributes/mariadb-cnf", "[mariadbd]\n");
  for (const [path, text] of machineLogsMetadata("database")) cloud.metadata.set(`instance/${path}`, text);
});

afterEach(async () => {
  await cloud.close();
  machine.remove();
});

test.each(SCRIPTS)("%s is clean bash", (script) => {
  const file = join(FOLDER, `${script}.sh`);
  execFileSync("bash", ["-n", file]);
  const options = ["--shell=bash", "--external-sources", `--source-path=${FOLDER}`, file];
  expect(spawnSync(requireProgram("shellcheck"), options, { encoding: "utf8" }).stdout).toBe("");
});

test.each(SCRIPTS.slice(2))("%s --help is the comment at its top", (script) => {
  const file = join(FOLDER, `${script}.sh`);
  const help = execFileSync("bash", [file, "--help"], {
    encoding: "utf8",
    env: { ...process.env, GALERA_LIB: join(FOLDER, "galera-lib.sh") },
  });
  expect(help).toContain(`\n  ${script}`);
  const documented = [...help.matchAll(/^ {2}(\d+) {2}/gm)].map(([, code]) => code);
  const used = [...readFileSync(file, "utf8").matchAll(/\b(?:stop|exit|return) (\d+)\b/g)].map(([, code]) => code);
  if (documented.length > 0) {
    expect([...new Set(used)].filter((code) => code !== "0" && !documented.includes(code))).toEqual([]);
  }
});

test("first boot: units before packages, a filesystem on the blank disk, files from metadata, then everything starts", async () => {
  expect(await boot()).toMatchObject({ code: 0, log: expect.stringContaining("is blank") });
  const options = "--quiet --yes -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold";
  expect(machine.calls()).toEqual([
    "systemctl daemon-reload",
    `apt-get ${options} update`,
    `apt-get ${options} install --no-install-recommends ${machinePackages.database.join(" ")}`,
    "useradd galera-health",
    "systemctl daemon-reload",
    "systemctl enable --now var-lib-database.mount",
    "systemctl enable mariadb.service galera-watch.service galera-credentials.timer galera-backup.timer galera-backup-newest.timer galera-logs.timer galera-check.timer prometheus-mysqld-exporter.service",
    "systemctl start --no-block mariadb.service",
    "systemctl start galera-watch.service galera-credentials.timer galera-backup.timer galera-backup-newest.timer galera-logs.timer galera-check.timer",
    "systemctl restart prometheus-mysqld-exporter.service",
    ...SHIP_LOGS_CALLS,
  ]);
  expect(execFileSync("blkid", ["-o", "value", "-s", "LABEL", machine.disk], { encoding: "utf8" })).toBe("database\n");
  for (const script of SCRIPTS.slice(2)) {
    expect(machine.installed(`usr/local/sbin/${script}`)).toBe(readFileSync(join(FOLDER, `${script}.sh`), "utf8"));
    expect(machine.mode(`usr/local/sbin/${script}`)).toBe(0o755);
  }
  expect(machine.installed("etc/default/database")).toBe('DATABASE_NODE="indonesia-1"\n');
  // The server's user reads all of them.
  for (const file of ["etc/database/my.cnf", "etc/default/database", "usr/local/lib/galera-lib"]) {
    expect({ file, mode: machine.mode(file) }).toEqual({ file, mode: 0o644 });
  }
});

test("second boot: nothing is installed or formatted, and no file changes", async () => {
  await boot();
  const before = [...machine.listing(), machine.diskHash()];
  machine.calls();
  expect(await boot()).toEqual({ code: 0, log: "" });
  expect([...machine.listing(), machine.diskHash()]).toEqual(before);
  expect(machine.calls().filter((call) => /^(apt-get|useradd)/.test(call))).toEqual([]);
});

test.each([
  ["another filesystem", () => execFileSync("mkswap", [machine.disk], { stdio: "ignore" })],
  [
    "a partition table",
    () =>
      execFileSync("bash", [
        "-c",
        `printf '\\x55\\xaa' | dd of=${machine.disk} bs=1 seek=510 conv=notrunc status=none; printf '\\x00\\x00\\x02\\x00\\x83\\x00\\x00\\x00\\x00\\x08\\x00\\x00\\x00\\x40\\x00\\x00' | dd of=${machine.disk} bs=1 seek=446 conv=notrunc status=none`,
      ]),
  ],
])("disk with %s: left as it is, and nothing is started", async (_, arrange) => {
  arrange();
  const before = machine.diskHash();
  expect(await boot()).toMatchObject({ code: 1, log: expect.stringContaining("Attach the right disk") });
  expect(machine.diskHash()).toBe(before);
  expect(machine.calls().filter((call) => call.includes("mariadb.service"))).toEqual([]);
});

test("disk that can't be read: not formatted, nothing is started", async () => {
  rmSync(machine.disk);
  expect((await boot()).code).not.toBe(0);
  expect(machine.calls().filter((call) => call.includes("start"))).toEqual([]);
});

test("package servers away for a moment: tried again", async () => {
  machine.write("no-network", "");
  expect(await boot()).toMatchObject({ code: 0, log: expect.stringContaining("attempt 1 of 5 to install") });
});

test("metadata incomplete: the boot fails and what an earlier boot wrote stays", async () => {
  expect(await boot()).toMatchObject({ code: 0 });
  const before = machine.listing();
  cloud.metadata.delete("instance/attributes/mariadb-cnf");
  cloud.metadata.set("instance/attributes/galera-start", "changed");
  expect((await boot()).code).not.toBe(0);
  expect(machine.listing()).toEqual(before);
});

test("the scripts' folders are those of the renderers", () => {
  const text = SCRIPTS.map((script) => readFileSync(join(FOLDER, `${script}.sh`), "utf8")).join("");
  for (const path of Object.values(DATABASE_PATHS)) expect(text).toContain(path);
});

/** Not a silent skip: jest names a skipped test. */
const whereSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0 ? test : test.skip;

whereSystemd("systemd accepts the units", async () => {
  await boot();
  for (const target of [
    "sysinit",
    "basic",
    "shutdown",
    "network-online",
    "time-set",
    "time-sync",
    "local-fs",
    "umount",
    "sockets",
    "timers",
  ]) {
    machine.write(`root/usr/lib/systemd/system/${target}.target`, "[Unit]");
  }
  machine.write("root/usr/lib/systemd/system/system-galera\\x2dhealth.slice", "[Unit]");
  const units = UNITS.map((unit) => `etc/systemd/system/${unit}`);
  expect(machine.verifyUnits(units)).toBe("");
});

function boot() {
  return machine.boot(cloud.environment);
}
