import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Time for a process to exit before it is killed. */
const GRACE_MS = 1500;

/** Owns every process and file of a drill, so that all of them, and nothing else, can be removed. */
export class Supervisor {
  readonly directory: string;
  private readonly running = new Set<ChildProcess>();
  private readonly lastActions: (() => Promise<void>)[] = [];

  /** @param name of the drill; part of the temporary directory's name */
  constructor(name: string) {
    this.directory = mkdtempSync(join(tmpdir(), `drill-${name}-`));
  }

  /** Adopts a newly spawned process: it ends with the drill at the latest. */
  adopt<Child extends ChildProcess>(child: Child): Child {
    this.running.add(child);
    child.once("exit", () => this.running.delete(child));
    // Signalling a process that is just exiting is not an error.
    child.on("error", () => this.running.delete(child));
    return child;
  }

  /** Something to do before the processes are ended. */
  atEnd(action: () => Promise<void>): void {
    this.lastActions.push(action);
  }

  /** Terminates the processes, kills those that remain, and removes the directory. May be called twice. */
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
  // A stopped process only receives SIGTERM once it continues.
  child.kill("SIGCONT");
  const killer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  await exit;
  clearTimeout(killer);
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}
