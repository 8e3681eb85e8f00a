import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Supervisor } from "../supervisor";

/** Starts a process of this folder on a machine's network and resolves when it says its first word. */
export async function startChild(
  supervisor: Supervisor,
  within: readonly string[],
  script: string,
  setup: object,
): Promise<ChildProcess> {
  const [file = "", ...args] = [...within, process.execPath, ...process.execArgv, join(__dirname, script)];
  const child = supervisor.adopt(
    spawn(file, [...args, JSON.stringify(setup)], { stdio: ["ignore", "inherit", "inherit", "ipc"] }),
  );
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`${script} ended with ${code}`);
  });
  ended.catch(() => undefined); // Once it has started, whoever ends it knows.
  await Promise.race([once(child, "message"), ended]);
  return child;
}
