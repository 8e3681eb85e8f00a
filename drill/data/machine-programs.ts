import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { USERS } from "./boot-programs";
import type { DatabaseCloud } from "./cloud";
import type { OwnClock } from "./own-clock";
import { asUser, type Finished, finished } from "./processes";

export interface MachineProgramsProps {
  /** Directory that stands in for the machine's `/`. The user mysql must be able to reach it. */
  readonly root: string;
  readonly cloud: DatabaseCloud;
  /** Search path for programs. */
  readonly searchPath: string;
  /** Command that runs another one on the machine's network. @default this process's network */
  readonly within?: readonly string[];
  /** Additional environment of everything on it. @default nothing */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the programs of a machine in a directory: on its network, by its clock, and keeps what they print. */
export class MachinePrograms {
  /** Of what is started from now on. @default this process's clock */
  clock: OwnClock | undefined;

  constructor(private readonly props: MachineProgramsProps) {}

  /** Runs a command of the machine to its end: `/usr/local/sbin/galera-start --position`. */
  run(
    command: string,
    user = "root",
    environment: Readonly<Record<string, string>> = {},
    more: readonly string[] = [],
  ): Promise<Finished> {
    return finished(this.spawn(command, user, environment, more));
  }

  /** @param more arguments that may hold spaces */
  spawn(
    command: string,
    user: string,
    environment: Readonly<Record<string, string>> = {},
    more: readonly string[] = [],
  ): ChildProcess {
    const { root, within = [] } = this.props;
    const [program = "", ...args] = command.split(" ");
    const prefix = [...within, ...(this.clock?.command ?? []), ...asUser(user)];
    const [file = "", ...words] = [...prefix, join(root, program), ...args, ...more];
    const child = spawn(file, words, {
      env: { ...this.environment(), ...environment },
      cwd: "/",
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const write = (data: Buffer) => {
      if (existsSync(root)) appendFileSync(join(root, "journal"), data);
    };
    child.stdout?.on("data", write);
    child.stderr?.on("data", write);
    return child;
  }

  private environment(): Record<string, string> {
    const { root, cloud, searchPath, environment } = this.props;
    const machine = join(root, "machine");
    return {
      ...cloud.environment,
      ...USERS,
      PATH: `${join(machine, "bin")}:${searchPath}:/usr/sbin:/sbin`,
      MACHINE_ROOT: root,
      DATA_DEVICE: join(machine, "disk"),
      GALERA_LIB: join(root, "usr/local/lib/galera-lib"),
      MACHINE: machine,
      ...this.clock?.environment,
      ...environment,
    };
  }

  /** The last lines of what they printed. */
  journal(lines: number): string {
    const file = join(this.props.root, "journal");
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(-lines).join("\n") : "";
  }
}
