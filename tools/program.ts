import { spawn } from "node:child_process";
import { CannotTell } from "./cli";

export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramProps {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its standard input. */
  readonly input?: string;
  /** How to install the program. */
  readonly remedy?: string;
}

/**
 * Runs a program until it ends.
 * @throws CannotTell when it is not on the PATH
 */
export function runProgram(program: string, args: readonly string[], props: ProgramProps = {}): Promise<ProgramResult> {
  const { cwd, env, input = "", remedy = "install it" } = props;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: "pipe" });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        output[stream] += text;
      });
    }
    child.on("error", () => reject(new CannotTell(`${program} is not on the PATH: ${remedy}`)));
    child.on("close", (code) => resolve({ code: code ?? 1, ...output }));
    child.stdin.on("error", () => {}); // it may end before it has read everything
    child.stdin.end(input);
  });
}
