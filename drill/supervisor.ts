import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long a process may take to end in order before it is killed. */
const GRACE_MS = 1500;

/** Owns every process and file of a drill, so that all of them can be taken away again and nothing else. */
export class Supervisor {
  readonly directory: string;
  private readonly running = new Set<ChildProcess>();
  private readonly lastActions: (() => Promise<void>)[] = [];

  /** @param name of the drill; a part of the temporary directory's name */
  constructor(name: string) {
    this.directory = mkdtempSync(join(tmpdir(), `drill-${name}-`));
  }

  /** Takes over a process that was just spawned: it ends with the drill at the latest. */
  adopt<Child extends ChildProcess>(child: Child): Child {
    this.running.add(child);
    child.once("exit", () => this.running.delete(child));
    // A signal to a process that ends at this moment is no error of the drill.
    child.on("error", () => this.running.delete(child));
    return child;
  }

  /** Something to do before the processes are ended. */
  atEnd(action: () => Promise<void>): void {
    this.lastActions.push(action);
  }

  /** Ends the processes in order, kills those that do not, and removes the directory. May be called twice. */
  async endAll(): Promise<void> {
    await Promise.all(this.lastActions.map((action) => action()));
    await Promise.all([...this.running].map(endProcess));
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Resolves when the process is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  // A stopped process receives SIGTERM only when it goes on.
  child.kill("SIGCONT");
  const killer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await exit;
  clearTimeout(killer);
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}
