import { spawn } from "node:child_process";

/** Something cannot be told, which is not the same as wrong. */
export class Unable extends Error {}

/** Programs that are asked, and how to get them where a package manager has none. */
const PROGRAMS = {
  helm: "go install helm.sh/helm/v3/cmd/helm@v3.18.6",
  kubeconform: "go install github.com/yannh/kubeconform/cmd/kubeconform@v0.7.0",
} as const;

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. @throws Unable when it is not on the PATH */
export function run(program: keyof typeof PROGRAMS, args: readonly string[], input = ""): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: "pipe" });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        output[stream] += text;
      });
    }
    child.on("error", () => reject(new Unable(`${program} is not on the PATH: ${PROGRAMS[program]}`)));
    child.on("close", (code) => resolve({ code: code ?? 1, ...output }));
    child.stdin.on("error", () => {}); // it may end before it has read everything
    child.stdin.end(input);
  });
}
