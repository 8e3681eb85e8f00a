import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { type DebianRoot, engineRoot } from "../../config/packages";

/** Names the folder that the root lies in; a file of the root itself, so it says where a process is. */
const NAME_FILE = "/etc/debian-root";
const MAKE = join(__dirname, "make-root.sh");
const ENTER = join(__dirname, "enter-root.sh");
const PROJECT = join(__dirname, "../..");

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where a root lies: below `ENGINES_CACHE`, or `matchwatch/engines` of the user's cache folder. The name changes with
 * the packages and with the way in which roots are made, so a root is never an older one.
 */
export function rootFolder(environment: Environment, { release, packages }: DebianRoot): string {
  const cache = environment.XDG_CACHE_HOME || join(homedir(), ".cache");
  const made = [release, ...packages, readFileSync(MAKE, "utf8")].join("\n");
  const name = `${release}-${createHash("sha256").update(made).digest("hex").slice(0, 12)}`;
  return join(environment.ENGINES_CACHE || join(cache, "matchwatch/engines"), name);
}

/**
 * Makes a root unless it is there, which takes a minute or two, and tells of it on standard error.
 *
 * @returns the folder
 * @throws Error that says why there is none and what to do
 */
export function makeRoot(environment: Environment, root: DebianRoot = engineRoot): string {
  if (process.platform !== "linux" || process.getuid?.() !== 0) throw new Error(NOT_ROOT);
  const folder = rootFolder(environment, root);
  if (existsSync(folder)) return folder;
  const { status } = spawnSync("bash", [MAKE, folder, root.release, ...root.packages], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error(`there is no engine root at ${folder}: the reason is above`);
  return folder;
}

const NOT_ROOT = `Tests and drills run HAProxy and MariaDB as the machines do, in a Debian root that only root on Linux can make:
  sudo env "PATH=$PATH" npm test
  docker run --rm --privileged --volume "$PWD:$PWD" --workdir "$PWD" node:24-trixie npm test`;

/** Whether this process runs in the engine root. */
export function isInside(environment: Environment): boolean {
  return existsSync(NAME_FILE) && rootFolder(environment, engineRoot).endsWith(readFileSync(NAME_FILE, "utf8").trim());
}

/**
 * The words before a command that let it run in a root.
 *
 * @param keep files and folders of this machine's system that it sees all the same
 */
export function enteringCommand(folder: string, keep: readonly string[]): string[] {
  return ["bash", ENTER, folder, ...keep, "--"];
}

/** Runs a command in the engine root with this process's streams; it ends when this process does. Resolves to its exit status. */
export function runInside(environment: Environment, command: readonly string[]): Promise<number> {
  // Node itself, what lies in a folder that the root has too, and the machine's own programs, such as Terraform.
  const keep = ["/usr/local", process.execPath, PROJECT, process.cwd(), tmpdir()];
  const [file = "", ...args] = [...enteringCommand(makeRoot(environment), keep), ...command];
  const child = spawn(file, args, { stdio: "inherit" });
  // A terminal tells both; whoever tells this process alone means the command.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 2));
  });
}

/** What runs here, in the words of the programs themselves. */
export function engineVersions(): string {
  const first = (program: string, option: string) =>
    spawnSync(program, [option], { encoding: "utf8" }).stdout.split("\n")[0];
  return `${first("haproxy", "-vv")}\n${first("mariadbd", "--version")}\n`;
}
