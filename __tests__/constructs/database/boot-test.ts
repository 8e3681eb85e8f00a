import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DATABASE_PATHS, DATABASE_PORTS } from "../../../constructs/database/mariadb-config";
import { startupScript } from "../../../constructs/machine/startup-script";
import { BOOT_PROGRAMS } from "../../../drill/data/boot-programs";
import { type DatabaseCloud, startDatabaseCloud } from "../../../drill/data/cloud";
import { requireProgram } from "../../support/edge-machine";

const FOLDER = join(__dirname, "../../../constructs/database");
const SCRIPTS = ["boot", "galera-lib", "galera-start", "galera-credentials", "galera-health", "galera-backup"];
const PROGRAMS: Readonly<Record<string, string>> = {
  ...BOOT_PROGRAMS,
  "apt-get": `echo "apt-get $*" >>"$MACHINE/calls"
if [[ -e $MACHINE/no-network ]]; then rm "$MACHINE/no-network"; exit 100; fi
if [[ " $* " == *" install "* ]]; then
  # What an installed package asks systemd to start is in place before it.
  [[ -e $MACHINE_ROOT/etc/systemd/system/mariadb.service ]] || exit 1
  for package in \${*##*--no-install-recommends}; do echo installed >"$MACHINE/packages/$package"; done
fi`,
  getent: "[[ -e $MACHINE/user ]]",
  useradd: 'echo "useradd ${*: -1}" >>"$MACHINE/calls"; touch "$MACHINE/user"',
  install: 'mkdir -p "${@: -1}"',
};
const UNITS = [
  "mariadb.service",
  "var-lib-database.mount",
  "galera-watch.service",
  "galera-health.socket",
  "galera-health@.service",
  "galera-credentials.service",
  "galera-credentials.timer",
  "galera-backup.service",
  "galera-backup.timer",
];

let machine: string;
let root: string;
let disk: string;
let cloud: DatabaseCloud;

beforeEach(async () => {
  machine = mkdtempSync(join(tmpdir(), "database-boot-"));
  root = join(machine, "root");
  disk = join(machine, "disk");
  for (const folder of ["bin", "packages", "root"]) mkdirSync(join(machine, folder));
  for (const [name, text] of Object.entries(PROGRAMS)) {
    writeFileSync(join(machine, "bin", name), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
  }
  execFileSync("truncate", ["--size=16M", disk]);
  cloud = await startDatabaseCloud();
  for (const script of SCRIPTS.slice(1)) {
    cloud.metadata.set(`instance/attributes/${script}`, readFileSync(join(FOLDER, `${script}.sh`), "utf8"));
  }
  cloud.metadata.set("instance/attributes/database-settings", 'DATABASE_NODE="indonesia-1"\n');
  cloud.metadata.set("instance/attributes/mariadb-cnf", "[mariadbd]\n");
});

afterEach(async () => {
  await cloud.close();
  rmSync(machine, { recursive: true });
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
  expect(calls()).toEqual([
    "systemctl daemon-reload",
    `apt-get ${options} update`,
    `apt-get ${options} install --no-install-recommends mariadb-server mariadb-backup galera-4 socat zstd prometheus-node-exporter prometheus-mysqld-exporter ca-certificates curl openssl jq`,
    "useradd galera-health",
    "systemctl daemon-reload",
    "systemctl enable --now var-lib-database.mount",
    "systemctl enable mariadb.service galera-watch.service galera-health.socket galera-credentials.timer galera-backup.timer prometheus-mysqld-exporter.service",
    "systemctl start --no-block mariadb.service",
    "systemctl start galera-watch.service galera-health.socket galera-credentials.timer galera-backup.timer",
    "systemctl restart prometheus-mysqld-exporter.service",
  ]);
  expect(execFileSync("blkid", ["-o", "value", "-s", "LABEL", disk], { encoding: "utf8" })).toBe("database\n");
  for (const script of SCRIPTS.slice(2)) {
    expect(installed(`usr/local/sbin/${script}`)).toBe(readFileSync(join(FOLDER, `${script}.sh`), "utf8"));
    expect(statSync(join(root, "usr/local/sbin", script)).mode & 0o777).toBe(0o755);
  }
  expect(installed("etc/default/database")).toBe('DATABASE_NODE="indonesia-1"\n');
});

test("second boot: nothing is installed or formatted, and no file changes", async () => {
  await boot();
  const before = [...listing(), hash(disk)];
  calls();
  expect(await boot()).toEqual({ code: 0, log: "" });
  expect([...listing(), hash(disk)]).toEqual(before);
  expect(calls().filter((call) => /^(apt-get|useradd)/.test(call))).toEqual([]);
});

test.each([
  ["another filesystem", () => execFileSync("mkswap", [disk], { stdio: "ignore" })],
  [
    "a partition table",
    () =>
      execFileSync("bash", [
        "-c",
        `printf '\\x55\\xaa' | dd of=${disk} bs=1 seek=510 conv=notrunc status=none; printf '\\x00\\x00\\x02\\x00\\x83\\x00\\x00\\x00\\x00\\x08\\x00\\x00\\x00\\x40\\x00\\x00' | dd of=${disk} bs=1 seek=446 conv=notrunc status=none`,
      ]),
  ],
])("disk with %s: left as it is, and nothing is started", async (_, arrange) => {
  arrange();
  const before = hash(disk);
  expect(await boot()).toMatchObject({ code: 1, log: expect.stringContaining("Attach the right disk") });
  expect(hash(disk)).toBe(before);
  expect(calls().filter((call) => call.includes("mariadb.service"))).toEqual([]);
});

test("disk that can't be read: not formatted, nothing is started", async () => {
  rmSync(disk);
  expect((await boot()).code).not.toBe(0);
  expect(calls().filter((call) => call.includes("start"))).toEqual([]);
});

test("package servers away for a moment: tried again", async () => {
  writeFileSync(join(machine, "no-network"), "");
  expect(await boot()).toMatchObject({ code: 0, log: expect.stringContaining("attempt 1 of 5 to install") });
});

test("metadata incomplete: the boot fails and what an earlier boot wrote stays", async () => {
  await boot();
  const before = listing();
  cloud.metadata.delete("instance/attributes/mariadb-cnf");
  cloud.metadata.set("instance/attributes/galera-start", "changed");
  expect((await boot()).code).not.toBe(0);
  expect(listing()).toEqual(before);
});

test("the script's folders and ports are those of the renderers", () => {
  const text = SCRIPTS.map((script) => readFileSync(join(FOLDER, `${script}.sh`), "utf8")).join("");
  for (const path of Object.values(DATABASE_PATHS)) expect(text).toContain(path);
  expect(text).toContain(`ListenStream=${DATABASE_PORTS.health}\n`);
  expect(text).toContain(`--web.listen-address=:${DATABASE_PORTS.metrics}\n`);
});

/** Not a silent skip: jest names a skipped test. */
const whereSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0 ? test : test.skip;

whereSystemd("systemd accepts the units", async () => {
  await boot();
  const put = (path: string, text: string, mode: number) => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
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
    put(`usr/lib/systemd/system/${target}.target`, "[Unit]", 0o644);
  }
  for (const slice of ["system-galera\\x2dhealth"]) put(`usr/lib/systemd/system/${slice}.slice`, "[Unit]", 0o644);
  const units = UNITS.map((unit) => `etc/systemd/system/${unit}`);
  const { stderr } = spawnSync("systemd-analyze", ["verify", `--root=${root}`, ...units], { encoding: "utf8" });
  expect(stderr).toBe("");
});

function boot(): Promise<{ code: number | null; log: string }> {
  const env = {
    MACHINE_ROOT: root,
    DATA_DEVICE: disk,
    METADATA_URL: cloud.environment.METADATA_URL,
    RETRY_SECONDS: "0",
    MACHINE: machine,
    PATH: `${machine}/bin:${process.env.PATH}:/usr/sbin:/sbin`,
  };
  // No retries of a fetch, which take two seconds each on a real machine.
  const text = startupScript(FOLDER).replace("--retry 10", "--retry 0");
  const child = spawn("bash", ["-c", text], { env, stdio: ["ignore", "ignore", "pipe"] });
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

function hash(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Every file below the root with mode, time of change and hash. */
function listing(): string[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => {
      const { mode, mtimeMs } = statSync(path);
      return `${path} ${mode.toString(8)} ${mtimeMs} ${hash(path)}`;
    })
    .sort();
}
