import { format } from "node:util";
import type { Command } from "../../tools/cli";

/** What a command printed, and its exit code. */
export interface Called {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Calls a command in this process: a process of its own takes as long as several tests, and its arguments, prints and exit
 * code are the same. `commands-test.ts` shows that each one is started by its script.
 */
export async function callCommand({ run }: Command, ...args: readonly string[]): Promise<Called> {
  const said = { stdout: "", stderr: "" };
  const taking = (stream: keyof typeof said) => [
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      said[stream] += text;
      return true;
    }),
    jest.spyOn(console, stream === "stdout" ? "log" : "error").mockImplementation((...words) => {
      said[stream] += `${format(...words)}\n`;
    }),
  ];
  const taken = [...taking("stdout"), ...taking("stderr")];
  try {
    const status = await run(args);
    return { status, ...said };
  } finally {
    for (const one of taken) one.mockRestore();
  }
}

/** With another PATH, for the programs that the command starts. */
export async function callWithPath(path: string, command: Command, ...args: readonly string[]): Promise<Called> {
  const { PATH: own } = process.env;
  process.env.PATH = path;
  try {
    return await callCommand(command, ...args);
  } finally {
    process.env.PATH = own;
  }
}
