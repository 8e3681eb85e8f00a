import { type ChildProcess, spawn, spawnSync } from "node:child_process";

/** What a network namespace of its own is made with. `unshare` alone can start a drill, but without `ip` it has no loopback. */
export interface IsolationPrograms {
  readonly unshare: string | undefined;
  readonly ip: string | undefined;
}

/**
 * The command that starts a program in a network namespace of its own, or undefined when this machine does
 * not let us. An ordinary user gets one together with a user namespace where the kernel allows it.
 */
export function isolatingCommand({ unshare, ip }: IsolationPrograms, isRoot: boolean): string[] | undefined {
  if (!unshare || !ip) return undefined;
  const command = [unshare, "--net", ...(isRoot ? [] : ["--map-root-user"])];
  const [file = "", ...args] = command;
  return spawnSync(file, [...args, ip, "link", "set", "lo", "up"]).status === 0 ? command : undefined;
}

/**
 * The command that starts a program as the first process of namespaces of its own: network, mounts and processes. All
 * that it starts ends with it, and what it mounts nobody else sees. Only root may. Undefined when this machine does
 * not let us.
 *
 * @param searchPath what the program and all that it starts look for programs in
 */
export function enclosingCommand(unshare: string | undefined, searchPath: string): string[] | undefined {
  if (!unshare) return undefined;
  const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const command = ["env", `PATH=${searchPath}`, unshare, ...namespaces];
  const [file = "", ...args] = command;
  return spawnSync(file, [...args, "true"]).status === 0 ? command : undefined;
}

/**
 * Starts this very program again behind `command`, with `extra` arguments. Standard streams are shared; the
 * channel lets the inner program notice when this one is gone.
 */
export function startAgain(command: readonly string[], extra: readonly string[]): ChildProcess {
  const [file = "", ...args] = command;
  return spawn(file, [...args, process.execPath, ...process.execArgv, ...process.argv.slice(1), ...extra], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
}

/** A new network namespace begins with its loopback down. */
export function raiseLoopback(ip: string): void {
  const { status, stderr } = spawnSync(ip, ["link", "set", "lo", "up"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the loopback of the network namespace stays down: ${stderr.trim()}`);
}
