import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { CannotTell } from "../tools/cli";

const running = new Set<ChildProcess>();

/** What Terraform says went wrong. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  readonly address?: string;
}

export type Action = "create" | "update" | "replace" | "delete";

export interface PlannedChange {
  readonly address: string;
  readonly action: Action;
}

/** One resource that was made, changed or destroyed. */
export interface AppliedChange extends PlannedChange {
  readonly startMs: number;
  readonly endMs: number;
}

export interface Run {
  /** As Terraform exits: with -detailed-exitcode 2 says that there are changes. */
  readonly status: number;
  readonly seconds: number;
  readonly planned: readonly PlannedChange[];
  readonly applied: readonly AppliedChange[];
  readonly errors: readonly Diagnostic[];
}

interface Message {
  readonly type: string;
  readonly "@timestamp": string;
  readonly diagnostic?: Diagnostic;
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: string };
  readonly hook?: { readonly resource: { readonly addr: string }; readonly action: string };
}

export interface RunOptions {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told how many resources are done, with a way to interrupt Terraform as Ctrl-C does. */
  readonly onApplied?: (count: number, interrupt: () => void) => void;
}

/** Runs plan, apply or destroy, which speak JSON. @throws CannotTell without Terraform */
export async function runTerraform([command = "", ...args]: readonly string[], options: RunOptions): Promise<Run> {
  const started = Date.now();
  const planned: PlannedChange[] = [];
  const applied: AppliedChange[] = [];
  const errors: Diagnostic[] = [];
  const begun = new Map<string, number>();
  const { status, stderr } = await run([command, "-json", "-input=false", ...args], options, (line, interrupt) => {
    const message = parse(line);
    const { diagnostic, change, hook } = message ?? {};
    const at = Date.parse(message?.["@timestamp"] ?? "");
    if (diagnostic?.severity === "error") errors.push(diagnostic);
    if (message?.type === "planned_change" && change) {
      const action = ACTIONS[change.action];
      if (action) planned.push({ address: change.resource.addr, action });
    }
    if (message?.type === "apply_start" && hook) begun.set(hook.resource.addr, at);
    const done = message?.type === "apply_complete" && hook ? ACTIONS[hook.action] : undefined;
    if (done && hook) {
      const address = hook.resource.addr;
      applied.push({ address, action: done, startMs: begun.get(address) ?? at, endMs: at });
      options.onApplied?.(applied.length, interrupt);
    }
  });
  if (status !== 0 && status !== 2 && errors.length === 0) {
    errors.push({ severity: "error", summary: `terraform ended with ${status}`, detail: stderr });
  }
  return { status, seconds: (Date.now() - started) / 1000, planned, applied, errors };
}

/** What else Terraform does, it only reads. */
const ACTIONS: Readonly<Record<string, Action>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
};

function parse(line: string): Message | undefined {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}

/** Runs any other command of Terraform's. @throws CannotTell without Terraform */
export async function terraform(
  args: readonly string[],
  options: RunOptions,
): Promise<{ status: number; stdout: string; stderr: string }> {
  const lines: string[] = [];
  const { status, stderr } = await run(args, options, (line) => lines.push(line));
  return { status, stdout: lines.join("\n"), stderr };
}

function run(
  args: readonly string[],
  { cwd, environment }: RunOptions,
  onLine: (line: string, interrupt: () => void) => void,
): Promise<{ status: number; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn("terraform", args, {
      cwd,
      env: environment as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    const interrupt = () => child.kill("SIGINT");
    let rest = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line, interrupt);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === "ENOENT";
      reject(isMissing ? new CannotTell("terraform is not on the PATH: install Terraform 1.11 or newer") : error);
    });
    child.on("close", (code) => {
      running.delete(child);
      if (rest !== "") onLine(rest, interrupt);
      resolve({ status: code ?? 130, stderr });
    });
  });
}

/** Ends whatever Terraform runs, and its providers with it: told once, it would wait for what is under way. */
export async function endTerraform(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      const closed = once(child, "close");
      const again = setInterval(() => child.kill("SIGINT"), 500);
      child.kill("SIGINT");
      await closed;
      clearInterval(again);
    }),
  );
}
