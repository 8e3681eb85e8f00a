import { EXIT } from "../tools/cli";
import { startAgain } from "./isolation";
import { SIGNALS, type Signal, STATUS_OF } from "./signals";
import { Supervisor } from "./supervisor";

/** Re-executes this program under `command`, which does the work, and forwards termination signals to it. */
export function runAgain(command: readonly string[]): Promise<number> {
  const inner = startAgain(command, ["--isolated"]);
  // As messages, because programs in between may swallow a signal.
  for (const signal of SIGNALS) process.on(signal, () => inner.connected && inner.send(signal));
  return new Promise((resolve) => inner.on("exit", (code) => resolve(code ?? EXIT.cannotTell)));
}

/** Runs a drill, and removes everything it started: at its end, on a signal, and when the outer program is gone. */
export async function supervised(name: string, drill: (supervisor: Supervisor) => Promise<number>): Promise<number> {
  const supervisor = new Supervisor(name);
  const leave = (status: number) => void supervisor.endAll().then(() => process.exit(status));
  for (const signal of SIGNALS) process.on(signal, () => leave(STATUS_OF[signal]));
  process.on("message", (signal: Signal) => leave(STATUS_OF[signal]));
  process.on("disconnect", () => leave(STATUS_OF.SIGTERM));
  process.on("uncaughtException", (error) => {
    process.stderr.write(`\n${error.message}\n`);
    leave(EXIT.cannotTell);
  });
  try {
    return await drill(supervisor);
  } finally {
    await supervisor.endAll();
  }
}
