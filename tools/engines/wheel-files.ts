import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CannotTell } from "../cli";
import type { Environment } from "./engines";

/** Files of a Python package that are used without installing it. */
export interface Wheel {
  /** Name of its folder, before the version. */
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** Sums of the wheels that are as good, one per kind of machine. */
  readonly sha256: readonly string[];
  /** In the wheel. */
  readonly paths: readonly string[];
}

/** Folder of a wheel's files: next to the engine root, in the user's cache folder. */
export function wheelFolder(environment: Environment, { name, version }: Wheel): string {
  const cache = environment.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = environment.ENGINES_CACHE || join(cache, "matchwatch/engines");
  return join(folder, `${name}-${version}`);
}

/**
 * Downloads a wheel's files unless they exist.
 * @returns their folder
 * @throws CannotTell that says why they could not be downloaded
 */
export function getWheelFiles(environment: Environment, wheel: Wheel): string {
  const folder = wheelFolder(environment, wheel);
  if (wheel.paths.every((path) => existsSync(join(folder, path.replace(/.*\//, ""))))) return folder;
  const script = join(__dirname, "get-wheel-files.sh");
  const args = [script, folder, wheel.package, wheel.version, wheel.sha256.join(","), ...wheel.paths];
  const { status } = spawnSync("bash", args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new CannotTell(`${wheel.package} could not be downloaded: see above`);
  return folder;
}
