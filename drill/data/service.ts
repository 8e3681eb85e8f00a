import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { hasEnded } from "../supervisor";
import { sleepMs } from "../time";

/** What a service needs from its machine. */
export interface ServiceHost {
  /** Runs a command of the unit in its own process group. */
  spawn(command: string, user: string): ChildProcess;
  /** Like READY=1: resolves to true once the main process serves, or to false if it ends first. */
  isReady(main: ChildProcess): Promise<boolean>;
  /** Called with the process group of each main process. */
  onMain?(group: number): void;
  /** Called when a main process has ended: systemd kills whatever it leaves behind. */
  onEnd?(): void;
}

interface ServiceLines {
  readonly before: string | undefined;
  readonly main: string;
  readonly after: string | undefined;
  readonly user: string;
  readonly restartMs: number;
}

const POLL_MS = 50;

/** Runs a unit like systemd: its commands in order, restarting whenever the main one ends. */
export class Service {
  private readonly lines: ServiceLines;
  private wanted = false;
  private loop: Promise<void> = Promise.resolve();
  private child: ChildProcess | undefined;

  /**
   * @param unit text of the `.service` file
   * @param everySeconds for a unit with a timer: the pause before each run
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

  /** Resolves when the service is down for good. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    this.wanted = false;
    this.signal(signal);
    await this.loop;
  }

  /** Of the main process. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Signals every process of the main one's group. */
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
    const closed = once(child, "close");
    const end = once(child, "exit");
    if (after) void this.host.isReady(child).then((isReady) => (isReady ? this.run(after) : undefined));
    await end;
    this.host.onEnd?.();
    await closed;
  }

  private async run(command: string): Promise<number | null> {
    const [code] = await once(this.host.spawn(command, "root"), "close");
    return code;
  }

  private async pause(milliseconds: number): Promise<void> {
    for (const end = performance.now() + milliseconds; this.wanted && performance.now() < end; ) await sleepMs(POLL_MS);
  }
}

/** The lines that matter here. `+` runs as root, and `-` ignores a failure. */
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
