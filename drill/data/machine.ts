import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DATABASE_PATHS } from "../../constructs/database/render-mariadb";
import { hasEnded } from "../supervisor";
import { sleepMs } from "../time";
import { BOOT_PROGRAMS } from "./boot-programs";
import { MachinePrograms, type MachineProgramsProps } from "./machine-programs";
import { OwnClock } from "./own-clock";
import { Probe } from "./probe";
import { type Finished, killAll, output } from "./processes";
import { Service } from "./service";
import { SmallDisk } from "./small-disk";

export interface MachineProps extends MachineProgramsProps {
  readonly name: string;
  readonly address: string;
  /** The machine's metadata, by key. */
  readonly metadata: () => Readonly<Record<string, string>>;
}

const UNITS = "etc/systemd/system";
/** Seconds between two runs, as the units' timers have it. */
const TIMED_UNITS = { "galera-credentials.service": 60, "galera-logs.service": 120 } as const;

/**
 * A database machine in a directory: what its boot script writes there, with only the paths changed, and its units, run
 * as systemd would.
 */
export class DatabaseMachine {
  private static boots: Promise<void> = Promise.resolve();
  readonly name: string;
  readonly address: string;
  readonly root: string;
  private server: Service | undefined;
  private others: Service[] = [];
  private watch: Service | undefined;
  private smallDisk: SmallDisk | undefined;
  private powerLosses = 0;
  private readonly programs: MachinePrograms;

  constructor(private readonly props: MachineProps) {
    this.programs = new MachinePrograms(props);
    this.name = props.name;
    this.address = props.address;
    this.root = props.root;
  }

  /**
   * Runs the boot script from the machine's metadata, after those that other machines run. One that a loss of power cuts
   * off, or comes before, is for the next boot to do again.
   *
   * @throws Error with its output when it fails
   */
  async boot(): Promise<void> {
    const losses = this.powerLosses;
    // One stand-in serves the metadata of all machines: of two that boot at once, one would become the other.
    const turn = DatabaseMachine.boots.then(() => (losses === this.powerLosses ? this.runBootScript() : undefined));
    DatabaseMachine.boots = turn.catch(() => undefined);
    await turn;
  }

  private async runBootScript(): Promise<void> {
    const machine = join(this.root, "machine");
    for (const folder of ["bin", "packages"]) mkdirSync(join(machine, folder), { recursive: true });
    for (const [name, text] of Object.entries(BOOT_PROGRAMS)) {
      writeFileSync(join(machine, "bin", name), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
    }
    if (!existsSync(join(machine, "disk"))) execFileSync("truncate", ["--size=16M", join(machine, "disk")]);
    const { "startup-script": script = "", ...metadata } = this.props.metadata();
    for (const [key, text] of Object.entries(metadata)) {
      this.props.cloud.metadata.set(`instance/attributes/${key}`, key === "mariadb-cnf" ? this.mapPaths(text) : text);
    }
    writeFileSync(join(machine, "startup-script"), script, { mode: 0o755 });
    const losses = this.powerLosses;
    const { code, log } = await this.programs.run("/machine/startup-script");
    if (losses !== this.powerLosses) return;
    if (code !== 0) throw new Error(`the boot script of ${this.name} failed:\n${log}`);
    mkdirSync(join(this.root, "run/mysqld"), { recursive: true });
    execFileSync("chown", ["mysql:mysql", join(this.root, "run/mysqld")]);
  }

  private mapPaths(config: string): string {
    return config.replace(new RegExp(Object.values(DATABASE_PATHS).join("|"), "g"), (path) => this.root + path);
  }

  /** Starts every unit that the boot script enables and that the cluster depends on. */
  powerOn(): void {
    this.startServer();
    this.startWatch();
    const host = { spawn: this.programs.spawn.bind(this.programs), isReady: async () => true };
    for (const [unit, seconds] of Object.entries(TIMED_UNITS)) {
      const timed = new Service(host, this.unit(unit), seconds);
      this.others.push(timed);
      timed.start();
    }
  }

  /** Starts the unit that answers health checks and restarts the server. */
  startWatch(environment: Readonly<Record<string, string>> = {}): void {
    mkdirSync(join(this.root, "run/galera-health"), { recursive: true });
    const host = {
      spawn: (command: string, user: string) => this.programs.spawn(command, user, environment),
      isReady: async () => true,
    };
    this.watch = new Service(host, this.unit("galera-watch.service"));
    this.others.push(this.watch);
    this.watch.start();
  }

  /** Process id of the health checker. */
  watchPid(): number {
    return this.watch?.pid ?? 0;
  }

  startServer(): void {
    // Such as the receiver of a full copy, which would keep the next one from beginning.
    const ofUnit = { MACHINE_UNIT: join(this.root, "mariadb.service") };
    this.server ??= new Service(
      {
        spawn: (command, user) => this.programs.spawn(command, user, ofUnit),
        onEnd: () => killAll(`MACHINE_UNIT=${ofUnit.MACHINE_UNIT}`),
        isReady: (main) => this.isReady(main),
        onMain: (group) => writeFileSync(join(this.root, "machine/mariadb.service"), String(group)),
      },
      this.unit("mariadb.service"),
    );
    this.server.start();
  }

  /**
   * Power loss: kills every process of the machine, and none comes back.
   *
   * @param unplug cuts the network, so that nothing can say goodbye
   */
  async powerOff(unplug?: () => void): Promise<void> {
    this.powerLosses += 1;
    unplug?.();
    const services = [this.server, ...this.others];
    const ended = services.map((service) => service?.stop("SIGKILL"));
    killAll(`MACHINE_ROOT=${this.root}`);
    await Promise.all(ended);
    this.others = [];
  }

  /** The disk that can be filled. @throws Error when the machine has none */
  get disk(): SmallDisk {
    if (!this.smallDisk) throw new Error(`${this.name} has no small disk`);
    return this.smallDisk;
  }

  /** Like `systemctl stop mariadb`. */
  async stopServer(): Promise<void> {
    await this.server?.stop("SIGTERM");
  }

  /** Signals the server's processes; systemd restarts what dies of it. */
  signal(signal: NodeJS.Signals): void {
    this.server?.signal(signal);
  }

  /** Moves the data to a disk that can be filled. The server is stopped for it. */
  async useSmallDisk(): Promise<void> {
    await this.stopServer();
    this.smallDisk ??= SmallDisk.mount(join(this.root, "var/lib/database"));
    this.startServer();
  }

  /** The machine must be off. */
  removeSmallDisk(): void {
    this.smallDisk?.unmount();
    this.smallDisk = undefined;
  }

  /** A new disk for the machine, which must be off. */
  async emptyDisk(): Promise<void> {
    this.removeSmallDisk();
    rmSync(join(this.root, "var/lib/database"), { recursive: true });
    rmSync(join(this.root, "etc/database/tls"), { recursive: true, force: true });
    await this.boot();
  }

  /** A clock that can be set, for all that the machine starts from now on: it should be off. */
  useOwnClock(): OwnClock {
    this.programs.clock ??= new OwnClock(join(this.root, "machine"));
    return this.programs.clock;
  }

  /** Runs a command of the machine to its end: `/usr/local/sbin/galera-start --position`. */
  run(...command: Parameters<MachinePrograms["run"]>): Promise<Finished> {
    return this.programs.run(...command);
  }

  private unit(name: string): string {
    return readFileSync(join(this.root, UNITS, name), "utf8");
  }

  private async isReady(main: ChildProcess): Promise<boolean> {
    const probe = new Probe(this.socket);
    try {
      while (!hasEnded(main)) {
        if (await probe.ask("SELECT 1").catch(() => undefined)) return true;
        await sleepMs(200);
      }
      return false;
    } finally {
      probe.close();
    }
  }

  get socket(): string {
    return join(this.root, "run/mysqld/mysqld.sock");
  }

  /** As root on the machine. Returns an empty text on errors. */
  async query(statement: string): Promise<string> {
    const client = ["--no-defaults", `--socket=${this.socket}`, "--connect-timeout=2", "-BN"];
    return output(
      spawn("timeout", ["10", "mariadb", ...client, "-e", statement], { stdio: ["ignore", "pipe", "pipe"] }),
    );
  }

  /** The last lines of the units' output. */
  journal(lines = 100_000): string {
    return this.programs.journal(lines);
  }

  /** What the last start decided. */
  decision(): string {
    return readFileSync(join(this.root, "run/mysqld/decision"), "utf8").split("\t")[0] ?? "";
  }
}
