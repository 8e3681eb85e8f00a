import { EXIT } from "../tools/cli";
import { startAgain } from "./isolation";
import { Supervisor } from "./supervisor";

/** What a shell says of a program that was ended by the signal. */
const STATUS_OF = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type Signal = keyof typeof STATUS_OF;
const SIGNALS = Object.keys(STATUS_OF) as Signal[];

/** Runs this very program again behind `command`, where everything happens; it ends in order when this one is told to. */
export function runAgain(command: readonly string[]): Promise<number> {
  const inner = startAgain(command, ["--isolated"]);
  // By word: what stands between may keep a signal to itself.
  for (const signal of SIGNALS) process.on(signal, () => inner.connected && inner.send(signal));
  return new Promise((resolve) => inner.on("exit", (code) => resolve(code ?? EXIT.cannotTell)));
}

/** Runs a drill, and takes everything away that it started: at its end, on a signal, and when the outer one is gone. */
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
