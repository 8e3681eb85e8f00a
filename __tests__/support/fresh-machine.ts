import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { imageRoot } from "../../config/packages";
import { enteringCommand, makeRoot } from "../../tools/engines/engines";

/** systemd of a machine that has none: enables for real, and runs the services that are started as their units say. */
const SYSTEMCTL = `#!/usr/bin/env bash
exec 9>&- # systemd's children hold no lock of who calls it
echo "systemctl $*" >>"$MACHINE/calls"
unit=\${*: -1}
value() { sed -n "s/^$1=[-+]*//p" "/etc/systemd/system/$unit"; }
pid() { cat "$MACHINE/$unit.pid" 2>/dev/null || echo 0; }
running() { readlink "/proc/$(pid)/exe" >/dev/null; }
# The environment of the unit, and its folder in /run.
prepare() {
  local file folder user group
  set -a
  # shellcheck disable=SC1090 # names come from the unit
  for file in $(value EnvironmentFile); do . "$file"; done
  folder=$(value RuntimeDirectory)
  [[ -z $folder ]] || RUNTIME_DIRECTORY=/run/$folder
  set +a
  user=$(value User) group=$(value Group)
  [[ -z $folder ]] || install -d -o "\${user:-root}" -g "\${group:-root}" "/run/$folder"
}
main() {
  local user group
  user=$(value User) group=$(value Group)
  # shellcheck disable=SC2046 # words of a command
  exec setpriv --reuid="\${user:-root}" --regid="\${group:-root}" --init-groups $(value ExecStart)
}
begin() {
  (main </dev/null >>"$MACHINE/$unit.log" 2>&1) &
  echo "$!" >"$MACHINE/$unit.pid"
}
start() {
  case $unit in
  edge-sync.service) prepare && main ;;
  haproxy.service)
    prepare
    begin
    until pgrep --parent "$(pid)" >/dev/null; do running && sleep 0.05 || exit 1; done
    ;;
  galera-watch.service)
    running && return
    prepare
    begin
    ;;
  mariadb.service)
    running && return
    prepare
    $(value ExecStartPre)
    begin
    (until mariadb -e "SELECT 1" >/dev/null 2>&1; do running && sleep 0.2 || exit 1; done
    sleep 1
    $(value ExecStartPost)) </dev/null >>"$MACHINE/$unit.log" 2>&1 &
    ;;
  esac
}
case $1 in
enable | daemon-reload)
  /usr/bin/systemctl "$@" 2>/dev/null
  [[ $* == *--now*.mount ]] || exit 0
  where=$(value Where)
  mkdir -p "$where"
  mountpoint --quiet "$where" || mount -o "loop,$(value Options | sed 's/,x-systemd[^,]*//')" "$DATA_DEVICE" "$where"
  ;;
show) if [[ $* == *MainPID* ]]; then pid; else echo no; fi ;;
is-active) running ;;
reload) kill -USR2 "$(pid)" ;;
start) for unit in "\${@:2}"; do start; done ;;
esac
`;

/** Programs that the machine's own come after. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface Run {
  readonly code: number | null;
  readonly output: string;
}

/**
 * A machine as Google hands it over: a Debian of its own, in which the boot script installs real packages to real places.
 * systemd alone is not there.
 */
export class FreshMachine {
  readonly directory = mkdtempSync(join(tmpdir(), "fresh-"));
  readonly disk = join(this.directory, "disk");

  private constructor(private readonly holder: ChildProcess) {
    chmodSync(this.directory, 0o755);
    mkdirSync(join(this.directory, "bin"));
    writeFileSync(join(this.directory, "bin/systemctl"), SYSTEMCTL, { mode: 0o755 });
    execFileSync("truncate", ["--size=2G", this.disk]);
  }

  static async create(): Promise<FreshMachine> {
    const [file = "", ...words] = enteringCommand(makeRoot(process.env, imageRoot), []);
    const holder = spawn(file, [...words, "sh", "-c", "echo ready; exec sleep infinity"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (holder.stdout) await once(holder.stdout, "data");
    return new FreshMachine(holder);
  }

  /** Runs bash on the machine, as root. Resolves once it has ended; what it leaves running goes on. */
  async run(script: string, environment: Readonly<Record<string, string>> = {}): Promise<Run> {
    const enter = ["--target", String(this.holder.pid), "--mount", "--root", "--wd"];
    const child = spawn("nsenter", [...enter, "bash", "-c", script], {
      env: {
        PATH: `${this.directory}/bin:${PATH}`,
        MACHINE: this.directory,
        DATA_DEVICE: this.disk,
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    const [code] = await once(child, "exit");
    return { code, output };
  }

  /** What was asked of systemctl since the last call. */
  calls(): string[] {
    const file = join(this.directory, "calls");
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    writeFileSync(file, "");
    return lines;
  }

  /** Every file that a boot script may have written, with mode, owner and hash; and the packages. */
  async state(): Promise<string[]> {
    const { output } = await this.run(
      `find /etc /usr/local -xdev -type f -printf '%p %m %u ' -exec sha256sum {} ';'; find /etc -type l -printf '%p %l\\n'
dpkg-query --show`,
    );
    return output.split("\n").sort();
  }

  /** The installed packages that unattended-upgrades, by its own judgement, leaves to people. */
  async upgradedByPeople(): Promise<string[]> {
    const { output } = await this.run(`python3 - <<'CODE'
import apt, apt_pkg, importlib.machinery, importlib.util
loader = importlib.machinery.SourceFileLoader("upgrades", "/usr/bin/unattended-upgrade")
upgrades = importlib.util.module_from_spec(importlib.util.spec_from_loader("upgrades", loader))
loader.exec_module(upgrades)
patterns = apt_pkg.config.value_list("Unattended-Upgrade::Package-Blacklist")
for package in apt.Cache():
    if package.is_installed and upgrades.is_pkgname_in_blacklist(package.name, patterns):
        print(package.name)
CODE`);
    return output.trim().split("\n").sort();
  }

  log(unit: string): string {
    return readFileSync(join(this.directory, `${unit}.log`), "utf8");
  }

  /** Ends what it started, by process id, and takes it away. */
  async remove(): Promise<void> {
    for (const file of readdirSync(this.directory).filter((name) => name.endsWith(".pid"))) {
      const pid = readFileSync(join(this.directory, file), "utf8").trim();
      await this.run(
        `kill ${pid}; while [[ -e /proc/${pid}/exe ]] && readlink /proc/${pid}/exe >/dev/null; do sleep 0.1; done`,
      );
    }
    await this.run("umount /var/lib/database 2>/dev/null");
    const gone = once(this.holder, "exit");
    this.holder.kill();
    await gone;
    rmSync(this.directory, { recursive: true });
  }
}
