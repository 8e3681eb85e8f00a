import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { type DebianRoot, engineRoot } from "../../config/packages";

/** Contains the name of the root's folder. It is inside the root, so a process can tell where it is. */
const NAME_FILE = "/etc/debian-root";
const MAKE = join(__dirname, "make-root.sh");
const ENTER = join(__dirname, "enter-root.sh");
const PROJECT = join(__dirname, "../..");

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Path of a root: under `ENGINES_CACHE`, or `matchwatch/engines` in the user's cache folder. The name changes with the
 * packages and with how roots are built, so that an outdated root is never used.
 */
export function rootFolder(environment: Environment, { release, packages }: DebianRoot): string {
  const cache = environment.XDG_CACHE_HOME || join(homedir(), ".cache");
  const made = [release, ...packages, readFileSync(MAKE, "utf8")].join("\n");
  const name = `${release}-${createHash("sha256").update(made).digest("hex").slice(0, 12)}`;
  return join(environment.ENGINES_CACHE || join(cache, "matchwatch/engines"), name);
}

/**
 * Builds a root unless it exists, which takes a minute or two, reporting progress on standard error.
 * @returns its folder
 * @throws Error that says why it cannot be built and what to do
 */
export function makeRoot(environment: Environment, root: DebianRoot = engineRoot): string {
  if (process.platform !== "linux" || process.getuid?.() !== 0) throw new Error(NOT_ROOT);
  const folder = rootFolder(environment, root);
  if (existsSync(folder)) return folder;
  const { status } = spawnSync("bash", [MAKE, folder, root.release, ...root.packages], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error(`could not build the engine root at ${folder}: see above`);
  return folder;
}

const NOT_ROOT = `Tests and drills run the machines' versions of HAProxy and MariaDB in a Debian root, which only root on Linux can build:
  sudo env "PATH=$PATH" npm test
  docker run --rm --privileged --volume "$PWD:$PWD" --workdir "$PWD" node:24-trixie npm test`;

/** Whether this process runs in the engine root. */
export function isInside(environment: Environment): boolean {
  return existsSync(NAME_FILE) && rootFolder(environment, engineRoot).endsWith(readFileSync(NAME_FILE, "utf8").trim());
}

/**
 * The words to put before a command to run it in a root.
 * @param keep files and folders of this machine that stay visible
 */
export function enteringCommand(folder: string, keep: readonly string[]): string[] {
  return ["bash", ENTER, folder, ...keep, "--"];
}

/** Runs a command in the engine root with this process's streams, and ends it with this process. Returns its exit status. */
export function runInside(environment: Environment, command: readonly string[]): Promise<number> {
  // Node itself, folders that exist in the root too, and the machine's own programs, such as Terraform.
  const keep = ["/usr/local", process.execPath, PROJECT, process.cwd(), tmpdir()];
  const [file = "", ...args] = [...enteringCommand(makeRoot(environment), keep), ...command];
  const child = spawn(file, args, { stdio: "inherit" });
  // A terminal signals both processes; other senders only reach this one, but mean the command.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 2));
  });
}

/** Versions of the engines, as the programs print them. */
export function engineVersions(): string {
  const first = (program: string, option: string) =>
    spawnSync(program, [option], { encoding: "utf8" }).stdout.split("\n")[0];
  return `${first("haproxy", "-vv")}\n${first("mariadbd", "--version")}\n`;
}
