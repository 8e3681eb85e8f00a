import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

export interface DrillRun {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** What a drill says, with exit code 2, when other work has left it too little of the machine to tell anything. */
export const TOO_SLOW = "this machine is too slow for the drill";

/** Runs a drill as a user does, but for times: a busy machine says nothing about them. Where one could not tell, again. */
export async function runDrill(name: string, directory: string, ...args: string[]): Promise<DrillRun> {
  for (;;) {
    const run = await runOnce(name, directory, args);
    if (run.status !== 2 || !run.errors.includes(TOO_SLOW)) return run;
  }
}

async function runOnce(name: string, directory: string, args: readonly string[]): Promise<DrillRun> {
  const report = join(directory, "report.html");
  const fixed = [name, "--synth", directory, "--report", report, "--json", "--ignore-times"];
  const child = startDrill([...fixed, ...args], directory);
  let [output, errors] = ["", ""];
  child.stdout.on("data", (data) => {
    output += data;
  });
  child.stderr.on("data", (data) => {
    errors += data;
  });
  const [status] = await once(child, "close");
  return { status, output, errors };
}

/** @param temporary directory that the drill is given for its own files */
export function startDrill(args: readonly string[], temporary: string): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ["--require", "./tools/typescript.js", join(ROOT, "drill/main.ts"), ...args], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary },
  });
}

/** Names of promises that a run found broken. */
export function broken({ status, output, errors }: DrillRun): string[] {
  if (output === "") throw new Error(`the drill ended with ${status} and no result:\n${errors}`);
  const { breaches } = JSON.parse(output) as { breaches: { promise: string }[] };
  return [...new Set(breaches.map(({ promise }) => promise))];
}

export function temporaryDirectories(directory: string): string[] {
  return readdirSync(directory).filter((name) => name.startsWith("drill-"));
}

/** Processes that were given a path below `directory`. */
export function drillProcesses(directory: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(`${directory}/drill-`);
    } catch {
      return false;
    }
  });
}
