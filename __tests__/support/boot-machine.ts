import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { machinePackages } from "../../config/packages";
import { bootPorts } from "../../config/ports";
import { startupScript } from "../../constructs/machine/startup-script";

export interface BootMachineProps {
  /** Where the boot script lies. */
  readonly folder: string;
  readonly kind: keyof typeof machinePackages;
  /** Path below the root that must be there before a package is installed. */
  readonly beforePackages: string;
  /** Stand-ins by name, as bash, beside those for apt, dpkg and systemd, or in place of them. @default none */
  readonly programs?: Readonly<Record<string, string>>;
}

/** Stand-ins for what would change the machine that runs the test. A package is a file in `packages`. */
const PROGRAMS = (props: BootMachineProps) => ({
  "apt-get": `echo "apt-get $*" >>"$MACHINE/calls"
if [[ -e $MACHINE/no-network ]]; then rm "$MACHINE/no-network"; exit 100; fi
[[ " $* " == *" install "* ]] || exit 0
# What an installed package asks systemd to start is in place before it.
[[ -e $MACHINE_ROOT/${props.beforePackages} ]] || exit 1
packages=\${*##*--no-install-recommends}
for package in $packages; do echo installed >"$MACHINE/packages/$package"; done`,
  dpkg: ":",
  "dpkg-query": 'cat "$MACHINE/packages/${@: -1}"',
  systemctl: 'echo "systemctl $*" >>"$MACHINE/calls"',
  ...props.programs,
});

/** A scratch machine for a boot script: a root, a blank disk, and stand-ins for what would change the real machine. */
export class BootMachine {
  readonly directory = mkdtempSync(join(tmpdir(), "boot-"));
  readonly root = join(this.directory, "root");
  readonly disk = join(this.directory, "disk");

  constructor(private readonly props: BootMachineProps) {
    for (const folder of ["bin", "packages", "root"]) mkdirSync(join(this.directory, folder));
    for (const [name, text] of Object.entries(PROGRAMS(props))) {
      writeFileSync(join(this.directory, "bin", name), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
    }
    this.write("disk", "");
    truncateSync(this.disk, 16 * 2 ** 20);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  /** Runs the script as the machine's boot does, with no wait between attempts. */
  boot(environment: Readonly<Record<string, string>>): Promise<{ code: number | null; log: string }> {
    const env = {
      MACHINE_ROOT: this.root,
      DATA_DEVICE: this.disk,
      RETRY_SECONDS: "0",
      MACHINE: this.directory,
      PATH: `${this.directory}/bin:${process.env.PATH}:/usr/sbin:/sbin`,
      ...environment,
    };
    const { folder, kind } = this.props;
    // No retries of a fetch, which take seconds each on a real machine.
    const text = startupScript(folder, machinePackages[kind], bootPorts[kind]).replace("--retry 10", "--retry 0");
    const child = spawn("bash", ["-c", text], { env, stdio: ["ignore", "ignore", "pipe"] });
    let log = "";
    child.stderr.on("data", (data) => {
      log += data;
    });
    return new Promise((resolve) => child.on("close", (code) => resolve({ code, log })));
  }

  /**
   * What was asked of the stand-ins since the last call.
   *
   * @throws Error when nothing was ever asked, so that a script that never ran passes no test
   */
  calls(): string[] {
    const lines = readFileSync(join(this.directory, "calls"), "utf8").split("\n").filter(Boolean);
    this.write("calls", "");
    return lines;
  }

  /** Puts a file into the machine's directory: beside its root, or below it when the path begins with `root/`. */
  write(path: string, text: string, mode = 0o644): void {
    mkdirSync(dirname(join(this.directory, path)), { recursive: true });
    writeFileSync(join(this.directory, path), text, { mode });
  }

  /** Text of a file below the root. */
  installed(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  mode(path: string): number {
    return statSync(join(this.root, path)).mode & 0o777;
  }

  diskHash(): string {
    return hash(this.disk);
  }

  /** What systemd says against units, by their paths below the root, where what they name must lie too. */
  verifyUnits(units: readonly string[]): string {
    return spawnSync("systemd-analyze", ["verify", `--root=${this.root}`, ...units], { encoding: "utf8" }).stderr;
  }

  /** Every file below the root with mode, time of change and hash. */
  listing(): string[] {
    const files = readdirSync(this.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => {
        const { mode, mtimeMs } = statSync(path);
        return `${path} ${mode.toString(8)} ${mtimeMs} ${hash(path)}`;
      })
      .sort();
  }
}

function hash(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
