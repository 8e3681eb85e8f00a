import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { hasEnded } from "../supervisor";
import { sleepMs } from "../time";

/** What a service needs of the machine that it runs on. */
export interface ServiceHost {
  /** Runs a command of the unit in a process group of its own. */
  spawn(command: string, user: string): ChildProcess;
  /** As READY=1 does: resolves to true once the main process serves, to false when it ended before. */
  isReady(main: ChildProcess): Promise<boolean>;
  /** Told the process group of each main process. */
  onMain?(group: number): void;
}

interface ServiceLines {
  readonly before: string | undefined;
  readonly main: string;
  readonly after: string | undefined;
  readonly user: string;
  readonly restartMs: number;
}

const POLL_MS = 50;

/** Does with a unit what systemd does: its commands in their order, and again whenever the main one ends. */
export class Service {
  private readonly lines: ServiceLines;
  private wanted = false;
  private loop: Promise<void> = Promise.resolve();
  private child: ChildProcess | undefined;

  /**
   * @param unit text of the `.service` file
   * @param everySeconds for a unit that a timer runs: the pause before each run
   */
  constructor(
    private readonly host: ServiceHost,
    unit: string,
    private readonly everySeconds?: number,
  ) {
    this.lines = parseService(unit);
  }

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.loop = this.loop.then(() => this.supervise());
  }

  /** Resolves when the service is down, and stays so. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.wanted = false;
    this.signal(signal);
    await this.loop;
  }

  /** Of the main process. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** To every process of the main one's group. */
  signal(signal: NodeJS.Signals): void {
    if (this.child?.pid === undefined || hasEnded(this.child)) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch {} // It has just ended.
  }

  private async supervise(): Promise<void> {
    const { before, restartMs } = this.lines;
    if (this.everySeconds !== undefined) await this.pause(this.everySeconds * 1000);
    while (this.wanted) {
      if (before === undefined || (await this.run(before)) === 0) await this.runMain();
      await this.pause(this.everySeconds === undefined ? restartMs : this.everySeconds * 1000);
    }
  }

  private async runMain(): Promise<void> {
    if (!this.wanted) return;
    const { main, after, user } = this.lines;
    const child = this.host.spawn(main, user);
    this.child = child;
    this.host.onMain?.(child.pid ?? 0);
    const end = once(child, "close");
    if (after) void this.host.isReady(child).then((isReady) => (isReady ? this.run(after) : undefined));
    await end;
  }

  private async run(command: string): Promise<number | null> {
    const [code] = await once(this.host.spawn(command, "root"), "close");
    return code;
  }

  private async pause(milliseconds: number): Promise<void> {
    for (const end = performance.now() + milliseconds; this.wanted && performance.now() < end; ) await sleepMs(POLL_MS);
  }
}

/** The lines that matter here. `+` is root's, and a failure after `-` is passed over. */
function parseService(unit: string): ServiceLines {
  const value = (key: string) => new RegExp(`^${key}=[-+]*(.+)$`, "m").exec(unit)?.[1];
  const main = value("ExecStart");
  if (main === undefined) throw new Error(`no ExecStart in the unit:\n${unit}`);
  return {
    main,
    before: value("ExecStartPre"),
    after: value("ExecStartPost"),
    user: value("User") ?? "root",
    restartMs: Number.parseFloat(value("RestartSec") ?? "0.1") * 1000,
  };
}
