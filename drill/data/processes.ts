import { type ChildProcess, execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface Finished {
  readonly code: number | null;
  /** Standard error so far. */
  readonly log: string;
}

export function finished(child: ChildProcess): Promise<Finished> {
  let log = "";
  child.stderr?.on("data", (data) => {
    log += data;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, log })));
}

/** Standard output, once the process has ended. */
export async function output(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (data) => {
    text += data;
  });
  await finished(child);
  return text.trim();
}

/** Command prefix that runs a command as another user. */
export function asUser(user: string): string[] {
  if (user === "root") return [];
  const group = execFileSync("id", ["--group", "--name", user], { encoding: "utf8" }).trim();
  return ["setpriv", `--reuid=${user}`, `--regid=${group}`, "--init-groups"];
}

/**
 * Kills every process whose environment contains `variable`, and its descendants.
 *
 * @returns how many there were
 */
export function killAll(variable: string): number {
  const mark = `\0${variable}\0`;
  let killed = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (!`\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`.includes(mark)) continue;
      process.kill(Number(pid), "SIGKILL");
      killed += 1;
    } catch {} // It has just ended.
  }
  return killed;
}
