import { type ChildProcess, spawn, spawnSync } from "node:child_process";

/** Programs that create a network namespace. `unshare` alone can start a drill, but without `ip` it has no loopback. */
export interface IsolationPrograms {
  readonly unshare: string | undefined;
  readonly ip: string | undefined;
}

/**
 * The command that starts a program in a new network namespace, or undefined if this machine does not allow it.
 * Ordinary users get one together with a user namespace if the kernel allows it.
 */
export function isolatingCommand({ unshare, ip }: IsolationPrograms, isRoot: boolean): string[] | undefined {
  if (!unshare || !ip) return undefined;
  const command = [unshare, "--net", ...(isRoot ? [] : ["--map-root-user"])];
  const [file = "", ...args] = command;
  return spawnSync(file, [...args, ip, "link", "set", "lo", "up"]).status === 0 ? command : undefined;
}

/**
 * The first process of a process namespace must collect the children that lost their parent, as systemd does and Node.js
 * does not: MariaDB takes a dead receiver of a full copy that nobody collected for one that still runs.
 */
const COLLECT =
  'trap "kill -TERM \\$!" TERM; "$@" & while wait $!; code=$?; kill -0 $! 2>/dev/null; do :; done; exit $code';

/**
 * The command that starts a program under the first process of new network, mount and process namespaces. Everything it
 * starts ends with it, and nobody else sees its mounts. Only for root. Undefined if this machine does not allow it.
 * @param searchPath search path of the program and everything it starts
 */
export function enclosingCommand(unshare: string | undefined, searchPath: string): string[] | undefined {
  if (!unshare) return undefined;
  const namespaces = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const command = ["env", `PATH=${searchPath}`, unshare, ...namespaces];
  const [file = "", ...args] = command;
  return spawnSync(file, [...args, "true"]).status === 0 ? [...command, "bash", "-c", COLLECT, "drill"] : undefined;
}

/**
 * Re-executes this program behind `command`, with `extra` arguments. Standard streams are shared; through the channel
 * the inner program notices when this one is gone.
 */
export function startAgain(command: readonly string[], extra: readonly string[]): ChildProcess {
  const [file = "", ...args] = command;
  return spawn(file, [...args, process.execPath, ...process.execArgv, ...process.argv.slice(1), ...extra], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
}

/** A new network namespace starts with its loopback down. */
export function raiseLoopback(ip: string): void {
  const { status, stderr } = spawnSync(ip, ["link", "set", "lo", "up"], { encoding: "utf8" });
  if (status !== 0) throw new Error(`could not bring up the loopback of the network namespace: ${stderr.trim()}`);
}
