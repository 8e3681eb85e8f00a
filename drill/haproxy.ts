import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { hasEnded, type Supervisor } from "./supervisor";
import { waitUntil } from "./time";

export interface HaproxySetup {
  readonly program: string;
  /** Name of its directory in the drill's. */
  readonly name: string;
  readonly config: string;
  /** Certificate and key, placed next to the configuration. */
  readonly certificate: string;
  /** `EDGE_ADDRESS`, which the machine's boot sets. */
  readonly edgeAddress: string;
  /** Command that runs another one on the machine's network. @default this process's network */
  readonly within?: readonly string[];
}

/** Beyond this it hangs, however slow the machine is. */
const START_LIMIT_MS = 120_000;

/** Backends whose servers are countries. Each has its own checks. */
const BACKENDS: readonly string[] = ["reads", "writes"];

export interface ServerState {
  readonly country: string;
  readonly isUp: boolean;
  /** How often it was taken for down. */
  readonly timesDown: number;
}

/** A real HAProxy, run as on the edge machine: a master with workers, reloaded by SIGUSR2. */
export class Haproxy {
  private constructor(
    private readonly master: ChildProcess,
    private readonly directory: string,
  ) {}

  /** @throws Error with HAProxy's message when it refuses the configuration */
  static async start(supervisor: Supervisor, setup: HaproxySetup): Promise<Haproxy> {
    const directory = join(supervisor.directory, setup.name);
    mkdirSync(join(directory, "run"), { recursive: true });
    const file = join(directory, "haproxy.cfg");
    // A login may open fewer files than the machine's service: `maxconn` stays, and HAProxy only warns.
    writeFileSync(file, setup.config.replace(/^global$/m, "$&\n    no strict-limits"));
    writeFileSync(join(directory, "site.pem"), setup.certificate, { mode: 0o600 });
    const env = { EDGE_ADDRESS: setup.edgeAddress, RUNTIME_DIRECTORY: join(directory, "run") };

    const check = spawnSync(setup.program, ["-c", "-f", file], { env, encoding: "utf8" });
    if (check.status !== 0) throw new Error(`HAProxy rejects the configuration of ${setup.name}: ${check.stderr}`);
    const log = openSync(join(directory, "log"), "a");
    const [program = "", ...args] = [...(setup.within ?? []), setup.program];
    const master = supervisor.adopt(
      spawn(program, [...args, "-Ws", "-f", file], {
        env,
        stdio: ["ignore", log, log],
        cwd: directory,
      }),
    );
    const haproxy = new Haproxy(master, directory);
    await waitUntil(`HAProxy ${setup.name} answers on its socket`, START_LIMIT_MS, async () => {
      haproxy.assertRuns();
      return (await haproxy.servers()).length > 0;
    });
    return haproxy;
  }

  /** As edge-sync does with a changed configuration. */
  reconfigure(config: string): void {
    writeFileSync(join(this.directory, "haproxy.cfg"), config);
    this.reload();
  }

  /** Like `systemctl reload`. */
  reload(): void {
    this.master.kill("SIGUSR2");
  }

  /** Processor time of its workers so far. */
  cpuMs(): number {
    const { pid } = this.master;
    const workers = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    return workers.reduce((sum, worker) => {
      // After the name, which may hold spaces: user and system time are fields 14 and 15, in hundredths of a second.
      const fields = readFileSync(`/proc/${worker}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      return sum + 10 * (Number(fields[11]) + Number(fields[12]));
    }, 0);
  }

  /** @throws Error with the end of its log if it has exited */
  assertRuns(): void {
    if (!hasEnded(this.master)) return;
    const log = readFileSync(join(this.directory, "log"), "utf8");
    throw new Error(`HAProxy exited unexpectedly; its log ends with:\n${log.slice(-2000)}`);
  }

  /** Every country's server in each backend that gets requests; empty while HAProxy does not respond. */
  async servers(): Promise<readonly ServerState[]> {
    const lines = (await this.ask("show stat")).split("\n").map((line) => line.split(","));
    const column = (name: string) => lines[0]?.indexOf(name) ?? -1;
    const [status, timesDown] = [column("status"), column("chkdown")];
    return lines
      .filter(([backend = "", name = ""]) => BACKENDS.includes(backend) && /^[a-z]/.test(name))
      .map((fields) => ({
        country: fields[1] ?? "",
        isUp: /^UP/.test(fields[status] ?? ""),
        timesDown: Number(fields[timesDown] ?? 0),
      }));
  }

  private ask(command: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(join(this.directory, "run", "admin.sock"), () => socket.end(`${command}\n`));
      let answer = "";
      socket.setTimeout(1000, () => socket.destroy());
      socket.on("data", (data) => {
        answer += data;
      });
      socket.on("error", () => resolve(""));
      socket.on("close", () => resolve(answer));
    });
  }
}
